package dev.llmcallbacks.sample.chat;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.message.TokenUsage;

/**
 * Logs what each run made for a browser has used: a bean that is a handler.
 */
@LlmCallback(tags = "chat")
class UsageLog implements CallbackHandler {

	private static final Logger logger = LoggerFactory.getLogger(UsageLog.class);

	@Override
	public void onLlmEnd(LlmEnd event) {
		TokenUsage usage = event.result().llmOutput().tokenUsage();
		logger.info("Run {} used {} tokens of input and {} of output", event.run().id(), usage.input(), usage.output());
	}

	@Override
	public void onLlmError(LlmError event) {
		logger.warn("Run {} failed: {}", event.run().id(), event.error().getMessage());
	}

}
