package dev.llmcallbacks.dispatch;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

import dev.llmcallbacks.event.CallbackEvent;

/**
 * Handle of an open run for what happens inside it. Safe for use by any number of
 * threads.
 */
interface RunHandle extends ActiveRun {

	/**
	 * Publish an event of the application's own.
	 * @param event the event
	 * @param capacity waits for every lane to have capacity for another event
	 */
	void emit(CallbackEvent event, Countdown capacity);

	/**
	 * Cancel the run although its subscriber has not asked for it.
	 * @param reason the error that the subscriber receives
	 */
	void cancel(Throwable reason);

	/**
	 * Return the state of the run.
	 * @return the state
	 */
	RunStatus status();

	/**
	 * Return the calls of handlers that are going on in the run.
	 * @return the calls of each handler
	 */
	Map<RegisteredHandler, HandlerCall> calls();

	/**
	 * Return the Reactor Context of the run's work and of its handlers.
	 * @return the context
	 */
	Context reactorContext();

	/**
	 * Return the thread-local values captured when the run was opened.
	 * @return the values, or {@code null} if there are none
	 */
	@Nullable ThreadLocalValues threadLocals();

}
