package dev.llmcallbacks.sample.program;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.event.LlmNewToken;

/**
 * Prints each token. May block, for it is called on a thread of the executor.
 */
class MyCustomSyncHandler implements CallbackHandler {

	@Override
	public void onLlmNewToken(LlmNewToken event) {
		System.out.println("Sync handler being called in a `thread_pool_executor`: token: " + event.token());
	}

}
