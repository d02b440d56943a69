package dev.llmcallbacks.provider;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Options that models refuse, with what to change. Providers name the field of the
 * request in the error's {@code param}, or in its message.
 */
final class RefusedOption {

	private static final Map<String, String> ADVICE = new LinkedHashMap<>();

	static {
		String field = "the field is selected by 'callbacks.openai.max-tokens-field', its value is 'callbacks.chat.max-tokens' or the option maxTokens";
		ADVICE.put("max_completion_tokens", field);
		ADVICE.put("max_tokens", field);
		ADVICE.put("max_output_tokens", "change 'callbacks.chat.max-tokens' or the option maxTokens");
		ADVICE.put("temperature", "change 'callbacks.chat.temperature' or the option temperature");
		ADVICE.put("top_p", "change 'callbacks.chat.top-p' or the option topP");
		ADVICE.put("stop_sequences", "change 'callbacks.chat.stop-sequences' or the option stopSequences");
		ADVICE.put("stop", "change 'callbacks.chat.stop-sequences' or the option stopSequences");
		ADVICE.put("seed", "change 'callbacks.chat.seed' or the option seed");
		ADVICE.put("stream_options", "set 'callbacks.openai.stream-usage' to false");
		ADVICE.put("tool_choice", "change the option toolChoice");
		String effort = "change 'callbacks.chat.reasoning-effort' or the option reasoningEffort";
		ADVICE.put("reasoning_effort", effort);
		ADVICE.put("reasoning.effort", effort);
		ADVICE.put("output_config.effort", effort);
		ADVICE.put("reasoning.summary", "change 'callbacks.chat.show-reasoning' or the option showReasoning");
		ADVICE.put("thinking", "change 'callbacks.chat.thinking' or the option thinking");
		ADVICE.put("parallel_tool_calls",
				"change 'callbacks.chat.parallel-tool-calls' or the option parallelToolCalls");
		ADVICE.put("prompt_cache_key", "change 'callbacks.chat.prompt-cache-key' or the option promptCacheKey");
		ADVICE.put("cache_control", "change 'callbacks.chat.prompt-cache-ttl' or the option promptCacheTtl");
	}

	private RefusedOption() {
	}

	/**
	 * Return what to change if a provider refused an option.
	 * @param error the error
	 * @return the advice, or {@code null} if the error names no option
	 */
	static @Nullable String adviceFor(ErrorBody error) {
		String param = error.param();
		if (param != null) {
			return ADVICE.get(param);
		}
		String message = error.message();
		if (message == null) {
			return null;
		}
		return ADVICE.entrySet()
			.stream()
			.filter((option) -> isNamed(option.getKey(), message))
			.map(Map.Entry::getValue)
			.findFirst()
			.orElse(null);
	}

	// at the beginning, as Anthropic does, or in quotes
	private static boolean isNamed(String option, String message) {
		return message.startsWith(option + ":") || message.contains("'" + option + "'")
				|| message.contains("`" + option + "`");
	}

}
