package dev.llmcallbacks.feed;

import java.util.Objects;

/**
 * Entry of a feed.
 *
 * @param number the entry's number: 1 for the first entry of a feed, and one more for
 * each further one
 * @param event the name of the server-sent event
 * @param data the data of the server-sent event
 */
public record FeedEntry(long number, String event, String data) {

	/**
	 * Name of the last entry of a feed whose run has ended.
	 */
	public static final String END = "end";

	/**
	 * Name of the last entry of a feed whose run was interrupted: it will not go on, and
	 * did not end either.
	 */
	public static final String INTERRUPTED = "interrupted";

	/**
	 * Name of an entry with the text so far, which replaces all entries before it.
	 */
	public static final String RESET = "reset";

	public FeedEntry {
		if (number < 1) {
			throw new IllegalArgumentException("'number' must be positive, but is " + number);
		}
		Objects.requireNonNull(event, "'event' must not be null");
		Objects.requireNonNull(data, "'data' must not be null");
	}

	/**
	 * Whether no entry follows this one.
	 * @return whether the name is {@value #END} or {@value #INTERRUPTED}
	 */
	public boolean isLast() {
		return this.event.equals(END) || this.event.equals(INTERRUPTED);
	}

	boolean isReset() {
		return this.event.equals(RESET);
	}

}
