package dev.llmcallbacks.dispatch;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.run.Run;

/**
 * Open run, as seen by its own work.
 */
public interface ActiveRun {

	/**
	 * Return the run.
	 * @return the run
	 */
	Run run();

	/**
	 * Publish an event to the handlers of the run. Has no effect when the run has ended.
	 * May be called on any thread.
	 * @param event an event of this run, neither the start nor the terminal event
	 */
	void emit(CallbackEvent event);

}
