package dev.llmcallbacks.handlers;

import org.springframework.http.codec.ServerSentEvent;

import dev.llmcallbacks.event.CallbackEvent;

/**
 * Server-sent events for the events of runs.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML
 * Living Standard: server-sent events</a>
 */
public final class CallbackEventSse {

	private CallbackEventSse() {
	}

	/**
	 * Convert an event.
	 * @param event the event
	 * @return the server-sent event: the name of the event's type as its name, the id of
	 * the run as its id, and the JSON text of {@link CallbackEventJson} as its data. The
	 * data is an object in one line, so that nothing of a token's blanks is lost
	 * @throws IllegalArgumentException if the event has a value that cannot be written
	 */
	public static ServerSentEvent<String> from(CallbackEvent event) {
		return ServerSentEvent.builder(CallbackEventJson.write(event))
			.event(event.getClass().getSimpleName())
			.id(event.run().id().toString())
			.build();
	}

}
