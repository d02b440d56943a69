package dev.llmcallbacks.langchain4j;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.openai.OpenAiChatRequestParameters;
import dev.langchain4j.model.openai.OpenAiTokenUsage;
import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.provider.SchemaRules;

/**
 * What LangChain4j has for OpenAI alone. To be used only where its module for OpenAI is
 * on the class path.
 */
final class OpenAiTypes {

	private OpenAiTypes() {
	}

	/**
	 * Return whether a model takes the parameters of OpenAI.
	 * @param defaults the parameters of the model, or {@code null}
	 * @return whether they are OpenAI's
	 */
	static boolean understands(@Nullable ChatRequestParameters defaults) {
		return defaults instanceof OpenAiChatRequestParameters;
	}

	/**
	 * Return a builder with the options that OpenAI understands beyond those of all
	 * providers.
	 * @param options the options
	 * @param refusals refuses those that it does not understand
	 * @return the builder
	 */
	static DefaultChatRequestParameters.Builder<?> parameters(ChatOptions options, Refusals refusals) {
		refusals.refuse("thinking", options.thinking());
		refusals.refuse("showReasoning", options.showReasoning());
		Map<String, Object> further = new LinkedHashMap<>();
		if (options.promptCacheKey() != null) {
			further.put("prompt_cache_key", options.promptCacheKey());
		}
		further.putAll(options.extraBody());
		return OpenAiChatRequestParameters.builder()
			.seed((options.seed() != null) ? seed(options.seed(), refusals) : null)
			.parallelToolCalls(options.parallelToolCalls())
			.reasoningEffort(options.reasoningEffort())
			.responseFormat(ResponseFormats.of(options, SchemaRules.OPENAI))
			.customParameters(further);
	}

	private static int seed(long seed, Refusals refusals) {
		if (seed != (int) seed) {
			throw refusals.unsupported("seed", "it has 32 bits there, which " + seed + " exceeds");
		}
		return (int) seed;
	}

	/**
	 * Return a usage with OpenAI's details, whose input includes cached tokens.
	 * @param usage the usage
	 * @return the usage with its details, or {@code null} if it is not OpenAI's
	 */
	static @Nullable TokenUsage usage(dev.langchain4j.model.output.TokenUsage usage) {
		if (!(usage instanceof OpenAiTokenUsage openAi)) {
			return null;
		}
		int input = Objects.requireNonNullElse(openAi.inputTokenCount(), 0);
		int output = Objects.requireNonNullElse(openAi.outputTokenCount(), 0);
		return new TokenUsage(input, output, Objects.requireNonNullElse(openAi.totalTokenCount(), input + output),
				cached(openAi), 0, reasoning(openAi));
	}

	private static int cached(OpenAiTokenUsage usage) {
		return (usage.inputTokensDetails() != null)
				? Objects.requireNonNullElse(usage.inputTokensDetails().cachedTokens(), 0) : 0;
	}

	private static int reasoning(OpenAiTokenUsage usage) {
		return (usage.outputTokensDetails() != null)
				? Objects.requireNonNullElse(usage.outputTokensDetails().reasoningTokens(), 0) : 0;
	}

	/**
	 * Return the data of an event that LangChain4j makes nothing of, such as an error
	 * inside a stream.
	 * @param event the event
	 * @return its data, or {@code null} if there is none
	 */
	static @Nullable String data(Object event) {
		return (event instanceof ServerSentEvent sent) ? sent.data() : null;
	}

}
