package dev.llmcallbacks.dispatch;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;

import reactor.util.context.ContextView;

/**
 * Open run that is fed by hand, for clients with callbacks of their own.
 * <p>
 * {@link #accept}, {@link #complete} and {@link #fail} are called by one thread at a
 * time; all other methods by any thread. No method but those whose names begin with
 * {@code await} waits for handlers. Stages complete on the thread that handlers have
 * finished on: what takes long depends on them with an {@code Async} method.
 *
 * @param <T> the type of item
 */
public interface OpenRun<T> extends ActiveRun {

	/**
	 * Return when the work may begin.
	 * @return completes when every handler has finished the start event, at once in a run
	 * that was opened inside a handler's callback. Completes exceptionally if the run has
	 * ended before
	 */
	CompletionStage<Void> started();

	/**
	 * Wait on the current thread until the work may begin. Returns at once on a thread
	 * that must not block. If the thread is interrupted, the run is cancelled, and the
	 * thread remains interrupted. Throws what the run has ended with if it has ended
	 * before: a {@link CallbackException} if a handler with {@code raiseError} failed, a
	 * {@link java.util.concurrent.CancellationException} if it was cancelled.
	 */
	void awaitStart();

	/**
	 * Add an item. Items that arrive before the start event has been finished are kept
	 * until then. Has no effect when the run has ended.
	 * @param item the item
	 */
	void accept(T item);

	/**
	 * Return when the items have been passed on: finished by handlers in lockstep, and in
	 * the buffers of all others. A client that waits for it before it reads on is paced
	 * by the handlers.
	 * @return completes when no item that has been added so far is left, also because the
	 * run has ended
	 */
	CompletionStage<Void> passed();

	/**
	 * Complete the run, after the items. Has no effect when the run has ended.
	 */
	void complete();

	/**
	 * Fail the run, after the items. Has no effect when the run has ended. If an
	 * enclosing run has failed or been cancelled before, which may have caused the error,
	 * the run is cancelled instead.
	 * @param error why it has failed
	 */
	void fail(Throwable error);

	/**
	 * Cancel the run, and with it the runs inside it. Has no effect when the run has
	 * ended.
	 */
	void cancel();

	/**
	 * Set what stops the work when the run is cancelled, be it with {@link #cancel()} or
	 * {@link CallbackManager#cancel}, because an enclosing run has ended or the
	 * application stops, and when a handler with {@code raiseError} fails it.
	 * @param action called once at most, on any thread; at once if that has happened
	 * already
	 */
	void onCancel(Runnable action);

	/**
	 * Carry the run, and the thread-local values captured when it was opened, into a
	 * task.
	 * @param task the task
	 * @return a task during which this run is the current one, on any thread
	 */
	Runnable wrap(Runnable task);

	/**
	 * Carry the run, and the thread-local values captured when it was opened, into a
	 * task.
	 * @param <V> the type of result
	 * @param task the task
	 * @return a task during which this run is the current one, on any thread
	 */
	<V> Callable<V> wrap(Callable<V> task);

	/**
	 * Return the Reactor Context of the run's work, for reactive code inside the run.
	 * @return the context
	 */
	ContextView context();

	/**
	 * Return when the run has ended.
	 * @return completes when every handler has finished the terminal event; at once with
	 * the outcome in a run that was opened inside a handler's callback. Completes
	 * exceptionally with the error of a run that has failed, and with a
	 * {@link java.util.concurrent.CancellationException} if it was cancelled
	 */
	CompletionStage<Void> ended();

	/**
	 * Wait on the current thread until the run has ended. Returns at once on a thread
	 * that must not block, and when the thread is interrupted, which it remains. Throws
	 * what {@link #ended()} completes with, also if that is a checked exception.
	 */
	void awaitEnd();

}
