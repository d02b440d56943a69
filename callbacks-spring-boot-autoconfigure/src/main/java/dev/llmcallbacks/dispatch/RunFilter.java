package dev.llmcallbacks.dispatch;

import reactor.util.context.Context;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;

/**
 * Instruments every run. Sets up state that must be active while a run is open, such as
 * an observation. Unlike a handler, a filter is called in place, on the thread that opens
 * or ends the run, and must not block. An exception of a filter is logged and has no
 * other effect; an error of the virtual machine fails the run.
 */
@FunctionalInterface
public interface RunFilter {

	/**
	 * Called when a run is about to begin, before any handler receives the start event.
	 * @param start the run's start event
	 * @param context the Reactor Context in which the run was opened
	 * @return the scope of the filter for this run
	 */
	Scope open(RunStart start, Context context);

	/**
	 * State that a filter keeps for one run.
	 */
	interface Scope {

		/**
		 * Return the Reactor Context of the run's work and of its handlers.
		 * @return the context, with what the filter adds
		 */
		Context context();

		/**
		 * Whether the filter reads what the run has put into an event of a type. What a
		 * chain emits, for example, is kept for its end event only if a handler receives
		 * that event, or a filter reads it.
		 * @param eventType the type of event
		 * @return whether the filter reads it; {@code false} by default
		 */
		default boolean reads(Class<? extends CallbackEvent> eventType) {
			return false;
		}

		/**
		 * Called exactly once when the run's outcome has been decided, before any handler
		 * receives the terminal event.
		 * @param end the run's terminal event
		 */
		void close(RunEnd end);

	}

}
