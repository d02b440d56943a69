package dev.llmcallbacks.provider;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Texts that must not appear in anything that the library says.
 */
final class Secrets {

	private static final String MASK = "***";

	/** Shorter ones are placeholders for servers that want no key, and parts of words. */
	private static final int SHORTEST = 4;

	/** What keys of the well-known services look like; masked ones do not match. */
	private static final Pattern LOOKS_LIKE_KEY = Pattern.compile(
			"\\b(?:sk-|sk_|gsk_|xai-|hf_|pplx-|nvapi-|AIza)[A-Za-z0-9_-]{16,}|(?i:bearer\\s+)[A-Za-z0-9._~+/=-]{16,}");

	private final List<String> values;

	Secrets(Collection<String> values) {
		this.values = values.stream()
			.map(String::strip)
			.filter((value) -> value.length() >= SHORTEST)
			.distinct()
			.sorted(Comparator.comparingInt(String::length).reversed())
			.toList();
	}

	/**
	 * Return a text with every secret masked.
	 * @param text the text, or {@code null}
	 * @return the masked text; {@code null} only for {@code null}
	 */
	@Nullable String mask(@Nullable String text) {
		return (text != null) ? maskText(text) : null;
	}

	String maskText(String text) {
		String masked = text;
		for (String value : this.values) {
			masked = masked.replace(value, MASK);
		}
		return LOOKS_LIKE_KEY.matcher(masked).replaceAll(MASK);
	}

	/**
	 * Return a cause that may be chained.
	 * @param cause the cause
	 * @return the cause, or {@code null} if it, or anything behind it, tells a secret
	 */
	@Nullable Throwable harmless(@Nullable Throwable cause) {
		return isHarmless(cause) ? cause : null;
	}

	private boolean isHarmless(@Nullable Throwable cause) {
		Throwable current = cause;
		for (int depth = 0; current != null && depth < 32; depth++) {
			String text = current.toString();
			if (!Objects.equals(text, maskText(text))) {
				return false;
			}
			for (Throwable suppressed : current.getSuppressed()) {
				if (!maskText(suppressed.toString()).equals(suppressed.toString())) {
					return false;
				}
			}
			current = current.getCause();
		}
		return true;
	}

}
