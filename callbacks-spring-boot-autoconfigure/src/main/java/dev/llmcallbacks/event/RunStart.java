package dev.llmcallbacks.event;

/**
 * Start event of a run: the first event of every run.
 */
public sealed interface RunStart extends CallbackEvent
		permits ChatModelStart, LlmStart, ChainStart, ToolStart, RetrieverStart {

}
