package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.callback.LlmCallback.Concurrency;
import dev.llmcallbacks.callback.LlmCallback.Delivery;
import dev.llmcallbacks.callback.LlmCallback.Overflow;
import dev.llmcallbacks.event.CallbackEvent;

/**
 * How a handler wants to be called, as {@code @LlmCallback} and the properties say it.
 *
 * @param delivery whether tokens wait for the handler
 * @param concurrency whether events of different runs may arrive at the same time
 * @param overflow what happens when the lane is full
 * @param bufferSize how many events of one run may wait
 * @param raiseError whether an exception of the handler fails the run
 * @param timeout how long one event may take; zero for as long as it likes
 * @param executor what a blocking handler is called on, or {@code null} for the manager's
 * @param events the types of events that are wanted; all when empty
 * @param tags tags of which a run must have one; any run when empty
 * @param models patterns of the models that are wanted, with {@code *} for any
 * characters; all when empty
 */
public record HandlerSettings(Delivery delivery, Concurrency concurrency, Overflow overflow, int bufferSize,
		boolean raiseError, Duration timeout, @Nullable TaskExecutor executor,
		Set<Class<? extends CallbackEvent>> events, Set<String> tags, Set<String> models) {

	/**
	 * How long one event may take unless something else is said.
	 */
	public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

	/**
	 * What holds for a handler of which nothing is said.
	 */
	public static final HandlerSettings DEFAULT = new HandlerSettings(Delivery.BUFFERED, Concurrency.PER_RUN,
			Overflow.BACKPRESSURE, 256, false, DEFAULT_TIMEOUT, null, Set.of(), Set.of(), Set.of());

	public HandlerSettings {
		Objects.requireNonNull(delivery, "'delivery' must not be null");
		Objects.requireNonNull(concurrency, "'concurrency' must not be null");
		Objects.requireNonNull(overflow, "'overflow' must not be null");
		Objects.requireNonNull(timeout, "'timeout' must not be null");
		events = Set.copyOf(events);
		tags = Set.copyOf(tags);
		models = Set.copyOf(models);
		require(bufferSize > 0, "'buffer-size' must be positive, but is " + bufferSize);
		require(!timeout.isNegative(), "'timeout' must not be negative, but is " + timeout);
		require(delivery != Delivery.INLINE || timeout.isZero(),
				"'delivery = INLINE' takes no 'timeout': the thread that produced the event must not be interrupted. "
						+ "Leave the timeout out, or use another delivery");
		require(delivery != Delivery.INLINE || concurrency != Concurrency.SERIAL,
				"'delivery = INLINE' cannot be SERIAL: the thread that produced the event must not wait for a turn. "
						+ "Use PER_RUN, or another delivery");
		require(!(executor instanceof SyncTaskExecutor),
				"'executor' must not be a SyncTaskExecutor: it would call the handler on the thread that produced the "
						+ "event. Use an executor with threads of its own, or 'delivery = INLINE' if that is wanted");
	}

	/**
	 * Read the settings of an annotation.
	 * @param annotation the annotation
	 * @param placeholders replaces placeholders in a text
	 * @param executors finds an executor by the name of its bean
	 * @return the settings
	 */
	public static HandlerSettings of(LlmCallback annotation, UnaryOperator<String> placeholders,
			Function<String, TaskExecutor> executors) {
		String timeout = placeholders.apply(annotation.timeout());
		String executor = placeholders.apply(annotation.executor());
		return new HandlerSettings(annotation.delivery(), annotation.concurrency(), annotation.overflow(),
				annotation.bufferSize(), annotation.raiseError(), timeout(timeout, annotation.delivery()),
				executor.isEmpty() ? null : executors.apply(executor), Set.of(annotation.events()),
				resolveAll(annotation.tags(), placeholders), resolveAll(annotation.models(), placeholders));
	}

	static HandlerSettings of(LlmCallback annotation) {
		return of(annotation, UnaryOperator.identity(), (name) -> {
			throw new IllegalArgumentException("'executor = \"" + name + "\"' names a bean, but the handler is none. "
					+ "Make it a bean, or register it with settings that hold the executor");
		});
	}

	private static Duration timeout(String text, Delivery delivery) {
		if (text.isEmpty()) {
			return (delivery != Delivery.INLINE) ? DEFAULT_TIMEOUT : Duration.ZERO;
		}
		return DurationFormatterUtils.detectAndParse(text);
	}

	private static Set<String> resolveAll(String[] texts, UnaryOperator<String> placeholders) {
		return Arrays.stream(texts).map(placeholders).collect(Collectors.toSet());
	}

	private static void require(boolean condition, String message) {
		if (!condition) {
			throw new IllegalArgumentException(message);
		}
	}

}
