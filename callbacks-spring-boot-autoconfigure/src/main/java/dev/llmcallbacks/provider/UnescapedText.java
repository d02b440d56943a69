package dev.llmcallbacks.provider;

import java.util.Arrays;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A text without the escapes of URLs, JSON and HTML in it, that knows where each of its
 * characters was. Escapes of characters beyond the basic plane are left as they are.
 */
final class UnescapedText {

	private static final Map<String, Character> ENTITIES = Map.of("amp", '&', "lt", '<', "gt", '>', "quot", '"', "apos",
			'\'', "sol", '/', "plus", '+', "equals", '=');

	private static final int LONGEST_ENTITY = 10;

	private static final String JSON_ESCAPES = "\"\\/bfnrt";

	private static final String JSON_ESCAPED = "\"\\/\b\f\n\r\t";

	private final String source;

	private final StringBuilder text;

	/** Where each character was, or {@code null} if nothing was escaped. */
	private int @Nullable [] starts;

	private UnescapedText(String source) {
		this.source = source;
		this.text = new StringBuilder(source.length());
	}

	/**
	 * Take a text as it is.
	 * @param source the text
	 * @return the same text
	 */
	static UnescapedText plain(String source) {
		UnescapedText plain = new UnescapedText(source);
		plain.text.append(source);
		return plain;
	}

	/**
	 * Whether there is any use in looking for escapes.
	 * @param source the text
	 * @return whether it may have some
	 */
	static boolean mayHaveEscapes(String source) {
		return source.indexOf('%') >= 0 || source.indexOf('\\') >= 0 || source.indexOf('&') >= 0;
	}

	/**
	 * Replace the escapes in a text.
	 * @param source the text
	 * @return what it means
	 */
	static UnescapedText of(String source) {
		UnescapedText unescaped = new UnescapedText(source);
		int[] starts = new int[source.length() + 1];
		int i = 0;
		while (i < source.length()) {
			starts[unescaped.text.length()] = i;
			i = unescaped.read(i);
		}
		starts[unescaped.text.length()] = i;
		unescaped.starts = Arrays.copyOf(starts, unescaped.text.length() + 1);
		return unescaped;
	}

	// Read a character, and return where the next one is
	private int read(int from) {
		char next = this.source.charAt(from);
		int end = switch (next) {
			case '%' -> readNumber(from + 1, from + 3, 16, from + 3);
			case '\\' -> readJson(from);
			case '&' -> readEntity(from);
			default -> -1;
		};
		if (end < 0) {
			this.text.append(next);
			return from + 1;
		}
		return end;
	}

	private int readJson(int from) {
		if (from + 1 >= this.source.length()) {
			return -1;
		}
		char kind = this.source.charAt(from + 1);
		if (kind == 'u') {
			return readNumber(from + 2, from + 6, 16, from + 6);
		}
		int escape = JSON_ESCAPES.indexOf(kind);
		if (escape < 0) {
			return -1;
		}
		this.text.append(JSON_ESCAPED.charAt(escape));
		return from + 2;
	}

	private int readEntity(int from) {
		int end = from + 1;
		while (end < this.source.length() && end - from <= LONGEST_ENTITY && this.source.charAt(end) != ';') {
			end++;
		}
		if (end >= this.source.length() || this.source.charAt(end) != ';') {
			return -1;
		}
		String name = this.source.substring(from + 1, end);
		if (name.startsWith("#x") || name.startsWith("#X")) {
			return readNumber(from + 3, end, 16, end + 1);
		}
		if (name.startsWith("#")) {
			return readNumber(from + 2, end, 10, end + 1);
		}
		Character character = ENTITIES.get(name);
		if (character == null) {
			return -1;
		}
		this.text.append(character.charValue());
		return end + 1;
	}

	private int readNumber(int from, int to, int radix, int end) {
		if (from >= to || to > this.source.length()) {
			return -1;
		}
		int value = 0;
		for (int i = from; i < to; i++) {
			int digit = Character.digit(this.source.charAt(i), radix);
			value = value * radix + digit;
			if (digit < 0 || value > Character.MAX_VALUE) {
				return -1;
			}
		}
		this.text.append((char) value);
		return end;
	}

	String text() {
		return this.text.toString();
	}

	/**
	 * Return where a character was.
	 * @param index the character's index in this text, or the length of this text
	 * @return its index in the source
	 */
	int start(int index) {
		return (this.starts != null) ? this.starts[index] : index;
	}

}
