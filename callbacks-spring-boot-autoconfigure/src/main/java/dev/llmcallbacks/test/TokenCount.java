package dev.llmcallbacks.test;

import java.util.regex.Pattern;

/**
 * Counts the tokens of a text approximately: words, and signs in between.
 */
final class TokenCount {

	private static final Pattern TOKEN = Pattern
		.compile("\\s*+['’]?[\\p{L}\\p{M}\\p{N}]++|\\s*+[^\\p{L}\\p{M}\\p{N}\\s]++|\\s++");

	private TokenCount() {
	}

	static int of(String text) {
		return (int) TOKEN.matcher(text).results().count();
	}

}
