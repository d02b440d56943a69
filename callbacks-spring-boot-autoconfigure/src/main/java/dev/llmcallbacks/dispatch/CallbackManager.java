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
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.Text;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;

/**
 * Opens runs and delivers their events to handlers.
 * <p>
 * An application has one as a bean, which knows the application's handlers. Without
 * Spring, {@link #builder()} creates one. Safe for use by any number of threads.
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
	 * Open a run around a stream of items, to be subscribed to once.
	 * <p>
	 * The run's parent is the current run at the time of the subscription: that of the
	 * Reactor Context, else that of the thread. The work is subscribed to when all
	 * handlers have finished the start event, and the returned {@code Flux} ends when all
	 * have finished the terminal event; handlers are not waited for in a run that is
	 * opened inside a handler's callback.
	 * @param <T> the type of item
	 * @param spec the specification of the run
	 * @param events creates the run's events
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
	 * Open a run around a stream that emits batches of items that arrived together. Items
	 * are still emitted one by one, as they are requested; processing them as a batch
	 * reduces the overhead per item.
	 * @param <T> the type of item
	 * @param spec the specification of the run
	 * @param events creates the run's events
	 * @param work the run's work, which is requested one batch at a time
	 * @return the items of the work, as in {@link #run(RunSpec, RunEvents, Function)}
	 */
	<T> Flux<T> runInBursts(RunSpec spec, RunEvents<T> events, Function<ActiveRun, ? extends Publisher<List<T>>> work);

	/**
	 * Open a chain run around a stream of the application's own.
	 * @param <T> the type of item
	 * @param name the run's name
	 * @param input the input that handlers receive
	 * @param work the work
	 * @return the items of the work, each subscription a run of its own; ends as
	 * {@link #run(RunSpec, RunEvents, Function)} does
	 */
	default <T> Flux<T> run(String name, Object input, Flux<T> work) {
		RunSpec spec = new RunSpec(RunType.CHAIN, name, RunOptions.NONE);
		return CurrentRun.captured(Flux.defer(() -> run(spec, new ChainEvents<>(input), (run) -> work)));
	}

	/**
	 * Open a chain run around a value of the application's own.
	 * @param <T> the type of value
	 * @param name the run's name
	 * @param input the input that handlers receive
	 * @param work the work
	 * @return the value of the work, each subscription a run of its own
	 */
	default <T> Mono<T> run(String name, Object input, Mono<T> work) {
		return CurrentRun.captured(run(name, input, work.flux()).singleOrEmpty());
	}

	/**
	 * Open a chain run around blocking code of the application's own.
	 * @param <T> the type of value
	 * @param name the run's name
	 * @param input the input that handlers receive
	 * @param work the code, as in {@link #call(Callable)}
	 * @return the value of the work, each subscription a run of its own
	 */
	default <T> Mono<T> run(String name, Object input, Callable<? extends T> work) {
		return run(name, input, this.<T>call(work));
	}

	/**
	 * Call blocking code inside the current run, on an executor other than that of the
	 * handlers. The thread has the current run and the application's registered
	 * thread-local values: those of the Reactor Context, else those of the subscribing
	 * thread, else those captured when the current run was opened. Cancelling interrupts
	 * the thread.
	 * @param <T> the type of value
	 * @param work the code
	 * @return the value that the code returns, empty if it is {@code null}; fails with
	 * whatever it throws
	 */
	<T> Mono<T> call(Callable<? extends T> work);

	/**
	 * Call blocking code as a run, on the current thread.
	 * <p>
	 * As {@link #callInPlace(RunSpec, RunEvents, ContextView, Callable)} without a
	 * Reactor Context: the run's parent is the current run of the thread.
	 * @param <T> the type of value
	 * @param spec the specification of the run
	 * @param events creates the run's events
	 * @param work the code
	 * @return the value that the code returns
	 */
	default <T> T callInPlace(RunSpec spec, RunEvents<T> events, Callable<? extends T> work) {
		return callInPlace(spec, events, Context.empty(), work);
	}

	/**
	 * Call blocking code as a run, on the current thread. The thread waits until all
	 * handlers have finished the start event, calls the code, with the run as its current
	 * run and with its own thread-local values, and waits until all handlers have
	 * finished the terminal event. Handlers are not waited for on a thread that must not
	 * block, nor in a run that is opened inside a handler's callback.
	 * <p>
	 * {@link #cancel(UUID)}, the end of an enclosing run, and a handler with
	 * {@code raiseError} that fails meanwhile interrupt the thread while the code runs. A
	 * thread that is interrupted while it waits for the start cancels the run. What is
	 * interrupted otherwise is the code.
	 * @param <T> the type of value
	 * @param spec the specification of the run
	 * @param events creates the run's events; the value is its only item, and
	 * {@code null} is none
	 * @param context the Reactor Context in which the run is opened: its parent is the
	 * current run of this context, else that of the thread
	 * @param work the code
	 * @return the value that the code returns, possibly {@code null}. Throws what the
	 * code throws, also if that is a checked exception; a {@link CallbackException} if a
	 * handler with {@code raiseError} failed, before the code is called if it was in the
	 * start event; a {@link CancellationException} if the run was cancelled; and a
	 * {@link ShutdownException} when the manager has been stopped
	 */
	<T> T callInPlace(RunSpec spec, RunEvents<T> events, ContextView context, Callable<? extends T> work);

	/**
	 * Open a run that is fed by hand.
	 * <p>
	 * As {@link #open(RunSpec, RunEvents, ContextView)} without a Reactor Context: the
	 * run's parent is the current run of the thread.
	 * @param <T> the type of item
	 * @param spec the specification of the run
	 * @param events creates the run's events
	 * @return the run, which has to be completed, failed or cancelled
	 */
	default <T> OpenRun<T> open(RunSpec spec, RunEvents<T> events) {
		return open(spec, events, Context.empty());
	}

	/**
	 * Open a run that is fed by hand, for a client whose calls are neither reactive nor
	 * blocking. Does not wait for handlers.
	 * @param <T> the type of item
	 * @param spec the specification of the run
	 * @param events creates the run's events
	 * @param context the Reactor Context in which the run is opened: its parent is the
	 * current run of this context, which then ends after this run, else that of the
	 * thread
	 * @return the run, which has to be completed, failed or cancelled. Throws a
	 * {@link ShutdownException} when the manager has been stopped
	 */
	<T> OpenRun<T> open(RunSpec spec, RunEvents<T> events, ContextView context);

	/**
	 * Publish an event to the handlers of the current run: that of the Reactor Context,
	 * else that of the thread.
	 * @param event creates the event for the run, neither its start nor its terminal
	 * event
	 * @return completes when the event is on its way and every handler has capacity for
	 * another one ({@code bufferSize}); inside a handler's callback at once. Fails with
	 * an {@link IllegalStateException} if there is no current run
	 */
	Mono<Void> emit(Function<Run, CallbackEvent> event);

	/**
	 * Publish an event of the application's own to the handlers of the current run.
	 * @param name the event's name
	 * @param data the event's data
	 * @return as {@link #emit(Function)}
	 */
	default Mono<Void> customEvent(String name, Object data) {
		return emit((run) -> new CustomEvent(run, Instant.now(), name, data));
	}

	/**
	 * Publish a {@code Text} event to the handlers of the current run.
	 * @param text the text
	 * @return as {@link #emit(Function)}
	 */
	default Mono<Void> text(String text) {
		return emit((run) -> new Text(run, Instant.now(), text));
	}

	/**
	 * Subscribe to work and emit the events of the runs that are opened inside it, found
	 * through the Reactor Context. They are emitted in the order and with the guarantees
	 * of a reactive handler without a time limit: the subscriber's demand decides when an
	 * event has been handled, so that a slow subscriber pauses the work when the buffers
	 * of its runs are full, and events of runs at the same time are emitted one at a
	 * time.
	 * @param work the work, whose own items are discarded
	 * @param types the types of events, subtypes included; all types if there are none
	 * @return the events. Completes when the work has completed; if the work fails, its
	 * error follows the error event. Cancelling it cancels the work
	 */
	@SuppressWarnings("unchecked")
	Flux<CallbackEvent> events(Publisher<?> work, Class<? extends CallbackEvent>... types);

	/**
	 * Return the limits of the runs that this manager opens.
	 * @return the limits
	 */
	default RunLimits limits() {
		return RunLimits.DEFAULT;
	}

	/**
	 * Return the handlers of this manager with their state and statistics.
	 * @return the handlers, in the order in which they were registered
	 */
	List<HandlerStatus> handlers();

	/**
	 * Return the statistics of the handlers of this manager.
	 * @return the statistics of each, in the order in which they were registered
	 */
	default List<HandlerStatistics> statistics() {
		return handlers().stream().map(HandlerStatus::statistics).toList();
	}

	/**
	 * Enable or disable a handler of this manager. Takes effect for runs that are opened
	 * from then on, so that a handler that has received the start of a run receives its
	 * end as well.
	 * @param handler the handler's name
	 * @param enabled whether it is called
	 * @return whether there is a handler of that name
	 */
	boolean setEnabled(String handler, boolean enabled);

	/**
	 * Return the open runs: those that are going on, or whose terminal event has not been
	 * finished by every handler.
	 * @return the runs, in the order in which they were opened
	 */
	List<Run> openRuns();

	/**
	 * Return the open runs with their state: what each waits for now.
	 * @return the runs, in the order in which they were opened
	 */
	default List<RunStatus> runs() {
		return openRuns().stream().map((run) -> new RunStatus(run, null, List.of())).toList();
	}

	/**
	 * Cancel an open run, and first those inside it. It ends as if its subscriber had
	 * cancelled, except that the subscriber receives a {@link CancellationException}. Has
	 * no effect on a run whose outcome is decided.
	 * @param runId the run's id
	 * @return whether there is such a run among the {@link #openRuns()}
	 */
	boolean cancel(UUID runId);

	/**
	 * Shut the manager down: from the subscription on, a new root run fails with a
	 * {@link ShutdownException}. Open runs may finish, are then cancelled, and their
	 * handlers may finish after that.
	 * @param finish how long open runs may go on
	 * @param drain how long handlers may take for the terminal events of cancelled runs;
	 * what is left after that is abandoned, with a line in the log
	 * @return completes when no run is left, or when time is up. Never fails
	 */
	Mono<Void> shutdown(Duration finish, Duration drain);

	/**
	 * Builder of a {@link CallbackManager}.
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
		 * Add handlers of every run. An {@code @LlmCallback} annotation on a handler's
		 * class defines its settings.
		 * @param handlers the handlers
		 * @return this builder
		 */
		public Builder handlers(LlmCallbackHandler... handlers) {
			return registrations(Arrays.stream(handlers).map(HandlerRegistration::of).toList());
		}

		/**
		 * Add handlers of every run.
		 * @param registrations the handlers
		 * @return this builder
		 */
		public Builder registrations(Collection<HandlerRegistration> registrations) {
			List<HandlerRegistration> copy = List.copyOf(registrations);
			return registrations(() -> copy);
		}

		/**
		 * Add handlers of every run that are not known yet.
		 * @param registrations supplies the handlers when the first run opens or
		 * {@link CallbackManager#handlers()} is called, on several threads if that
		 * happens at the same time
		 * @return this builder
		 */
		public Builder registrations(Supplier<? extends Collection<HandlerRegistration>> registrations) {
			this.registrations.add(registrations);
			return this;
		}

		/**
		 * Set the executor on which blocking handlers are called.
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
		 * Set the executor on which blocking steps, tools and code of the application's
		 * own are called. It should have a thread for each of them, however deeply they
		 * are nested. Work that it rejects, loses or would run on the thread that submits
		 * it is submitted again; one that has been shut down is replaced by threads of
		 * the library.
		 * @param workExecutor an executor with threads of its own. By default one with as
		 * many daemon threads as there is work
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
			return new DefaultCallbackManager(this.registrations,
					new HandlerExecutors(this.executor, this.workExecutor), this.filters, this.limits);
		}

	}

}
