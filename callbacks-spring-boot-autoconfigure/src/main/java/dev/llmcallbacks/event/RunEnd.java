package dev.llmcallbacks.event;

import java.time.Duration;

import dev.llmcallbacks.run.Outcome;

/**
 * A run has ended, one way or the other: the last event of every run.
 */
public sealed interface RunEnd extends CallbackEvent permits LlmEnd, LlmError, LlmCancel, ChainEnd, ChainError,
		ChainCancel, ToolEnd, ToolError, ToolCancel, RetrieverEnd, RetrieverError, RetrieverCancel {

	/**
	 * Return how the run ended.
	 * @return the outcome
	 */
	Outcome outcome();

	/**
	 * Return how long the run took, waiting for its start handlers included.
	 * @return the time from the run's start to its end, by a clock that never goes back
	 */
	Duration duration();

}
