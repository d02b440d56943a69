package dev.llmcallbacks.message;

/**
 * How many tokens a call used. All counts are zero when the provider did not tell.
 *
 * @param input tokens of the prompt, cached ones included, for every provider
 * @param output tokens of the answer, reasoning included
 * @param total input and output
 * @param cacheRead tokens of the prompt that were read from the provider's cache
 * @param cacheWrite tokens of the prompt that were written to the provider's cache
 * @param reasoning tokens of the answer that were spent on reasoning
 */
public record TokenUsage(int input, int output, int total, int cacheRead, int cacheWrite, int reasoning) {

	/**
	 * No tokens at all.
	 */
	public static final TokenUsage NONE = new TokenUsage(0, 0, 0, 0, 0, 0);

	/**
	 * Return the sum of this usage and another.
	 * @param other the other usage
	 * @return the sum, count by count
	 */
	public TokenUsage plus(TokenUsage other) {
		return new TokenUsage(this.input + other.input, this.output + other.output, this.total + other.total,
				this.cacheRead + other.cacheRead, this.cacheWrite + other.cacheWrite, this.reasoning + other.reasoning);
	}

}
