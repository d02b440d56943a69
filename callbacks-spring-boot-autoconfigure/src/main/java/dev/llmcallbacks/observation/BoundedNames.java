package dev.llmcallbacks.observation;

import java.util.HashSet;
import java.util.Set;

import io.micrometer.common.KeyValue;
import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.run.PrintableText;

/**
 * Values of one key of meters: names that others choose, of which there may be any
 * number. The first 100 are used as they are, all further ones are counted as
 * {@code other}. Thread-safe.
 */
final class BoundedNames {

	static final int MAX_NAMES = 100;

	static final int MAX_LENGTH = 100;

	static final String OTHER = "other";

	/** Guarded by itself. */
	private final Set<String> names = new HashSet<>();

	/**
	 * Return the value for a name.
	 * @param name the name, or {@code null} if there is none
	 * @return the printable name, cut at 100 characters, or {@code other}; {@code none}
	 * for {@code null}
	 */
	String of(@Nullable String name) {
		if (name == null) {
			return KeyValue.NONE_VALUE;
		}
		String printable = PrintableText.of(name, MAX_LENGTH);
		synchronized (this.names) {
			boolean known = this.names.contains(printable)
					|| (this.names.size() < MAX_NAMES && this.names.add(printable));
			return known ? printable : OTHER;
		}
	}

}
