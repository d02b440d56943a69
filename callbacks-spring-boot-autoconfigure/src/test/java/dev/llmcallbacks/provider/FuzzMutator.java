package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Does to an answer what networks, proxies, servers and people do to answers.
 */
final class FuzzMutator {

	private static final List<String> ABSURD = List.of("1e999999", "-1", "99999999999999999999999", "-0.0", "1E-400",
			"2147483648", "null", "true", "{}", "[]", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "[[[]]]",
			"{\"a\":{\"b\":[1]}}", "NaN", "01", "{\"type\":\"text\",\"text\":\"x\"}",
			"[{\"thinking\":[{\"thinking\":[\"x\"]}]}]");

	private static final List<String> INSERTED = List.of("\n", "\r", "\r\n", "\n\n", "\uFEFF", ": ping\n\n",
			"data:\n\n", "data: [DONE]\n\n", "event: error\n", "error: {\"message\":\"no\"}\n\n",
			"retry: 99999999999999999999\n", "id: \u0000\n",
			"data: {\"error\":{\"message\":\"no\",\"type\":\"overloaded_error\"}}\n\n", "data: 7\n\n",
			"event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n", "data: {\"type\":\"ping\"}\n\n", "\"", "\\",
			"{", "}", "[", "]", ",", "\uD83E\uDD85", "\u2028", "data", "<html>");

	private static final Pattern VALUE = Pattern.compile("-?\\d+|null|true|\"(?:[^\"\\\\\\n]|\\\\.){0,200}\"");

	private final Random random;

	FuzzMutator(Random random) {
		this.random = random;
	}

	byte[] mutate(byte[] original, byte[] other) {
		byte[] bytes = original;
		for (int round = (this.random.nextInt(8) == 0) ? 4 : 1; round > 0; round--) {
			bytes = mutateOnce(bytes, other);
		}
		return bytes;
	}

	private byte[] mutateOnce(byte[] bytes, byte[] other) {
		int at = this.random.nextInt(bytes.length + 1);
		int length = Math.min(bytes.length - at, this.random.nextInt(1 + this.random.nextInt(200)));
		return switch (this.random.nextInt(12)) {
			case 0, 1 -> flip(bytes);
			case 2 -> splice(bytes, at, at + length, new byte[0]);
			case 3 -> splice(bytes, at, at, randomBytes());
			case 4, 5 -> splice(bytes, at, at, utf8(pick(INSERTED)));
			case 6 -> splice(bytes, at, at, slice(bytes, at, at + length));
			case 7 -> slice(bytes, 0, at);
			case 8 -> splice(bytes, at, bytes.length, slice(other, this.random.nextInt(other.length), other.length));
			case 9 -> nest(bytes, at);
			case 10 -> swapEvents(bytes);
			default -> replaceValue(bytes);
		};
	}

	private byte[] flip(byte[] bytes) {
		byte[] flipped = bytes.clone();
		for (int count = this.random.nextInt(4); count >= 0 && flipped.length > 0; count--) {
			flipped[this.random.nextInt(flipped.length)] ^= (byte) (1 << this.random.nextInt(8));
		}
		return flipped;
	}

	private byte[] randomBytes() {
		byte[] bytes = new byte[1 + this.random.nextInt(8)];
		this.random.nextBytes(bytes);
		return bytes;
	}

	private byte[] nest(byte[] bytes, int at) {
		int depth = (this.random.nextInt(50) == 0) ? 40_000 : this.random.nextInt(1200);
		return splice(bytes, at, at, utf8((this.random.nextBoolean() ? "[" : "{\"a\":").repeat(depth)));
	}

	private byte[] swapEvents(byte[] bytes) {
		String[] events = new String(bytes, StandardCharsets.ISO_8859_1).split("(?<=\n\n)");
		int one = this.random.nextInt(events.length);
		int two = this.random.nextInt(events.length);
		String event = events[one];
		events[one] = events[two];
		events[two] = this.random.nextBoolean() ? event : event + event;
		return String.join("", events).getBytes(StandardCharsets.ISO_8859_1);
	}

	// Begins to look at a random place, so that the same text may be met with any value
	private byte[] replaceValue(byte[] bytes) {
		String text = new String(bytes, StandardCharsets.ISO_8859_1);
		Matcher matcher = VALUE.matcher(text);
		if (!matcher.find(this.random.nextInt(text.length() + 1))) {
			return bytes;
		}
		return splice(bytes, matcher.start(), matcher.end(), utf8(pick(ABSURD)));
	}

	private String pick(List<String> texts) {
		return texts.get(this.random.nextInt(texts.size()));
	}

	private static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static byte[] slice(byte[] bytes, int from, int to) {
		return Arrays.copyOfRange(bytes, from, to);
	}

	private static byte[] splice(byte[] bytes, int from, int to, byte[] inserted) {
		byte[] spliced = new byte[from + inserted.length + bytes.length - to];
		System.arraycopy(bytes, 0, spliced, 0, from);
		System.arraycopy(inserted, 0, spliced, from, inserted.length);
		System.arraycopy(bytes, to, spliced, from + inserted.length, bytes.length - to);
		return spliced;
	}

}
