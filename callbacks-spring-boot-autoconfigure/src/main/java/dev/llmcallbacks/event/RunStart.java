package dev.llmcallbacks.event;

/**
 * A run is about to begin: the first event of every run.
 */
public sealed interface RunStart extends CallbackEvent
		permits ChatModelStart, LlmStart, ChainStart, ToolStart, RetrieverStart {

}
