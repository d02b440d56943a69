package dev.llmcallbacks.autoconfigure.actuate;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for the prices of models.
 */
@ConfigurationProperties("callbacks")
public class LlmPriceProperties {

	/**
	 * Prices by the names of models, for the costs that the run view shows. A name with
	 * dots is put into brackets. A price also applies to the dated versions of its model.
	 */
	private final Map<String, Price> prices = new LinkedHashMap<>();

	public Map<String, Price> getPrices() {
		return this.prices;
	}

	/**
	 * Prices of one model, each per million tokens, in any currency.
	 */
	public static class Price {

		/**
		 * Price of input tokens that are not read from a cache.
		 */
		private @Nullable BigDecimal input;

		/**
		 * Price of output tokens.
		 */
		private @Nullable BigDecimal output;

		/**
		 * Price of input tokens that are read from a cache. Without it, calls that read
		 * from a cache have no cost.
		 */
		private @Nullable BigDecimal cacheRead;

		/**
		 * Price of input tokens that are written to a cache. Without it, calls that write
		 * to a cache have no cost.
		 */
		private @Nullable BigDecimal cacheWrite;

		public @Nullable BigDecimal getInput() {
			return this.input;
		}

		public void setInput(@Nullable BigDecimal input) {
			this.input = input;
		}

		public @Nullable BigDecimal getOutput() {
			return this.output;
		}

		public void setOutput(@Nullable BigDecimal output) {
			this.output = output;
		}

		public @Nullable BigDecimal getCacheRead() {
			return this.cacheRead;
		}

		public void setCacheRead(@Nullable BigDecimal cacheRead) {
			this.cacheRead = cacheRead;
		}

		public @Nullable BigDecimal getCacheWrite() {
			return this.cacheWrite;
		}

		public void setCacheWrite(@Nullable BigDecimal cacheWrite) {
			this.cacheWrite = cacheWrite;
		}

	}

}
