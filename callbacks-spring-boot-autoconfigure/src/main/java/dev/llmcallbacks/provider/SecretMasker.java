package dev.llmcallbacks.provider;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * Masks secrets in text that the library puts into messages of exceptions. A secret is
 * found as it is, without regard to upper and lower case, in URL encoding, with the
 * escapes of JSON or HTML, and when nothing but its first twelve characters or more are
 * there. Immutable.
 */
final class SecretMasker {

	private static final String MASK = "***";

	/** Shorter ones are placeholders for servers that want no key, and parts of words. */
	private static final int SHORTEST = 4;

	/**
	 * Shorter values of headers and queries whose names do not say that they are secret.
	 */
	private static final int SHORTEST_UNNAMED = 8;

	/** So many characters of a secret are a secret. */
	private static final int PREFIX = 12;

	private static final List<String> SECRET_NAMES = List.of("key", "auth", "token", "secret", "cookie", "sig", "pass",
			"credential");

	/** What keys of the well-known services look like; masked ones do not match. */
	private static final Pattern LOOKS_LIKE_KEY = Pattern.compile(
			"\\b(?:sk-|sk_|gsk_|xai-|hf_|pplx-|nvapi-|AIza)[A-Za-z0-9_-]{16,}+|(?i:bearer\\s++)[A-Za-z0-9._~+/=-]{16,}+");

	private final List<String> values;

	SecretMasker(Collection<String> values) {
		this.values = values.stream()
			.map(String::strip)
			.filter((value) -> value.length() >= SHORTEST)
			.distinct()
			.sorted(Comparator.comparingInt(String::length).reversed())
			.toList();
	}

	/**
	 * Create a masker for the secrets of an endpoint: headers and parameters of the query
	 * that are secret by their names, all of them that are longer than seven characters,
	 * and user and password.
	 * @param uri the URL as it was configured
	 * @param headers the headers as they were configured
	 * @return the masker
	 */
	static SecretMasker of(URI uri, Map<String, String> headers) {
		List<String> secrets = new ArrayList<>();
		headers.forEach((name, value) -> {
			add(name, value, secrets);
			add(name, withoutScheme(value), secrets);
		});
		if (uri.getRawUserInfo() != null) {
			addUser(uri.getRawUserInfo(), secrets);
		}
		if (uri.getRawQuery() != null) {
			for (String parameter : uri.getRawQuery().split("&")) {
				int end = parameter.indexOf('=');
				String name = decode(parameter.substring(0, Math.max(0, end)));
				String value = parameter.substring(end + 1);
				add(name, value, secrets);
				add(name, decode(value), secrets);
			}
		}
		return new SecretMasker(secrets);
	}

	/**
	 * Return a masker that masks the values of headers as well, all of them.
	 * @param headers the headers
	 * @return the masker
	 */
	SecretMasker with(HttpHeaders headers) {
		List<String> secrets = new ArrayList<>(this.values);
		headers.forEach((name, values) -> values.forEach((value) -> {
			secrets.add(value);
			secrets.add(withoutScheme(value));
		}));
		return new SecretMasker(secrets);
	}

	private static String withoutScheme(String value) {
		return value.replaceFirst("(?i)^(bearer|basic) ", "");
	}

	private static void add(String name, String value, List<String> secrets) {
		if (value.length() >= SHORTEST_UNNAMED || isSecretName(name)) {
			secrets.add(value);
		}
	}

	/**
	 * Return whether a header or a parameter of a query is secret by its name.
	 * @param name the name
	 * @return whether its value is probably a secret
	 */
	static boolean isSecretName(String name) {
		String lower = name.toLowerCase(Locale.ROOT);
		return SECRET_NAMES.stream().anyMatch(lower::contains);
	}

	private static void addUser(String userInfo, List<String> secrets) {
		String password = userInfo.substring(userInfo.indexOf(':') + 1);
		secrets.addAll(List.of(userInfo, decode(userInfo), password, decode(password)));
	}

	private static String decode(String value) {
		try {
			return URLDecoder.decode(value, StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			return value;
		}
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
			masked = mask(masked, UnescapedText.plain(masked), value);
			if (UnescapedText.mayHaveEscapes(masked)) {
				masked = mask(masked, UnescapedText.of(masked), value);
			}
		}
		return LOOKS_LIKE_KEY.matcher(masked).replaceAll(MASK);
	}

	private static String mask(String text, UnescapedText unescaped, String value) {
		String searched = unescaped.text();
		String wanted = value.substring(0, Math.min(PREFIX, value.length()));
		StringBuilder masked = null;
		int done = 0;
		for (int at = find(searched, wanted, 0); at >= 0; at = find(searched, wanted, at)) {
			int end = endOfMatch(searched, value, at, wanted.length());
			masked = (masked != null) ? masked : new StringBuilder(text.length());
			masked.append(text, done, unescaped.start(at)).append(MASK);
			done = unescaped.start(end);
			at = end;
		}
		return (masked != null) ? masked.append(text, done, text.length()).toString() : text;
	}

	private static int find(String text, String wanted, int from) {
		for (int i = from; i <= text.length() - wanted.length(); i++) {
			if (text.regionMatches(true, i, wanted, 0, wanted.length())) {
				return i;
			}
		}
		return -1;
	}

	private static int endOfMatch(String text, String value, int from, int known) {
		int length = known;
		while (length < value.length() && text.regionMatches(true, from + length, value, length, 1)) {
			length++;
		}
		return from + length;
	}

	/**
	 * Return a cause that may be chained.
	 * @param cause the cause
	 * @return the cause, or {@code null} if it, or anything behind it, holds a secret
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
