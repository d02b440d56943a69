package dev.llmcallbacks.client;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.run.PrintableText;
import dev.llmcallbacks.run.Run;

/**
 * Logs once for each model that a response is empty because its limit of tokens was used
 * for reasoning.
 */
final class ExhaustedTokens {

	private static final Log logger = LogFactory.getLog(ExhaustedTokens.class);

	private static final int MAX_MODELS = 100;

	private static final int LONGEST_NAME = 100;

	private static final Set<String> models = ConcurrentHashMap.newKeySet();

	private ExhaustedTokens() {
	}

	static void warn(Run run, LlmResult result) {
		TokenUsage usage = result.llmOutput().tokenUsage();
		int reasoning = (usage != null) ? usage.reasoning() : 0;
		for (ChatGeneration generation : result.generations().get(0)) {
			boolean reasoned = reasoning > 0 || generation.message().reasoning() != null;
			if (generation.finishReason() == FinishReason.LENGTH && reasoned && generation.text().isBlank()
					&& generation.message().toolCalls().isEmpty()) {
				String model = result.llmOutput().modelName();
				warn((model != null) ? model : run.name(), reasoning);
			}
		}
	}

	private static void warn(String model, int reasoning) {
		if (models.size() < MAX_MODELS && models.add(model)) {
			logger.warn(
					"A response of model '%s' is empty because the maximum number of tokens was used for reasoning%s; increase 'callbacks.chat.max-tokens' or the option maxTokens"
						.formatted(PrintableText.of(model, LONGEST_NAME),
								(reasoning > 0) ? " (" + reasoning + " tokens)" : ""));
		}
	}

}
