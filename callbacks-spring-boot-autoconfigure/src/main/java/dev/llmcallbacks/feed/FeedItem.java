package dev.llmcallbacks.feed;

import java.util.Objects;
import java.util.Set;

/**
 * What a {@link FeedView} makes of an event: an entry that has no number yet.
 *
 * @param event the name of the server-sent event, not empty and without line breaks
 * @param data the data of the server-sent event
 * @param text what the entry adds to the text so far, which a follower receives in place
 * of entries that are no longer kept; empty if it adds nothing
 */
public record FeedItem(String event, String data, String text) {

	private static final Set<String> RESERVED = Set.of(FeedEntry.END, FeedEntry.INTERRUPTED, FeedEntry.RESET);

	public FeedItem {
		Objects.requireNonNull(event, "'event' must not be null");
		Objects.requireNonNull(data, "'data' must not be null");
		Objects.requireNonNull(text, "'text' must not be null");
		if (event.isBlank() || event.chars().anyMatch(Character::isISOControl)) {
			throw new IllegalArgumentException("'event' must be a name without control characters");
		}
		if (RESERVED.contains(event)) {
			throw new IllegalArgumentException("'event' must not be '" + event + "', which feeds use themselves");
		}
	}

	/**
	 * Create an item that adds nothing to the text so far.
	 * @param event the name of the server-sent event
	 * @param data the data of the server-sent event
	 */
	public FeedItem(String event, String data) {
		this(event, data, "");
	}

}
