package dev.llmcallbacks.autoconfigure.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import dev.llmcallbacks.callback.LlmCallback.Concurrency;
import dev.llmcallbacks.callback.LlmCallback.Delivery;
import dev.llmcallbacks.callback.LlmCallback.Overflow;
import dev.llmcallbacks.dispatch.HandlerCall;
import dev.llmcallbacks.dispatch.HandlerRegistration.Scope;
import dev.llmcallbacks.run.RunType;

/**
 * What the {@link LlmCallbacksEndpoint} answers.
 *
 * @param handlers the handlers by their names
 * @param executors the executors that blocking handlers are called on, by the names of
 * their beans
 * @param runs the runs that are going on and are inside no other
 */
public record LlmCallbacksDescriptor(Map<String, Handler> handlers, Map<String, Executor> executors,
		List<LiveRun> runs) implements OperationResponseBody {

	/**
	 * A handler.
	 *
	 * @param type the name of its class
	 * @param method the name of its method, or {@code null} if it is not a method
	 * @param scope number of instances of it
	 * @param enabled whether runs that open now call it
	 * @param order its place among the others, or {@code null} if none is defined
	 * @param executor name of the bean of the executor that it is called on; {@code null}
	 * if it is called on none, or on one that is not a bean
	 * @param receives the types of events that it receives
	 * @param settings its settings
	 * @param now its calls that are going on
	 * @param statistics its statistics
	 */
	public record Handler(String type, @Nullable String method, Scope scope, boolean enabled, @Nullable Integer order,
			@Nullable String executor, List<String> receives, Settings settings, List<Call> now,
			Statistics statistics) {

	}

	/**
	 * A call of a handler that is going on.
	 *
	 * @param run the id of the run whose event the handler processes
	 * @param event the type of the event
	 * @param duration how long the call has taken so far
	 */
	public record Call(UUID run, @Nullable String event, Duration duration) {

		static Call of(HandlerCall call) {
			return new Call(call.runId(), Wait.nameOf(call), DescribedHandlers.millis(call.duration()));
		}

	}

	/**
	 * How a handler wants to be called.
	 *
	 * @param delivery whether tokens wait for it
	 * @param concurrency whether events of different runs may arrive at the same time
	 * @param overflow what happens when too many events wait for it
	 * @param bufferSize how many events of one run may wait
	 * @param timeout how long one event may take; zero for as long as it likes
	 * @param raiseError whether an exception of the handler fails the run
	 * @param events the types of events that are wanted; all when empty
	 * @param tags tags of which a run must have one; any run when empty
	 * @param models patterns of the models that are wanted; all when empty
	 */
	public record Settings(Delivery delivery, Concurrency concurrency, Overflow overflow, int bufferSize,
			Duration timeout, boolean raiseError, List<String> events, Set<String> tags, Set<String> models) {

	}

	/**
	 * What a handler has done.
	 *
	 * @param delivered events that it was called for
	 * @param failed events for which it threw, or took too long
	 * @param timedOut events for which it took too long
	 * @param dropped events that it did not get
	 * @param rejected tasks that its executor refused, each tried again
	 * @param deepestLane the largest number of events of one run that waited at one time
	 * @param timeInHandler the sum of the times that it took
	 * @param mean the mean time that it took for one event
	 * @param longest the longest time that it took for one event
	 * @param runsHeldUp the number of runs that have ended and waited for it
	 * @param timeHeldUp the sum of the times that these runs waited
	 */
	public record Statistics(long delivered, long failed, long timedOut, long dropped, long rejected, int deepestLane,
			Duration timeInHandler, Duration mean, Duration longest, long runsHeldUp, Duration timeHeldUp) {

	}

	/**
	 * An executor. What it does not tell is {@code null}.
	 *
	 * @param type the name of its class
	 * @param poolSize how many threads it has
	 * @param maxPoolSize how many threads it may have
	 * @param active how many of them are at work
	 * @param queued how many tasks wait for a thread
	 * @param queueCapacity how many tasks may wait
	 * @param concurrencyLimit how many tasks may be at work at one time, if it makes a
	 * thread for each
	 */
	public record Executor(String type, @Nullable Integer poolSize, @Nullable Integer maxPoolSize,
			@Nullable Integer active, @Nullable Integer queued, @Nullable Integer queueCapacity,
			@Nullable Integer concurrencyLimit) {

	}

	/**
	 * A run that is going on.
	 *
	 * @param id the run's id
	 * @param name the run's name
	 * @param type what kind of work it is
	 * @param model the name of the requested model, or {@code null} if it calls none
	 * @param startedAt when it was opened
	 * @param age how long ago that was
	 * @param waitsFor the handlers that it waits for; empty while only its work is going
	 * on
	 * @param tags its own and inherited tags
	 * @param runs the runs that are going on inside it
	 */
	public record LiveRun(UUID id, String name, RunType type, @Nullable String model, Instant startedAt, Duration age,
			List<Wait> waitsFor, Set<String> tags, List<LiveRun> runs) {

	}

	/**
	 * A handler that a run waits for.
	 *
	 * @param handler the handler's name
	 * @param event the type of the event that the handler processes; {@code null} if it
	 * has not been called yet for what the run waits for
	 * @param duration how long the run has waited so far
	 */
	public record Wait(String handler, @Nullable String event, Duration duration) {

		static Wait of(HandlerCall call) {
			return new Wait(call.handler(), nameOf(call), DescribedHandlers.millis(call.duration()));
		}

		static @Nullable String nameOf(HandlerCall call) {
			return (call.event() != null) ? call.event().getSimpleName() : null;
		}

	}

}
