package dev.llmcallbacks.message;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Copies details of a provider. A recording that was made before a value had details has
 * none of them.
 */
final class Details {

	private Details() {
	}

	/**
	 * Copy details.
	 * @param details the details by name, or {@code null}
	 * @return an unmodifiable map in the same order; a name without a value is left out
	 */
	static Map<String, Object> copyOf(@Nullable Map<String, Object> details) {
		if (details == null || details.isEmpty()) {
			return Map.of();
		}
		Map<String, Object> copy = new LinkedHashMap<>(details);
		copy.values().removeIf((value) -> value == null);
		return Collections.unmodifiableMap(copy);
	}

}
