package dev.llmcallbacks.handlers;

import java.math.BigDecimal;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.TokenUsage;

/**
 * Prices of one model for a million tokens each, in any currency. All prices of a handler
 * are in the same one.
 *
 * @param input the price of tokens of prompts that are not in a cache
 * @param output the price of tokens of responses, reasoning included
 * @param cacheRead the price of tokens of prompts that are read from a cache, or
 * {@code null} if it is that of other tokens of prompts
 * @param cacheWrite the price of tokens of prompts that are written to a cache, or
 * {@code null} if it is that of other tokens of prompts
 */
public record TokenPrice(BigDecimal input, BigDecimal output, @Nullable BigDecimal cacheRead,
		@Nullable BigDecimal cacheWrite) {

	private static final int MILLION_DIGITS = 6;

	public TokenPrice {
		requireNotNegative(Objects.requireNonNull(input, "'input' must not be null"), "input");
		requireNotNegative(Objects.requireNonNull(output, "'output' must not be null"), "output");
		requireNotNegative(cacheRead, "cacheRead");
		requireNotNegative(cacheWrite, "cacheWrite");
	}

	/**
	 * Create prices without special ones for cached tokens.
	 * @param input the price of tokens of prompts
	 * @param output the price of tokens of responses
	 */
	public TokenPrice(BigDecimal input, BigDecimal output) {
		this(input, output, null, null);
	}

	/**
	 * Return the cost of a call.
	 * @param usage the tokens of the call
	 * @return the exact cost
	 */
	public BigDecimal cost(TokenUsage usage) {
		int cached = Math.min(usage.input(), usage.cacheRead());
		int written = Math.min(usage.input() - cached, usage.cacheWrite());
		return times(this.input, usage.input() - cached - written)
			.add(times((this.cacheRead != null) ? this.cacheRead : this.input, cached))
			.add(times((this.cacheWrite != null) ? this.cacheWrite : this.input, written))
			.add(times(this.output, usage.output()));
	}

	private static BigDecimal times(BigDecimal price, int tokens) {
		return price.multiply(BigDecimal.valueOf(tokens)).movePointLeft(MILLION_DIGITS);
	}

	private static void requireNotNegative(@Nullable BigDecimal price, String name) {
		if (price != null && price.signum() < 0) {
			throw new IllegalArgumentException("'" + name + "' must not be negative, but is " + price);
		}
	}

}
