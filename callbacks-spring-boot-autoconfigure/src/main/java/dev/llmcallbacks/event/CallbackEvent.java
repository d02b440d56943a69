package dev.llmcallbacks.event;

import java.time.Instant;

import dev.llmcallbacks.run.Run;

/**
 * Event of a run. Immutable; all handlers of a run receive the same object.
 */
public sealed interface CallbackEvent
		permits RunStart, RunEnd, LlmNewToken, Retry, AgentAction, AgentFinish, ToolProgress, Text, CustomEvent {

	/**
	 * Return the run of the event.
	 * @return the run
	 */
	Run run();

	/**
	 * Return the time of the event.
	 * @return the time, of the machine's clock
	 */
	Instant timestamp();

}
