package dev.llmcallbacks.event;

import java.time.Duration;

import dev.llmcallbacks.run.Outcome;

/**
 * Terminal event of a run: the last event of every run.
 */
public sealed interface RunEnd extends CallbackEvent permits LlmEnd, LlmError, LlmCancel, ChainEnd, ChainError,
		ChainCancel, ToolEnd, ToolError, ToolCancel, RetrieverEnd, RetrieverError, RetrieverCancel {

	/**
	 * Return the outcome of the run.
	 * @return the outcome
	 */
	Outcome outcome();

	/**
	 * Return the time that the run took, including the wait for the handlers of its start
	 * event.
	 * @return the time from the run's start to its end, by a monotonic clock
	 */
	Duration duration();

}
