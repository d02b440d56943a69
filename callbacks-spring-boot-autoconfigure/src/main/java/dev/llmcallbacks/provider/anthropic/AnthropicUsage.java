package dev.llmcallbacks.provider.anthropic;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.provider.JsonCursor;

/**
 * Usage of one response. The counts of a later event replace those of an earlier one.
 * They are never negative, and sums stop at the largest integer.
 */
final class AnthropicUsage {

	private int input;

	private int cacheRead;

	private int cacheWrite;

	private int output;

	private int reasoning;

	private @Nullable String serviceTier;

	/**
	 * Read a usage object.
	 * @param json stands on the value
	 * @return whether the value was an object
	 */
	boolean read(JsonCursor json) {
		if (!json.enterObject()) {
			return false;
		}
		for (String name = json.nextField(); name != null; name = json.nextField()) {
			switch (name) {
				case "input_tokens" -> {
					this.input = json.isNull() ? this.input : json.count();
				}
				case "cache_read_input_tokens" -> {
					this.cacheRead = json.isNull() ? this.cacheRead : json.count();
				}
				case "cache_creation_input_tokens" -> {
					this.cacheWrite = json.isNull() ? this.cacheWrite : json.count();
				}
				case "output_tokens" -> {
					this.output = json.isNull() ? this.output : json.count();
				}
				case "service_tier" -> {
					this.serviceTier = json.text();
				}
				case "output_tokens_details" -> readDetails(json);
				default -> json.skip();
			}
		}
		return true;
	}

	private void readDetails(JsonCursor json) {
		if (json.enterObject()) {
			for (String name = json.nextField(); name != null; name = json.nextField()) {
				if (name.equals("thinking_tokens") || name.equals("reasoning_tokens")) {
					this.reasoning = json.count();
				}
				else {
					json.skip();
				}
			}
		}
	}

	/**
	 * Return the tier with which the request was served.
	 * @return the name of the tier, or {@code null} if it is not known
	 */
	@Nullable String serviceTier() {
		return this.serviceTier;
	}

	TokenUsage toTokenUsage() {
		long allInput = (long) this.input + this.cacheRead + this.cacheWrite;
		return new TokenUsage(limit(allInput), this.output, limit(allInput + this.output), this.cacheRead,
				this.cacheWrite, this.reasoning);
	}

	private static int limit(long count) {
		return (int) Math.min(Integer.MAX_VALUE, count);
	}

}
