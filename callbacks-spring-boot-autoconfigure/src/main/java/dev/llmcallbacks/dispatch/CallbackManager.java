package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.Text;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;

/**
 * Opens runs and tells handlers what happens in them.
 * <p>
 * An application has one, as a bean that knows the application's handlers. Without
 * Spring, {@link #builder()} makes one. Safe for use by any number of threads.
 */
public interface CallbackManager {

	/**
	 * Return a builder without handlers.
	 * @return the builder
	 */
	static Builder builder() {
		return new Builder();
	}

	/**
	 * Put a run around a stream of items, to be subscribed to once.
	 * <p>
	 * The run's parent is the run in force at the time of the subscription: that of the
	 * Reactor Context, else that of the thread. The work is subscribed to when all
	 * handlers have finished the run's first event, and the returned {@code Flux} ends
	 * when all have finished its last; nobody waits for handlers in a run that is opened
	 * inside a handler's callback.
	 * @param <T> the type of item
	 * @param spec what is known of the run
	 * @param events makes the run's events
	 * @param work the run's work
	 * @return the items of the work. Completes or fails as the work does; fails with a
	 * {@link CallbackException} if a handler with {@code raiseError} failed, and with a
	 * {@link ShutdownException} when the manager has been stopped. Cancelling it cancels
	 * the work at once
	 */
	default <T> Flux<T> run(RunSpec spec, RunEvents<T> events, Function<ActiveRun, ? extends Publisher<T>> work) {
		return runInBursts(spec, events, (run) -> Flux.<T>from(work.apply(run)).map(List::of));
	}

	/**
	 * Put a run around a stream whose items come in bursts, each of items that arrived
	 * together. They are passed on one by one all the same, as they are wanted; but for
	 * items that follow each other without a pause there is less to do.
	 * @param <T> the type of item
	 * @param spec what is known of the run
	 * @param events makes the run's events
	 * @param work the run's work, which may be asked for less than there is room for
	 * @return the items of the work, as in {@link #run(RunSpec, RunEvents, Function)}
	 */
	<T> Flux<T> runInBursts(RunSpec spec, RunEvents<T> events, Function<ActiveRun, ? extends Publisher<List<T>>> work);

	/**
	 * Put a chain run around a stream of the application's own.
	 * @param <T> the type of item
	 * @param name the run's name
	 * @param input what handlers are told of what goes in
	 * @param work the work
	 * @return the items of the work, each subscription a run of its own; ends as
	 * {@link #run(RunSpec, RunEvents, Function)} does
	 */
	default <T> Flux<T> run(String name, Object input, Flux<T> work) {
		RunSpec spec = new RunSpec(RunType.CHAIN, name, RunOptions.NONE);
		return Flux.defer(() -> run(spec, new ChainEvents<>(input), (run) -> work));
	}

	/**
	 * Put a chain run around a value of the application's own.
	 * @param <T> the type of value
	 * @param name the run's name
	 * @param input what handlers are told of what goes in
	 * @param work the work
	 * @return the value of the work, each subscription a run of its own
	 */
	default <T> Mono<T> run(String name, Object input, Mono<T> work) {
		return run(name, input, work.flux()).singleOrEmpty();
	}

	/**
	 * Put a chain run around blocking code of the application's own.
	 * @param <T> the type of value
	 * @param name the run's name
	 * @param input what handlers are told of what goes in
	 * @param work the code, as in {@link #call(Callable)}
	 * @return the value of the work, each subscription a run of its own
	 */
	default <T> Mono<T> run(String name, Object input, Callable<? extends T> work) {
		return run(name, input, this.<T>call(work));
	}

	/**
	 * Call blocking code in the run in force: on an executor that is not that of the
	 * handlers, with the run and all that the application carries in the Reactor Context
	 * in force on the thread. Cancelling interrupts the thread.
	 * @param <T> the type of value
	 * @param work the code
	 * @return what the code returns, nothing if that is {@code null}; fails with what it
	 * throws
	 */
	<T> Mono<T> call(Callable<? extends T> work);

	/**
	 * Tell the handlers of the run in force of something that happens in it: the run of
	 * the Reactor Context, else that of the thread.
	 * @param event makes the event for the run; neither its first nor its last
	 * @return completes when the event is on its way; fails with an
	 * {@link IllegalStateException} when there is no run in force
	 */
	Mono<Void> emit(Function<Run, CallbackEvent> event);

	/**
	 * Tell the handlers of the run in force of an event of the application's own.
	 * @param name the event's name
	 * @param data whatever belongs to it
	 * @return as {@link #emit(Function)}
	 */
	default Mono<Void> customEvent(String name, Object data) {
		return emit((run) -> new CustomEvent(run, Instant.now(), name, data));
	}

	/**
	 * Tell the handlers of the run in force a text.
	 * @param text the text
	 * @return as {@link #emit(Function)}
	 */
	default Mono<Void> text(String text) {
		return emit((run) -> new Text(run, Instant.now(), text));
	}

	/**
	 * Return the limits of the runs that this manager opens.
	 * @return the limits
	 */
	default RunLimits limits() {
		return RunLimits.DEFAULT;
	}

