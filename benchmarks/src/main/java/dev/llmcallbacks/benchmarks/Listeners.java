package dev.llmcallbacks.benchmarks;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import reactor.core.publisher.Mono;

import dev.llmcallbacks.benchmarks.load.AsyncTokenCounter;
import dev.llmcallbacks.benchmarks.load.TokenCounter;
import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.ContentGuard;
import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.handlers.RunWatch;

/**
 * Who listens to a run.
 */
public enum Listeners {

	/** There is no run: the items come straight from their source. */
	NO_RUN(0, (index) -> new TokenCounter()),

	/** Nobody. */
	NOBODY(0, (index) -> new TokenCounter()),

	/** One that does not listen to tokens, called in place. */
	ASYNC_WITHOUT_TOKENS(1, (index) -> AsyncCallbackHandler.on(LlmEnd.class, (end) -> Mono.empty())),

	/**
	 * One that does not listen to tokens, called on an executor at the end of the run.
	 */
	SYNC_WITHOUT_TOKENS(1, (index) -> CallbackHandler.on(LlmEnd.class, (end) -> {
	})),

	/** The run view while nobody looks at it. */
	RUN_VIEW(1, (index) -> new RunWatch(true, ContentGuard.NONE, (model, usage) -> null)),

	/** One that is called in place. */
	ASYNC_1(1, (index) -> new AsyncTokenCounter()),

	/** Four that are called in place. */
	ASYNC_4(4, (index) -> new AsyncTokenCounter()),

	/** One that is called on an executor. */
	SYNC_1(1, (index) -> new TokenCounter()),

	/** Four that are called on an executor. */
	SYNC_4(4, (index) -> new TokenCounter());

	private final int count;

	private final IntFunction<LlmCallbackHandler> factory;

	Listeners(int count, IntFunction<LlmCallbackHandler> factory) {
		this.count = count;
		this.factory = factory;
	}

	List<LlmCallbackHandler> create() {
		return IntStream.range(0, this.count).mapToObj(this.factory).toList();
	}

}
