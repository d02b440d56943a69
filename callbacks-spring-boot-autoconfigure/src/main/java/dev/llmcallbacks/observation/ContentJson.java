package dev.llmcallbacks.observation;

import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import dev.llmcallbacks.run.PrintableText;

/**
 * Writes content as JSON texts of a bounded length, which are valid whatever is cut.
 * Single texts are cut first, each to the same length and with a mark; then the elements
 * at one end of a list are left out, with a mark in their place. Memory and time depend
 * on the limit and not on the length of the texts. Thread-safe.
 * <p>
 * Values are maps, lists, numbers, {@linkplain Text texts}, {@linkplain Json JSON texts}
 * and strings. Strings are written as they are, so they have to be short.
 */
final class ContentJson {

	private static final JsonFactory JSON = JsonFactory.builder().build();

	/** Texts are cut to this length before elements are left out. */
	private static final int SHORT_TEXT = 256;

	/** Texts of an element that is left alone are cut to this length. */
	private static final int SHORTEST_TEXT = 16;

	private static final double NEXT = 0.875;

	/** More than any mark of elements that are left out. */
	private static final int MARK_LENGTH = 160;

	/** Less than any element. */
	private static final int ELEMENT_LENGTH = 32;

	static final String ELLIPSIS = "…";

	private static final int REPLACEMENT = 0xFFFD;

	private final int maxLength;

	/**
	 * Create a writer.
	 * @param maxLength the maximum length of a text in characters, at least 256
	 */
	ContentJson(int maxLength) {
		this.maxLength = maxLength;
	}

	/**
	 * Return how many elements of a list can be shown at most, so that others need not be
	 * prepared.
	 * @return the maximum number
	 */
	int maxElements() {
		return this.maxLength / ELEMENT_LENGTH;
	}

	/**
	 * Return a text that is not JSON.
	 * @param text the text
	 * @return the text, cut
	 */
	String plain(String text) {
		return cut(text, (text.length() <= this.maxLength) ? this.maxLength : this.maxLength - MARK_LENGTH);
	}

	/**
	 * Return the JSON of one value.
	 * @param value the value
	 * @return the JSON, cut
	 */
	String single(Object value) {
		for (int max = this.maxLength; max > SHORTEST_TEXT; max = next(max)) {
			String json = write(value, max);
			if (json.length() <= this.maxLength) {
				return json;
			}
		}
		return write(ELLIPSIS, SHORTEST_TEXT);
	}

	/**
	 * Return the JSON of a list of which the last elements are the most important.
	 * @param elements the elements
	 * @param before how many elements before them have been left out already
	 * @param mark creates the element that stands for those left out
	 * @return the JSON array, cut
	 */
	String latest(List<?> elements, int before, IntFunction<?> mark) {
		List<Object> reversed = new ArrayList<>(elements);
		Collections.reverse(reversed);
		return array(reversed, before, mark, true);
	}

	/**
	 * Return the JSON of a list of which the first elements are the most important.
	 * @param elements the elements
	 * @param after how many elements after them have been left out already
	 * @param mark creates the element that stands for those left out
	 * @return the JSON array, cut
	 */
	String first(List<?> elements, int after, IntFunction<?> mark) {
		return array(elements, after, mark, false);
	}

	// the most important elements are the first
	private String array(List<?> elements, int leftOut, IntFunction<?> mark, boolean reversed) {
		int budget = this.maxLength - 2 - ((leftOut > 0) ? MARK_LENGTH : 0);
		for (int max = this.maxLength; leftOut == 0 && max >= SHORT_TEXT; max = next(max)) {
			Deque<String> all = write(elements, max, budget, reversed);
			if (all.size() == elements.size()) {
				return join(all);
			}
		}
		budget = this.maxLength - 2 - MARK_LENGTH;
		Deque<String> some = new ArrayDeque<>();
		for (int max = SHORT_TEXT; some.isEmpty() && max >= SHORTEST_TEXT; max = next(max)) {
			some = write(elements, max, budget, reversed);
		}
		int missing = leftOut + elements.size() - some.size();
		if (missing > 0) {
			add(write(mark.apply(missing), SHORT_TEXT), some, reversed);
		}
		return join(some);
	}

	private static int next(int max) {
		return (int) (max * NEXT);
	}

