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
 * Settings of a handler, as {@code @LlmCallback} and the properties define them.
 *
 * @param delivery whether tokens wait for the handler
 * @param concurrency whether events of different runs may be delivered at the same time
 * @param overflow what happens when the lane is full
 * @param bufferSize number of tokens of one run that may wait
 * @param raiseError whether an exception of the handler fails the run
 * @param timeout how long one event may take; zero for no limit
 * @param executor the executor on which a blocking handler is called, or {@code null} for
 * the manager's
 * @param events the types of events that the handler receives; all when empty
 * @param tags tags of which a run must have one; any run when empty
 * @param models patterns of the models of which the handler receives runs, with {@code *}
 * for any characters; all when empty
 */
public record HandlerSettings(Delivery delivery, Concurrency concurrency, Overflow overflow, int bufferSize,
		boolean raiseError, Duration timeout, @Nullable TaskExecutor executor,
		Set<Class<? extends CallbackEvent>> events, Set<String> tags, Set<String> models) {

	/**
	 * How long one event may take by default.
	 */
	public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

	/**
	 * Settings of a handler for which nothing is set.
	 */
	public static final HandlerSettings DEFAULT = builder().build();

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
	 * Whether the handler may receive events of a type.
	 * @param eventType the type of event
	 * @return whether it is among the {@link #events()}
	 */
	boolean allows(Class<? extends CallbackEvent> eventType) {
		return this.events.isEmpty() || this.events.stream().anyMatch((type) -> type.isAssignableFrom(eventType));
	}

	/**
	 * Return a builder with the default settings.
	 * @return the builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Return a builder with these settings.
	 * @return the builder
	 */
	public Builder mutate() {
		return builder().delivery(this.delivery)
			.concurrency(this.concurrency)
			.overflow(this.overflow)
			.bufferSize(this.bufferSize)
			.raiseError(this.raiseError)
			.timeout(this.timeout)
			.executor(this.executor)
			.events(this.events)
			.tags(this.tags)
			.models(this.models);
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
		Builder builder = builder().delivery(annotation.delivery())
			.concurrency(annotation.concurrency())
			.overflow(annotation.overflow())
			.bufferSize(annotation.bufferSize())
			.raiseError(annotation.raiseError())
			.executor(executor.isEmpty() ? null : executors.apply(executor))
			.events(Set.of(annotation.events()))
			.tags(resolveAll(annotation.tags(), placeholders))
			.models(resolveAll(annotation.models(), placeholders));
		return (timeout.isEmpty() ? builder : builder.timeout(DurationFormatterUtils.detectAndParse(timeout))).build();
	}

	static HandlerSettings of(LlmCallback annotation) {
		return of(annotation, UnaryOperator.identity(), (name) -> {
			throw new IllegalArgumentException(
					"'executor = \"" + name + "\"' names a bean, but the handler is not a bean. "
							+ "Make it a bean, or register it with settings that hold the executor");
		});
	}

	private static Set<String> resolveAll(String[] texts, UnaryOperator<String> placeholders) {
		return Arrays.stream(texts).map(placeholders).collect(Collectors.toSet());
	}

	private static void require(boolean condition, String message) {
		if (!condition) {
			throw new IllegalArgumentException(message);
		}
	}

	/**
	 * Builder of {@link HandlerSettings}.
	 */
	public static final class Builder {

		private Delivery delivery = Delivery.BUFFERED;

		private Concurrency concurrency = Concurrency.PER_RUN;

		private Overflow overflow = Overflow.BACKPRESSURE;

		private int bufferSize = 256;

		private boolean raiseError;

		private @Nullable Duration timeout;

		private @Nullable TaskExecutor executor;

		private Set<Class<? extends CallbackEvent>> events = Set.of();

		private Set<String> tags = Set.of();

		private Set<String> models = Set.of();

		private Builder() {
		}

		/**
		 * Set whether tokens wait for the handler.
		 * @param delivery the delivery; {@code BUFFERED} by default
		 * @return this builder
		 */
		public Builder delivery(Delivery delivery) {
			this.delivery = delivery;
			return this;
		}

		/**
		 * Set whether events of different runs may be delivered at the same time.
		 * @param concurrency the concurrency; {@code PER_RUN} by default
		 * @return this builder
		 */
		public Builder concurrency(Concurrency concurrency) {
			this.concurrency = concurrency;
			return this;
		}

		/**
		 * Set what happens when the lane is full.
		 * @param overflow the overflow strategy; {@code BACKPRESSURE} by default
		 * @return this builder
		 */
		public Builder overflow(Overflow overflow) {
			this.overflow = overflow;
			return this;
		}

		/**
		 * Set how many events of one run may wait.
		 * @param bufferSize the number of events; 256 by default
		 * @return this builder
		 */
		public Builder bufferSize(int bufferSize) {
			this.bufferSize = bufferSize;
			return this;
		}

		/**
		 * Set whether an exception of the handler fails the run.
		 * @param raiseError whether it does; {@code false} by default
		 * @return this builder
		 */
		public Builder raiseError(boolean raiseError) {
			this.raiseError = raiseError;
			return this;
		}

		/**
		 * Set how long one event may take.
		 * @param timeout the time, zero for no limit; 30 seconds by default, and no limit
		 * for inline delivery
		 * @return this builder
		 */
		public Builder timeout(Duration timeout) {
			this.timeout = timeout;
			return this;
		}

		/**
		 * Set the executor on which a blocking handler is called.
		 * @param executor the executor, or {@code null} for the manager's
		 * @return this builder
		 */
		public Builder executor(@Nullable TaskExecutor executor) {
			this.executor = executor;
			return this;
		}

		/**
		 * Set the types of events that the handler receives.
		 * @param events the types; all when empty
		 * @return this builder
		 */
		public Builder events(Set<Class<? extends CallbackEvent>> events) {
			this.events = events;
			return this;
		}

		/**
		 * Set tags of which a run must have one.
		 * @param tags the tags; any run when empty
		 * @return this builder
		 */
		public Builder tags(Set<String> tags) {
			this.tags = tags;
			return this;
		}

		/**
		 * Set patterns of the models of which the handler receives runs.
		 * @param models the patterns, with {@code *} for any characters; all when empty
		 * @return this builder
		 */
		public Builder models(Set<String> models) {
			this.models = models;
			return this;
		}

		/**
		 * Build the settings.
		 * @return the settings
		 * @throws IllegalArgumentException if they contradict each other
		 */
		public HandlerSettings build() {
			Duration timeout = (this.timeout != null) ? this.timeout
					: (this.delivery != Delivery.INLINE) ? DEFAULT_TIMEOUT : Duration.ZERO;
			return new HandlerSettings(this.delivery, this.concurrency, this.overflow, this.bufferSize, this.raiseError,
					timeout, this.executor, this.events, this.tags, this.models);
		}

	}

}
