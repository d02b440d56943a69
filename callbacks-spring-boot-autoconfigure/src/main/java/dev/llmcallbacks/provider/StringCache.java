package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Cache of short strings, so that equal bytes are decoded once. Keeps the first few that
 * it meets; others are decoded each time. Not safe for use by several threads.
 */
final class StringCache {

	private static final int CAPACITY = 16;

	private static final int MAX_LENGTH = 64;

	private final List<Entry> entries = new ArrayList<>();

	String get(ByteArrayBuilder bytes) {
		if (bytes.length() > MAX_LENGTH) {
			return bytes.toString();
		}
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
