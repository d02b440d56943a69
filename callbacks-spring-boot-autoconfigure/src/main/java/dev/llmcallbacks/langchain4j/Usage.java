package dev.llmcallbacks.langchain4j;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

import dev.llmcallbacks.message.TokenUsage;

/**
 * Token usage of LangChain4j as that of the library. Cached tokens and tokens of
 * reasoning are known for OpenAI and Anthropic.
 */
final class Usage {

	private static final boolean OPEN_AI = ClassUtils.isPresent("dev.langchain4j.model.openai.OpenAiTokenUsage",
			Usage.class.getClassLoader());

	private static final boolean ANTHROPIC = ClassUtils.isPresent("dev.langchain4j.model.anthropic.AnthropicTokenUsage",
			Usage.class.getClassLoader());

	private Usage() {
	}

	/**
	 * Convert a usage.
	 * @param usage the usage, or {@code null} if it is not known
	 * @return the usage, {@link TokenUsage#NONE} if it is not known
	 */
	static TokenUsage of(dev.langchain4j.model.output.@Nullable TokenUsage usage) {
		if (usage == null) {
			return TokenUsage.NONE;
		}
		TokenUsage detailed = OPEN_AI ? OpenAiTypes.usage(usage) : null;
		detailed = (detailed == null && ANTHROPIC) ? AnthropicTypes.usage(usage) : detailed;
		return (detailed != null) ? detailed : counted(usage);
	}

	private static TokenUsage counted(dev.langchain4j.model.output.TokenUsage usage) {
		int input = Objects.requireNonNullElse(usage.inputTokenCount(), 0);
		int output = Objects.requireNonNullElse(usage.outputTokenCount(), 0);
		return new TokenUsage(input, output, Objects.requireNonNullElse(usage.totalTokenCount(), input + output), 0, 0,
				0);
	}

}
