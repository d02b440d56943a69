package dev.llmcallbacks.springai;

import org.springframework.ai.chat.client.ChatClientAttributes;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.util.StringUtils;

/**
 * Instructions on the format of a response that a client adds to a prompt after all
 * advisors.
 */
final class ResponseFormat {

	private ResponseFormat() {
	}

	/**
	 * Return the prompt as the model receives it.
	 * @param request the request as the innermost advisor has it
	 * @return the prompt
	 */
	static Prompt promptOf(ChatClientRequest request) {
		Object format = request.context().get(ChatClientAttributes.OUTPUT_FORMAT.getKey());
		if (!(format instanceof String text) || !StringUtils.hasText(text)
				|| request.context().containsKey(ChatClientAttributes.STRUCTURED_OUTPUT_NATIVE.getKey())) {
			return request.prompt();
		}
		return request.prompt()
			.augmentUserMessage(
					(message) -> message.mutate().text(message.getText() + System.lineSeparator() + text).build());
	}

}
