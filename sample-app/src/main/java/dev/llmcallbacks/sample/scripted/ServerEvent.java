package dev.llmcallbacks.sample.scripted;

import org.jspecify.annotations.Nullable;

/**
 * A server-sent event.
 *
 * @param name the event's name, or {@code null}
 * @param data a text to be written as it is, or an object to be written as JSON
 */
record ServerEvent(@Nullable String name, Object data) {

	static ServerEvent of(Object data) {
		return new ServerEvent(null, data);
	}

}
