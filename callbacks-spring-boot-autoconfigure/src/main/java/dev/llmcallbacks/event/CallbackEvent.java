package dev.llmcallbacks.event;

import java.time.Instant;

import dev.llmcallbacks.run.Run;

/**
 * Something that happened in a run. Immutable; all handlers of a run get the same object.
 */
public sealed interface CallbackEvent
		permits RunStart, RunEnd, LlmNewToken, Retry, AgentAction, AgentFinish, Text, CustomEvent {

	/**
	 * Return the run in which it happened.
	 * @return the run
	 */
	Run run();

	/**
	 * Return when it happened.
	 * @return the time, of the machine's clock
	 */
	Instant timestamp();

}
