package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.task.TaskExecutor;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.LlmCallbackHandler;

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
	<T> Flux<T> run(RunSpec spec, RunEvents<T> events, Function<ActiveRun, ? extends Publisher<T>> work);

	/**
	 * Return what the handlers of this manager have done so far.
	 * @return the statistics of each, in the order in which handlers are called
	 */
	List<HandlerStatistics> statistics();

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

		private final List<HandlerRegistration> registrations = new ArrayList<>();

		private final List<RunFilter> filters = new ArrayList<>();

		private @Nullable TaskExecutor executor;

		private Builder() {
		}

		/**
		 * Add handlers that hear of every run. An {@code @LlmCallback} annotation on a
		 * handler's class says how it is called.
		 * @param handlers the handlers
		 * @return this builder
		 */
		public Builder handlers(LlmCallbackHandler... handlers) {
			Arrays.stream(handlers).map(HandlerRegistration::of).forEach(this.registrations::add);
			return this;
		}

		/**
		 * Add handlers that hear of every run.
		 * @param registrations the handlers
		 * @return this builder
		 */
		public Builder registrations(Collection<HandlerRegistration> registrations) {
			this.registrations.addAll(registrations);
			return this;
		}

		/**
		 * Set the executor that blocking handlers are called on.
		 * @param executor an executor with threads of its own. By default a bounded pool
		 * of daemon threads
		 * @return this builder
		 */
		public Builder executor(TaskExecutor executor) {
			this.executor = executor;
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
			TaskExecutor executor = (this.executor != null) ? this.executor : DaemonExecutor.create();
			return new DefaultCallbackManager(this.registrations, executor, this.filters);
		}

	}

}
