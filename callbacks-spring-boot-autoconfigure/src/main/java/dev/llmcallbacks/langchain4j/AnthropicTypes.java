package dev.llmcallbacks.langchain4j;

import java.util.Objects;

import dev.langchain4j.model.anthropic.AnthropicTokenUsage;
import dev.langchain4j.model.anthropic.internal.api.AnthropicStreamingException;
import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.TokenUsage;

/**
 * What LangChain4j has for Anthropic alone. To be used only where its module for
 * Anthropic is on the class path.
 */
final class AnthropicTypes {

	private AnthropicTypes() {
	}

	/**
	 * Return a usage with Anthropic's details, whose input does not include cached
	 * tokens.
	 * @param usage the usage
	 * @return the usage with its details, or {@code null} if it is not Anthropic's
	 */
	static @Nullable TokenUsage usage(dev.langchain4j.model.output.TokenUsage usage) {
		if (!(usage instanceof AnthropicTokenUsage anthropic)) {
			return null;
		}
		int read = Objects.requireNonNullElse(anthropic.cacheReadInputTokens(), 0);
		int written = Objects.requireNonNullElse(anthropic.cacheCreationInputTokens(), 0);
		int input = Objects.requireNonNullElse(anthropic.inputTokenCount(), 0) + read + written;
		int output = Objects.requireNonNullElse(anthropic.outputTokenCount(), 0);
		return new TokenUsage(input, output, input + output, read, written, 0);
	}

	/**
	 * Return the type of an error that Anthropic reported inside a stream.
	 * @param error the error
	 * @return the type, or {@code null} if the error is another one
	 */
	static @Nullable String errorType(Throwable error) {
		return (error instanceof AnthropicStreamingException streaming) ? streaming.type() : null;
	}

}
