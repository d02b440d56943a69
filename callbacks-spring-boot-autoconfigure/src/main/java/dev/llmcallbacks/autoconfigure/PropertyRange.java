package dev.llmcallbacks.autoconfigure;

/**
 * The range of a property's values. Setters check it, so that Boot's failure analyzer
 * names the property, its value and where it comes from.
 */
final class PropertyRange {

	private PropertyRange() {
	}

	static void check(long value, long smallest, long largest) {
		if (value < smallest || value > largest) {
			throw new IllegalArgumentException((largest < Integer.MAX_VALUE)
					? "must be from " + smallest + " to " + largest : "must be at least " + smallest);
		}
	}

}
