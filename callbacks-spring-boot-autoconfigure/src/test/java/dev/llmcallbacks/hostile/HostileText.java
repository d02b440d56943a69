package dev.llmcallbacks.hostile;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Random texts that a model or an end user may write to do harm.
 */
final class HostileText {

	/** Is in every content, and must be in nothing that contains no contents. */
	static final String CONTENT = "CONTENT-OF-THE-MODEL";

	/** Is in every invented name of a tool. */
	static final String INVENTED = "invented_name";

	/** Begins what would be a line of its own if a line break were written as it is. */
	static final String FORGED = "FORGED";

	private static final List<String> FRAGMENTS = List.of("\n" + FORGED + " ERROR admin logged in", "\r\n" + FORGED,
			"\r" + FORGED, "\u0085" + FORGED, "\u2028" + FORGED, "\u2029" + FORGED, "\u000b" + FORGED, "\f" + FORGED,
			"\u001b[2J\u001b[31m", "\u009b31m", "\u0007", "\u0000", "\u007f", "\b\b\b", "\u202e", "\u2066", "\u200f",
			"\u061c", "\ud83d", "\ude00", "\ud83d\ude00", "\"}{\"", "${jndi:ldap://x}", "{}", "%n%s", "\\u000a",
			"<script>", "\t");

	private static final int LONG = 60_000;

	private final Random random;

	HostileText(long seed) {
		this.random = new Random(seed);
	}

	int number(int bound) {
		return this.random.nextInt(bound);
	}

	boolean oneOf(int bound) {
		return number(bound) == 0;
	}

	/**
	 * Return a text that is written where it can be seen, such as an id.
	 */
	String label() {
		String text = IntStream.rangeClosed(0, number(4)).mapToObj((i) -> fragment()).collect(Collectors.joining("x"));
		return oneOf(200) ? text.repeat(LONG / text.length())
				: oneOf(10) ? text.repeat(LONG / 100 / text.length()) : text + number(1_000_000);
	}

	/**
	 * Return a content.
	 */
	String content() {
		return CONTENT + label() + CONTENT;
	}

	/**
	 * Return the name of a tool: one that exists, or an invented one.
	 */
	String tool() {
		return switch (number(6)) {
			case 0 -> INVENTED + number(1000);
			case 1 -> INVENTED + label();
			case 2 -> "typed";
			case 3 -> "failing";
			default -> "free";
		};
	}

	/**
	 * Return arguments of a tool call.
	 */
	String arguments() {
		return switch (number(14)) {
			case 0 -> "{}";
			case 1 -> "{\"text\":\"" + CONTENT + "\"}";
			case 2 -> "{\"text\":" + nested("[", "]", 499) + ",\"" + CONTENT + "\":1}";
			case 3 -> nested("{\"" + CONTENT + "\":", "}", 98).replace(":}", ":1}");
			case 4 -> "{" + IntStream.range(0, 500)
				.mapToObj((i) -> "\"" + CONTENT + i + "\":" + i)
				.collect(Collectors.joining(",")) + "}";
			case 5 -> "{\"text\":\"" + "ab".repeat(15_000) + CONTENT + "\"}";
			case 6 -> "{\"text\":\"" + CONTENT + "\",\"text\":\"" + CONTENT + "\"}";
			case 7 -> "{\"number\":1e999999999,\"text\":\"" + CONTENT + "\"}";
			case 8 -> "{\"number\":" + "9".repeat(2_000) + ",\"text\":\"" + CONTENT + "\"}";
			case 9 -> CONTENT;
			case 10 -> "{\"text\":\"" + content();
			case 11 -> content().replace("\\", "") + "{\"text\":1}";
			case 12 -> "[\"" + CONTENT + "\"]";
			default -> "{\"text\":\"\\ud83d\\u0000\\u001b[2J\\n" + FORGED + " " + CONTENT + "\"}";
		};
	}

	private static String nested(String open, String close, int depth) {
		return open.repeat(depth) + close.repeat(depth);
	}

	private String fragment() {
		return FRAGMENTS.get(number(FRAGMENTS.size()));
	}

}
