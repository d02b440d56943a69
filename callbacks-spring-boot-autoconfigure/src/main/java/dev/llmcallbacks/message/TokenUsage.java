package dev.llmcallbacks.message;

/**
 * Number of tokens that a call used. All counts are zero if they are not
 * {@linkplain #isKnown() known}: most providers report them at the end of the response,
 * so that a call that is cancelled or fails has used tokens that nobody counts.
 *
 * @param input tokens of the prompt, cached ones included, for every provider
 * @param output tokens of the response, reasoning included
 * @param total input and output
 * @param cacheRead tokens of the prompt that were read from the provider's cache
 * @param cacheWrite tokens of the prompt that were written to the provider's cache
 * @param reasoning tokens of the response that were spent on reasoning
 */
public record TokenUsage(int input, int output, int total, int cacheRead, int cacheWrite, int reasoning) {

	/**
	 * Usage that is not known.
	 */
	public static final TokenUsage NONE = new TokenUsage(0, 0, 0, 0, 0, 0);

	/**
	 * Create a usage. Negative counts, which a provider may send, are zero.
	 */
	public TokenUsage {
		input = Math.max(0, input);
		output = Math.max(0, output);
		total = Math.max(0, total);
		cacheRead = Math.max(0, cacheRead);
		cacheWrite = Math.max(0, cacheWrite);
		reasoning = Math.max(0, reasoning);
	}

	/**
	 * Whether the provider reported the usage. The sum of several usages is known if one
	 * of them is, and then at least what was used.
	 * @return {@code false} if all counts are zero
	 */
	public boolean isKnown() {
		return !equals(NONE);
	}

	/**
	 * Return the sum of this usage and another.
	 * @param other the other usage
	 * @return the sum of each count, at most {@link Integer#MAX_VALUE}
	 */
	public TokenUsage plus(TokenUsage other) {
		return new TokenUsage(sum(this.input, other.input), sum(this.output, other.output),
				sum(this.total, other.total), sum(this.cacheRead, other.cacheRead),
				sum(this.cacheWrite, other.cacheWrite), sum(this.reasoning, other.reasoning));
	}

	private static int sum(int count, int other) {
		return (int) Math.min(Integer.MAX_VALUE, (long) count + other);
	}

}
