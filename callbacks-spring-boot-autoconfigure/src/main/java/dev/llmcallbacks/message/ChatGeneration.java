package dev.llmcallbacks.message;

import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Response to one prompt: one of the choices.
 *
 * @param message the response
 * @param finishReason the reason why it ended, or {@code null} if that is not known (of a
 * partial response)
 * @param rawFinishReason the provider's name of the reason, or {@code null}
 * @param details further details of the provider
 */
public record ChatGeneration(AiMessage message, @Nullable FinishReason finishReason, @Nullable String rawFinishReason,
		Map<String, Object> details) {

	public ChatGeneration {
		Objects.requireNonNull(message, "'message' must not be null");
		details = Details.copyOf(details);
	}

	/**
	 * Return the text of the response.
	 * @return the text, empty when there is none
	 */
	public String text() {
		return this.message.text();
	}

}
