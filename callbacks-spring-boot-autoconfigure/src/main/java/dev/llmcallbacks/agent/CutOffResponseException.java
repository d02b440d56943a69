package dev.llmcallbacks.agent;

import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.run.PrintableText;

/**
 * Thrown when a response of an agent's model calls tools and was cut off, by the limit of
 * tokens or by a content filter. None of its calls is made: they may be incomplete.
 */
public class CutOffResponseException extends RuntimeException {

	private static final int MAX_REASON_LENGTH = 100;

	/**
	 * Create an exception.
	 * @param message which agent it was, and what cut the response off
	 */
	public CutOffResponseException(String message) {
		super(message);
	}

	CutOffResponseException(String agent, ChatGeneration response) {
		this("Agent '%s' makes none of the %d tool calls of a response that was cut off (finish reason '%s'). %s"
			.formatted(agent, response.message().toolCalls().size(), reason(response), advice(response)));
	}

	private static String reason(ChatGeneration response) {
		String raw = response.rawFinishReason();
		return (raw != null) ? PrintableText.of(raw, MAX_REASON_LENGTH) : String.valueOf(response.finishReason());
	}

	private static String advice(ChatGeneration response) {
		return (response.finishReason() == FinishReason.LENGTH)
				? "Allow more tokens with 'callbacks.chat.max-tokens' or the agent's chatOptions(…)"
				: "The provider's content filter stopped it";
	}

}
