package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes one {@code String} of equal bytes, however often they come. Remembers a handful.
 */
final class SseStrings {

	private static final int CAPACITY = 16;

	private final List<Entry> entries = new ArrayList<>();

	String get(GrowingBytes bytes) {
		for (Entry entry : this.entries) {
			if (bytes.contentEquals(entry.bytes)) {
				return entry.text;
			}
		}
		String text = bytes.toString();
		if (this.entries.size() < CAPACITY) {
			this.entries.add(new Entry(text.getBytes(StandardCharsets.UTF_8), text));
		}
		return text;
	}

	private static final class Entry {

		private final byte[] bytes;

		private final String text;

		private Entry(byte[] bytes, String text) {
			this.bytes = bytes;
			this.text = text;
		}

	}

}
