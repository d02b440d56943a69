package dev.llmcallbacks.handlers;

import dev.llmcallbacks.message.TokenUsage;

/**
 * How many tokens a number of calls used. The counts have the meaning of
 * {@link TokenUsage}, and room for many calls.
 *
 * @param calls how many calls told their usage
 * @param input tokens of the prompts, cached ones included
 * @param output tokens of the answers, reasoning included
 * @param total input and output
 * @param cacheRead tokens of the prompts that were read from the provider's cache
 * @param cacheWrite tokens of the prompts that were written to the provider's cache
 * @param reasoning tokens of the answers that were spent on reasoning
 */
public record TokenTotals(long calls, long input, long output, long total, long cacheRead, long cacheWrite,
		long reasoning) {

	/**
	 * No calls at all.
	 */
	public static final TokenTotals NONE = new TokenTotals(0, 0, 0, 0, 0, 0, 0);

	static TokenTotals of(TokenUsage usage) {
		return new TokenTotals(1, usage.input(), usage.output(), usage.total(), usage.cacheRead(), usage.cacheWrite(),
				usage.reasoning());
	}

	/**
	 * Return the sum of these totals and others.
	 * @param other the other totals
	 * @return the sum, count by count
	 */
	public TokenTotals plus(TokenTotals other) {
		return new TokenTotals(this.calls + other.calls, this.input + other.input, this.output + other.output,
				this.total + other.total, this.cacheRead + other.cacheRead, this.cacheWrite + other.cacheWrite,
				this.reasoning + other.reasoning);
	}

}
