package dev.llmcallbacks.handlers;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.util.PatternMatchUtils;

/**
 * Prices by name or pattern of a model. Immutable.
 */
final class ModelPrices {

	private final Map<String, TokenPrice> byName;

	/** The longest first. */
	private final List<String> patterns;

	/**
	 * Create prices.
	 * @param prices the prices by name, or by pattern with {@code *}
	 */
	ModelPrices(Map<String, TokenPrice> prices) {
		this.byName = Map.copyOf(prices);
		this.patterns = this.byName.keySet()
			.stream()
			.filter((name) -> name.contains("*"))
			.sorted(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()))
			.toList();
	}

	/**
	 * Return which models have a price.
	 * @return the names and patterns
	 */
	Set<String> models() {
		return this.byName.keySet();
	}

	/**
	 * Find the price of a call.
	 * @param models the names of the model, of which the first has precedence
	 * @return the price, or {@code null} if there is none
	 */
	@Nullable Entry find(@Nullable String... models) {
		return Stream.of(models)
			.filter(Objects::nonNull)
			.filter(this.byName::containsKey)
			.findFirst()
			.or(() -> this.patterns.stream()
				.filter((pattern) -> Stream.of(models)
					.anyMatch((model) -> model != null && PatternMatchUtils.simpleMatch(pattern, model)))
				.findFirst())
			.map((key) -> new Entry(key, Objects.requireNonNull(this.byName.get(key))))
			.orElse(null);
	}

	/**
	 * A price.
	 *
	 * @param model the name or pattern that it is for
	 * @param price the price
	 */
	record Entry(String model, TokenPrice price) {
	}

}
