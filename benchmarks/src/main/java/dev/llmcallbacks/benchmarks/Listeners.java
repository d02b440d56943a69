package dev.llmcallbacks.benchmarks;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

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
	NO_RUN(0, TokenCounter::new),

	/** Nobody. */
	NOBODY(0, TokenCounter::new),

	/** One that does not listen to tokens, called in place. */
	ASYNC_WITHOUT_TOKENS(1, () -> AsyncCallbackHandler.on(LlmEnd.class, (end) -> Mono.empty())),

	/**
	 * One that does not listen to tokens, called on an executor at the end of the run.
	 */
	SYNC_WITHOUT_TOKENS(1, () -> CallbackHandler.on(LlmEnd.class, (end) -> {
	})),

	/** The run view while nobody looks at it. */
	RUN_VIEW(() -> List.of(runView(false))),

	/** The run view while nobody looks at it, which keeps contents. */
	RUN_VIEW_CONTENT(() -> List.of(runView(true))),

	/** The run view with a page, which shows contents. */
	RUN_VIEW_OPEN(() -> {
		RunWatch watch = runView(true);
		return List.of(watch, watch.tokenHandler());
	}),

	/** One that is called in place. */
	ASYNC_1(1, AsyncTokenCounter::new),

	/** Four that are called in place. */
	ASYNC_4(4, AsyncTokenCounter::new),

	/** One that is called on an executor. */
	SYNC_1(1, TokenCounter::new),

	/** Four that are called on an executor. */
	SYNC_4(4, TokenCounter::new);

	private final Supplier<List<LlmCallbackHandler>> factory;

	Listeners(int count, Supplier<LlmCallbackHandler> factory) {
		this(() -> Stream.generate(factory).limit(count).toList());
	}

	Listeners(Supplier<List<LlmCallbackHandler>> factory) {
		this.factory = factory;
	}

	private static RunWatch runView(boolean content) {
		return new RunWatch(content, ContentGuard.NONE, (model, usage) -> null);
	}

	List<LlmCallbackHandler> create() {
		return this.factory.get();
	}

}
