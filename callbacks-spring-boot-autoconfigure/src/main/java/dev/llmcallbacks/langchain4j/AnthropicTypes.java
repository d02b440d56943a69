package dev.llmcallbacks.langchain4j;

import java.util.Objects;

import dev.langchain4j.model.anthropic.AnthropicChatRequestParameters;
import dev.langchain4j.model.anthropic.AnthropicTokenUsage;
import dev.langchain4j.model.anthropic.internal.api.AnthropicStreamingException;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.Thinking;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.provider.SchemaRules;

/**
 * What LangChain4j has for Anthropic alone. To be used only where its module for
 * Anthropic is on the class path.
 */
final class AnthropicTypes {

	private AnthropicTypes() {
	}

	/**
	 * Return whether a model takes the parameters of Anthropic.
	 * @param defaults the parameters of the model, or {@code null}
	 * @return whether they are Anthropic's
	 */
	static boolean understands(@Nullable ChatRequestParameters defaults) {
		return defaults instanceof AnthropicChatRequestParameters;
	}

	/**
	 * Return a builder with the options that Anthropic understands beyond those of all
	 * providers.
	 * @param options the options
	 * @param refusals refuses those that it does not understand
	 * @return the builder
	 */
	static DefaultChatRequestParameters.Builder<?> parameters(ChatOptions options, Refusals refusals) {
		refusals.refuse("seed", options.seed());
		refusals.refuse("reasoningEffort", options.reasoningEffort());
		refusals.refuse("promptCacheKey", options.promptCacheKey());
		refusals.refuse("extraBody", options.extraBody().isEmpty() ? null : options.extraBody());
		AnthropicChatRequestParameters.Builder builder = AnthropicChatRequestParameters.builder()
			.returnThinking(options.showReasoning());
		if (options.parallelToolCalls() != null) {
			builder.disableParallelToolUse(!options.parallelToolCalls());
		}
		Thinking thinking = options.thinking();
		if (thinking != null) {
			builder.thinkingType(type(thinking)).thinkingBudgetTokens(thinking.budgetTokens());
		}
		return builder.responseFormat(ResponseFormats.of(options, SchemaRules.ANTHROPIC));
	}

	private static String type(Thinking thinking) {
		return switch (thinking.mode()) {
			case ADAPTIVE -> "adaptive";
			case BUDGET -> "enabled";
			case DISABLED -> "disabled";
		};
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
