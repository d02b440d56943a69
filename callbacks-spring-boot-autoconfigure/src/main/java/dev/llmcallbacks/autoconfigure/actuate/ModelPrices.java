package dev.llmcallbacks.autoconfigure.actuate;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.autoconfigure.actuate.LlmPriceProperties.Price;
import dev.llmcallbacks.message.TokenUsage;

/**
 * Computes what model calls cost. A cost that would be a guess is not known: that of a
 * model without a price, or of cached tokens without a price of their own.
 */
final class ModelPrices {

	private static final Pattern VERSION = Pattern.compile("[-@]\\d[-\\d]*");

	private static final int MILLION = 6;

	private final Map<String, Price> prices;

	ModelPrices(Map<String, Price> prices) {
		this.prices = prices;
	}

	/**
	 * Return what a call costs.
	 * @param model the name of the model
	 * @param usage the tokens that were used
	 * @return the cost, or {@code null} if it is not known
	 */
	@Nullable BigDecimal costOf(String model, TokenUsage usage) {
		Price price = priceOf(model);
		if (price == null) {
			return null;
		}
		BigDecimal sum = BigDecimal.ZERO;
		int uncached = Math.max(0, usage.input() - usage.cacheRead() - usage.cacheWrite());
		int[] tokens = { uncached, usage.output(), usage.cacheRead(), usage.cacheWrite() };
		BigDecimal[] each = { price.getInput(), price.getOutput(), price.getCacheRead(), price.getCacheWrite() };
		for (int i = 0; i < tokens.length; i++) {
			if (tokens[i] > 0) {
				if (each[i] == null) {
					return null;
				}
				sum = sum.add(each[i].multiply(BigDecimal.valueOf(tokens[i])));
			}
		}
		return sum.movePointLeft(MILLION);
	}

	private @Nullable Price priceOf(String model) {
		Price price = this.prices.get(model);
		if (price != null) {
			return price;
		}
		return this.prices.entrySet()
			.stream()
			.filter((entry) -> model.startsWith(entry.getKey())
					&& VERSION.matcher(model.substring(entry.getKey().length())).matches())
			.map(Map.Entry::getValue)
			.findFirst()
			.orElse(null);
	}

}
