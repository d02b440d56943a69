package dev.llmcallbacks.benchmarks.load;

import java.util.concurrent.atomic.LongAdder;

import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.event.LlmNewToken;

/**
 * The least that a reactive handler can do with a token.
 */
public final class AsyncTokenCounter implements AsyncCallbackHandler {

	private final LongAdder characters = new LongAdder();

	@Override
	public Mono<Void> onLlmNewToken(LlmNewToken event) {
		this.characters.add(event.token().length());
		return Mono.empty();
	}

	/**
	 * Return what was counted, and begin anew.
	 * @return the number of characters of all tokens
	 */
	public long takeCharacters() {
		return this.characters.sumThenReset();
	}

}
