package dev.llmcallbacks.message;

import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * One answer to one prompt.
 *
 * @param message the answer
 * @param finishReason why it ended, or {@code null} if that is not known (of a partial
 * answer)
 * @param rawFinishReason the provider's own word for it, or {@code null}
 * @param details what else the provider said about this answer
 */
public record ChatGeneration(AiMessage message, @Nullable FinishReason finishReason, @Nullable String rawFinishReason,
		Map<String, Object> details) {

	public ChatGeneration {
		Objects.requireNonNull(message, "'message' must not be null");
		details = Map.copyOf(details);
	}

	/**
	 * Return the answer's text.
	 * @return the text, empty when there is none
	 */
	public String text() {
		return this.message.text();
	}

}
