package dev.llmcallbacks.feed.redis;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.feed.FeedEntry;

/**
 * Text of adjacent entries: a line for each, with the name of the event, a tab and the
 * data, in which backslashes and line breaks are escaped. Stateless.
 */
final class EntryBatch {

	private EntryBatch() {
	}

	static String write(List<FeedEntry> entries) {
		StringBuilder text = new StringBuilder();
		for (FeedEntry entry : entries) {
			text.append(entry.event()).append('\t');
			String data = entry.data();
			for (int i = 0; i < data.length(); i++) {
				char next = data.charAt(i);
				switch (next) {
					case '\\' -> text.append("\\\\");
					case '\n' -> text.append("\\n");
					default -> text.append(next);
				}
			}
			text.append('\n');
		}
		return text.toString();
	}

	/**
	 * Read entries.
	 * @param last the number of the last entry
	 * @param text the text, or {@code null} for none
	 * @return the entries
	 */
	static List<FeedEntry> read(long last, @Nullable String text) {
		if (text == null) {
			return List.of();
		}
		long count = text.chars().filter((character) -> character == '\n').count();
		List<FeedEntry> entries = new ArrayList<>((int) count);
		long number = last - count + 1;
		int begin = 0;
		for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', begin)) {
			int tab = text.indexOf('\t', begin);
			entries.add(new FeedEntry(number, text.substring(begin, tab), unescaped(text.substring(tab + 1, end))));
			number++;
			begin = end + 1;
		}
		return entries;
	}

	private static String unescaped(String data) {
		if (data.indexOf('\\') < 0) {
			return data;
		}
		StringBuilder text = new StringBuilder(data.length());
		for (int i = 0; i < data.length(); i++) {
			char next = data.charAt(i);
			if (next == '\\' && i + 1 < data.length()) {
				i++;
				text.append((data.charAt(i) == 'n') ? '\n' : data.charAt(i));
			}
			else {
				text.append(next);
			}
		}
		return text.toString();
	}

}