	// as many of the first elements as fit
	private static Deque<String> write(List<?> elements, int max, int budget, boolean reversed) {
		Deque<String> written = new ArrayDeque<>();
		long length = 0;
		if (elements.stream().mapToLong((element) -> shortest(element, max)).sum() > budget && max > SHORT_TEXT) {
			return written;
		}
		for (Object element : elements) {
			String json = write(element, max);
			length += json.length() + 1;
			if (length > budget) {
				break;
			}
			add(json, written, reversed);
		}
		return written;
	}

	private static void add(String json, Deque<String> list, boolean first) {
		if (first) {
			list.addFirst(json);
		}
		else {
			list.addLast(json);
		}
	}

	private static String join(Deque<String> elements) {
		return "[" + String.join(",", elements) + "]";
	}

	// a bound of the length that takes no writing
	private static long shortest(Object value, int max) {
		if (value instanceof Text text) {
			return Math.min(text.value().length(), max) + 2L;
		}
		if (value instanceof Map<?, ?> map) {
			return map.entrySet()
				.stream()
				.mapToLong((entry) -> String.valueOf(entry.getKey()).length() + 3L + shortest(entry.getValue(), max))
				.sum();
		}
		if (value instanceof List<?> list) {
			return list.stream().mapToLong((element) -> shortest(element, max)).sum();
		}
		return 1;
	}

	private static String write(Object value, int max) {
		StringWriter json = new StringWriter();
		try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), json)) {
			write(value, max, generator);
		}
		return escapeControls(json.toString());
	}

	private static void write(Object value, int max, JsonGenerator generator) {
		if (value instanceof Map<?, ?> map) {
			generator.writeStartObject();
			map.forEach((name, member) -> {
				generator.writeName(String.valueOf(name));
				write(member, max, generator);
			});
			generator.writeEndObject();
		}
		else if (value instanceof List<?> list) {
			generator.writeStartArray();
			list.forEach((element) -> write(element, max, generator));
			generator.writeEndArray();
		}
		else if (value instanceof Json json) {
			String excerpt = JsonExcerpt.of(json.value(), max, JSON);
			if (excerpt != null) {
				generator.writeRawValue(excerpt);
			}
			else {
				generator.writeString(cut(json.value(), max));
			}
		}
		else if (value instanceof Number number) {
			generator.writeNumber(number.toString());
		}
		else {
			String text = (value instanceof Text content) ? content.value() : value.toString();
			generator.writeString(cut(text, max));
		}
	}

	/**
	 * Return a text whose surrogates are all paired, cut to a length.
	 * @param text the text
	 * @param max how many characters of it to keep at most; a mark that says how many are
	 * missing follows
	 * @return the text
	 */
	static String cut(String text, int max) {
		if (text.length() <= max) {
			return wellFormed(text);
		}
		boolean pair = Character.isHighSurrogate(text.charAt(max - 1)) && Character.isLowSurrogate(text.charAt(max));
		int end = pair ? max - 1 : max;
		return wellFormed(text.substring(0, end)) + ELLIPSIS + " [" + (text.length() - end) + " characters cut]";
	}

	private static String wellFormed(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (Character.isSurrogate(text.charAt(i))) {
				return text.codePoints()
					.map((next) -> (next >= Character.MIN_SURROGATE && next <= Character.MAX_SURROGATE) ? REPLACEMENT
							: next)
					.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
					.toString();
			}
		}
		return text;
	}

	// controls that JSON allows in strings, as terminals may be shown a trace too
	private static String escapeControls(String json) {
		int first = 0;
		while (first < json.length() && !isControl(json.charAt(first))) {
			first++;
		}
		if (first == json.length()) {
			return json;
		}
		StringBuilder escaped = new StringBuilder(json.length() + 64).append(json, 0, first);
		for (int i = first; i < json.length(); i++) {
			char next = json.charAt(i);
			if (isControl(next)) {
				escaped.append("\\u").append(Integer.toHexString(0x10000 | next), 1, 5);
			}
			else {
				escaped.append(next);
			}
		}
		return escaped.toString();
	}

	private static boolean isControl(char next) {
		return next >= 0x7F && !Character.isSurrogate(next) && PrintableText.isControl(next);
	}

	/**
	 * A text of any length.
	 *
	 * @param value the text
	 */
	record Text(String value) {
	}

	/**
	 * A text of any length that is JSON, unless a model made a mistake.
	 *
	 * @param value the text
	 */
	record Json(String value) {
	}

}
