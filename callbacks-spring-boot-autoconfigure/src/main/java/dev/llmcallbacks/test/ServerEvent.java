package dev.llmcallbacks.test;

import org.jspecify.annotations.Nullable;

/**
 * Server-sent event.
 *
 * @param name the event's name, or {@code null}
 * @param data a text that is written as it is, or an object that is written as JSON
 */
record ServerEvent(@Nullable String name, Object data) {

	static ServerEvent of(Object data) {
		return new ServerEvent(null, data);
	}

}
