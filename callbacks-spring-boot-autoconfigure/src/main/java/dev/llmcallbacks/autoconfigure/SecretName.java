package dev.llmcallbacks.autoconfigure;

import java.util.Locale;
import java.util.stream.Stream;

/**
 * Recognizes names of headers and of query parameters whose values are probably secrets.
 */
final class SecretName {

	private SecretName() {
	}

	static boolean matches(String name) {
		String lowerCase = name.toLowerCase(Locale.ROOT);
		return Stream.of("auth", "key", "token", "secret", "password", "credential", "cookie", "signature")
			.anyMatch(lowerCase::contains);
	}

}
