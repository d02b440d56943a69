package dev.llmcallbacks.autoconfigure.actuate;

import java.util.Collection;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;

/**
 * Sanitizes the secrets of {@code callbacks.*} in the {@code env} and {@code configprops}
 * endpoints: API keys, headers, and the user and the query of base URLs, wherever they
 * are configured. A value of another property that contains one of the keys or headers,
 * such as the environment variable that a key refers to, is sanitized as well.
 */
final class LlmSanitizingFunction implements SanitizingFunction {

	private static final int MIN_SECRET_LENGTH = 8;

	private static final Pattern SECRET = Pattern
		.compile("callbacks[._].*api[-_.]?key|callbacks[._].*[._]headers[._\\[].*");

	private static final Pattern URL = Pattern.compile("callbacks[._].*base[-_.]?url");

	private static final Pattern USER = Pattern.compile("//[^/?#]*@");

	private static final Pattern QUERY = Pattern.compile("\\?.*");

	private final Supplier<Collection<String>> secrets;

	LlmSanitizingFunction(Supplier<Collection<String>> secrets) {
		this.secrets = secrets;
	}

	@Override
	public SanitizableData apply(SanitizableData data) {
		Object value = data.getValue();
		if (value == null) {
			return data;
		}
		String key = data.getKey().toLowerCase(Locale.ROOT);
		if (SECRET.matcher(key).matches() || containsSecret(value.toString())) {
			return data.withSanitizedValue();
		}
		return URL.matcher(key).matches() ? data.withValue(sanitizeUrl(value.toString())) : data;
	}

	private boolean containsSecret(String value) {
		return this.secrets.get()
			.stream()
			.map(String::strip)
			.anyMatch((secret) -> secret.length() >= MIN_SECRET_LENGTH && value.contains(secret));
	}

	private static String sanitizeUrl(String url) {
		String withoutUser = USER.matcher(url).replaceFirst("//" + SanitizableData.SANITIZED_VALUE + "@");
		return QUERY.matcher(withoutUser).replaceFirst("?" + SanitizableData.SANITIZED_VALUE);
	}

}
