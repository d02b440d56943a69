package dev.llmcallbacks.dispatch;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.run.Run;

/**
 * A run that is going on, as its own work sees it.
 */
public interface ActiveRun {

	/**
	 * Return the run.
	 * @return the run
	 */
	Run run();

	/**
	 * Tell the run's handlers of something that happened. Does nothing when the run has
	 * ended. May be called on any thread.
	 * @param event an event of this run, neither its first nor its last
	 */
	void emit(CallbackEvent event);

}
