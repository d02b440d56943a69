package dev.llmcallbacks.provider.openai;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.provider.JsonCursor;

/**
 * Reads the usage in the forms in which it is sent: OpenAI's, DeepSeek's and Together's
 * names for cached tokens, and Anthropic's names as proxies pass them on. Counts are
 * never negative, and sums stop at the largest integer.
 */
final class OpenAiUsage {

	private int input;

	private int output;

	private int total;

	private int cacheRead;

	private int cacheWrite;

	private int reasoning;

	private OpenAiUsage() {
	}

	/**
	 * Read a usage object.
	 * @param json stands on the value
	 * @return the usage, or {@code null} if the value is not an object
	 */
	static @Nullable TokenUsage read(JsonCursor json) {
		if (!json.enterObject()) {
			return null;
		}
		OpenAiUsage usage = new OpenAiUsage();
		usage.readFields(json);
		int total = (usage.total > 0) ? usage.total
				: (int) Math.min(Integer.MAX_VALUE, (long) usage.input + usage.output);
		return new TokenUsage(usage.input, usage.output, total, usage.cacheRead, usage.cacheWrite, usage.reasoning);
	}

	private void readFields(JsonCursor json) {
		for (String name = json.nextField(); name != null; name = json.nextField()) {
			switch (name) {
				case "prompt_tokens", "input_tokens" -> {
					this.input = json.count();
				}
				case "completion_tokens", "output_tokens" -> {
					this.output = json.count();
				}
				case "total_tokens" -> {
					this.total = json.count();
				}
				case "cached_tokens", "prompt_cache_hit_tokens", "cache_read_input_tokens" -> {
					this.cacheRead = Math.max(this.cacheRead, json.count());
				}
				case "cache_write_tokens", "cache_creation_input_tokens" -> {
					this.cacheWrite = Math.max(this.cacheWrite, json.count());
				}
				case "reasoning_tokens" -> {
					this.reasoning = Math.max(this.reasoning, json.count());
				}
				case "prompt_tokens_details", "completion_tokens_details", "input_tokens_details",
						"output_tokens_details" -> {
					if (json.enterObject()) {
						readFields(json);
					}
				}
				default -> json.skip();
			}
		}
	}

}
