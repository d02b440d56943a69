package dev.llmcallbacks.sample.chat;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.event.RunEnd;

/**
 * Logs how each run made for a browser has ended: a bean with a method that is a handler.
 */
@Component
class RunLog {

	private static final Logger logger = LoggerFactory.getLogger(RunLog.class);

	@LlmCallback(tags = "chat")
	void log(RunEnd event) {
		logger.info("Run {} {} after {} ms", event.run().id(), event.outcome(), event.duration().toMillis());
	}

}
