package dev.llmcallbacks.benchmarks.load;

import java.util.concurrent.atomic.LongAdder;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.event.LlmNewToken;

/**
 * The least that a blocking handler can do with a token.
 */
public final class TokenCounter implements CallbackHandler {

	private final LongAdder characters = new LongAdder();

	@Override
	public void onLlmNewToken(LlmNewToken event) {
		this.characters.add(event.token().length());
	}

	/**
	 * Return what was counted, and begin anew.
	 * @return the number of characters of all tokens
	 */
	public long takeCharacters() {
		return this.characters.sumThenReset();
	}

}