	/**
	 * Return the handlers of this manager, and how they stand.
	 * @return the handlers, in the order in which they were registered
	 */
	List<HandlerStatus> handlers();

	/**
	 * Return what the handlers of this manager have done so far.
	 * @return the statistics of each, in the order in which they were registered
	 */
	default List<HandlerStatistics> statistics() {
		return handlers().stream().map(HandlerStatus::statistics).toList();
	}

	/**
	 * Switch a handler of this manager off or on. Runs that open from then on do not call
	 * a handler that is off; runs that are open already go on as they began, so that a
	 * handler hears the end of whatever it has heard begin.
	 * @param handler the handler's name
	 * @param enabled whether it is to be called
	 * @return whether there is a handler of that name
	 */
	boolean setEnabled(String handler, boolean enabled);

	/**
	 * Return the runs that are going on, or whose last event is still on its way to a
	 * handler.
	 * @return the runs, in the order in which they were opened
	 */
	List<Run> openRuns();

	/**
	 * Cancel a run that is going on, and first those inside it. It ends as if its
	 * subscriber had left, but the subscriber is told: it gets a
	 * {@link CancellationException}. A run whose end is on its way already ends as it
	 * would have.
	 * @param runId the run's id
	 * @return whether there is such a run among the {@link #openRuns()}
	 */
	boolean cancel(UUID runId);

	/**
	 * Stop opening runs: from the subscription on, a new root run fails with a
	 * {@link ShutdownException}. Those that are going on are waited for, then cancelled,
	 * and their handlers waited for.
	 * @param finish how long runs may go on
	 * @param drain how long handlers may take to hear of the end of those that were
	 * cancelled; what is left over then is given up, with a line in the log
	 * @return completes when there are no runs left, or when time is up. Never fails
	 */
	Mono<Void> shutdown(Duration finish, Duration drain);

	/**
	 * Collects what a {@link CallbackManager} is made of.
	 */
	final class Builder {

		private final List<Supplier<? extends Collection<HandlerRegistration>>> registrations = new ArrayList<>();

		private final List<RunFilter> filters = new ArrayList<>();

		private @Nullable TaskExecutor executor;

		private @Nullable Executor workExecutor;

		private RunLimits limits = RunLimits.DEFAULT;

		private Builder() {
		}

		/**
		 * Add handlers that hear of every run. An {@code @LlmCallback} annotation on a
		 * handler's class says how it is called.
		 * @param handlers the handlers
		 * @return this builder
		 */
		public Builder handlers(LlmCallbackHandler... handlers) {
			return registrations(Arrays.stream(handlers).map(HandlerRegistration::of).toList());
		}

		/**
		 * Add handlers that hear of every run.
		 * @param registrations the handlers
		 * @return this builder
		 */
		public Builder registrations(Collection<HandlerRegistration> registrations) {
			List<HandlerRegistration> copy = List.copyOf(registrations);
			return registrations(() -> copy);
		}

		/**
		 * Add handlers that hear of every run, and are not known yet.
		 * @param registrations asked for the handlers when the first run opens, or when
		 * {@link CallbackManager#handlers()} are asked for; by more than one thread if
		 * several do that at the same time
		 * @return this builder
		 */
		public Builder registrations(Supplier<? extends Collection<HandlerRegistration>> registrations) {
			this.registrations.add(registrations);
			return this;
		}

		/**
		 * Set the executor that blocking handlers are called on.
		 * @param executor an executor with threads of its own. By default a bounded pool
		 * of daemon threads
		 * @return this builder
		 */
		public Builder executor(TaskExecutor executor) {
			if (executor instanceof SyncTaskExecutor) {
				throw new IllegalArgumentException(
						"A SyncTaskExecutor would call handlers on the thread that produced the event. "
								+ "Use an executor with threads of its own");
			}
			this.executor = executor;
			return this;
		}

		/**
		 * Set the executor that blocking steps, tools and code of the application's own
		 * are called on. It should have a thread for each of them, however many are
		 * inside each other.
		 * @param workExecutor an executor with threads of its own. By default one with as
		 * many daemon threads as it takes
		 * @return this builder
		 */
		public Builder workExecutor(Executor workExecutor) {
			this.workExecutor = workExecutor;
			return this;
		}

		/**
		 * Set the limits of the runs that the manager opens.
		 * @param limits the limits. By default {@link RunLimits#DEFAULT}
		 * @return this builder
		 */
		public Builder limits(RunLimits limits) {
			this.limits = Objects.requireNonNull(limits, "'limits' must not be null");
			return this;
		}

		/**
		 * Add filters around every run, the outermost first.
		 * @param filters the filters
		 * @return this builder
		 */
		public Builder filters(Collection<RunFilter> filters) {
			this.filters.addAll(filters);
			return this;
		}

		/**
		 * Build the manager.
		 * @return the manager
		 */
		public CallbackManager build() {
			TaskExecutor executor = (this.executor != null) ? this.executor : DaemonExecutors.forHandlers();
			Executor workExecutor = (this.workExecutor != null) ? this.workExecutor : DaemonExecutors.forWork();
			return new DefaultCallbackManager(this.registrations, executor, workExecutor, this.filters, this.limits);
		}

	}

}
