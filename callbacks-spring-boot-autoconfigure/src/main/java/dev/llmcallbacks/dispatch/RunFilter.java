package dev.llmcallbacks.dispatch;

import reactor.util.context.Context;

import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;

/**
 * A hook around every run, for what has to be in force while the run is going on:
 * observations are the foremost example. Unlike a handler, a filter is called in place,
 * on whatever thread opens or ends the run, and must not block. An exception of a filter
 * is logged and changes nothing else.
 */
@FunctionalInterface
public interface RunFilter {

	/**
	 * Called when a run is about to begin, before any handler hears of it.
	 * @param start the run's first event
	 * @param context the Reactor Context in which the run was opened
	 * @return what is in force during the run
	 */
	Scope open(RunStart start, Context context);

	/**
	 * What a filter puts in force during one run.
	 */
	interface Scope {

		/**
		 * Return the Reactor Context of the run's work and of its handlers.
		 * @return the context, with what the filter adds
		 */
		Context context();

		/**
		 * Called exactly once when the run's outcome has been decided, before any handler
		 * hears of it.
		 * @param end the run's last event
		 */
		void close(RunEnd end);

	}

}
