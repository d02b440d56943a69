package dev.llmcallbacks.autoconfigure;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

import dev.llmcallbacks.handlers.TokenCostHandler;
import dev.llmcallbacks.handlers.TokenPrice;

/**
 * Configuration properties for the cost of calls.
 */
@ConfigurationProperties("callbacks")
public class LlmCostProperties {

	/**
	 * Prices of models for a million tokens, in any currency: 'input', 'output',
	 * 'cache-read' and 'cache-write' by the name of the model, or by a pattern with '*'
	 * in brackets.
	 */
	private final Map<String, String> prices = new LinkedHashMap<>();

	/**
	 * Cost of the application's calls, in the currency of the prices, from which on
	 * further calls fail. No limit if not set.
	 */
	private @Nullable BigDecimal budget;

	public Map<String, String> getPrices() {
		return this.prices;
	}

	public @Nullable BigDecimal getBudget() {
		return this.budget;
	}

	public void setBudget(@Nullable BigDecimal budget) {
		if (budget != null) {
			PropertyRange.check(budget.signum(), 0, Integer.MAX_VALUE);
		}
		this.budget = budget;
	}

	TokenCostHandler toHandler() {
		TokenCostHandler.Builder builder = TokenCostHandler.builder().budget(this.budget);
		toPrices().forEach(builder::price);
		return builder.build();
	}

	// the name of a model may have dots
	private Map<String, TokenPrice> toPrices() {
		Map<String, ModelPriceProperties> byModel = new LinkedHashMap<>();
		this.prices.forEach((key, value) -> {
			int dot = key.lastIndexOf('.');
			if (dot < 1) {
				throw invalid(key, "must end in 'input', 'output', 'cache-read' or 'cache-write'");
			}
			byModel.computeIfAbsent(key.substring(0, dot), (model) -> new ModelPriceProperties())
				.set(key, key.substring(dot + 1), value);
		});
		Map<String, TokenPrice> result = new LinkedHashMap<>();
		byModel.forEach((model, price) -> result.put(model, price.toPrice(model)));
		return result;
	}

	private static IllegalArgumentException invalid(String key, String reason) {
		return new IllegalArgumentException("'callbacks.prices." + key + "' " + reason);
	}

	private static final class ModelPriceProperties {

		private @Nullable BigDecimal input;

		private @Nullable BigDecimal output;

		private @Nullable BigDecimal cacheRead;

		private @Nullable BigDecimal cacheWrite;

		void set(String key, String name, String value) {
			BigDecimal price = parse(key, value);
			switch (name.replace("-", "").toLowerCase(Locale.ROOT)) {
				case "input" -> {
					this.input = price;
				}
				case "output" -> {
					this.output = price;
				}
				case "cacheread" -> {
					this.cacheRead = price;
				}
				case "cachewrite" -> {
					this.cacheWrite = price;
				}
				default -> throw invalid(key, "must end in 'input', 'output', 'cache-read' or 'cache-write'");
			}
		}

		private static BigDecimal parse(String key, String value) {
			try {
				BigDecimal price = new BigDecimal(value.strip());
				if (price.signum() < 0) {
					throw invalid(key, "must not be negative");
				}
				return price;
			}
			catch (NumberFormatException ex) {
				throw invalid(key, "is not a number");
			}
		}

		TokenPrice toPrice(String model) {
			if (this.input == null || this.output == null) {
				throw invalid(model + ((this.input == null) ? ".input" : ".output"), "is missing");
			}
			return new TokenPrice(this.input, this.output, this.cacheRead, this.cacheWrite);
		}

	}

}
