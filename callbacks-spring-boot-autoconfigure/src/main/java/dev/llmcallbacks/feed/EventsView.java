package dev.llmcallbacks.feed;

import java.util.List;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.handlers.CallbackEventJson;
import dev.llmcallbacks.handlers.EventContentFilter;

/**
 * View of events in their JSON form. If contents are filtered, it has no tokens, and the
 * last event of a call, with the whole text, takes their place.
 *
 * @param types the types of events; all types if there are none
 */
record EventsView(List<Class<? extends CallbackEvent>> types) implements FilterableView {

	EventsView {
		types = List.copyOf(types);
	}

	@Override
	public boolean supports(Class<? extends CallbackEvent> eventType) {
		return this.types.isEmpty() || this.types.stream().anyMatch((type) -> type.isAssignableFrom(eventType));
	}

	@Override
	public FeedItem write(CallbackEvent event) {
		return item(event, (event instanceof LlmNewToken token && token.choice() == 0) ? token.token() : "");
	}

	private static FeedItem item(CallbackEvent event, String text) {
		return new FeedItem(event.getClass().getSimpleName(), CallbackEventJson.write(event), text);
	}

	@Override
	public FeedView filteredBy(EventContentFilter filter) {
		boolean tokens = supports(LlmNewToken.class);
		return new FeedView() {

			@Override
			public boolean supports(Class<? extends CallbackEvent> eventType) {
				return eventType != LlmNewToken.class
						&& (EventsView.this.supports(eventType) || tokens && TokensView.isEndOfResponse(eventType));
			}

			@Override
			public FeedItem write(CallbackEvent event) {
				CallbackEvent shown = filter.filter(event);
				return item(shown, tokens ? textOf(shown) : "");
			}

		};
	}

	// partial if the call has failed or was cancelled
	private static String textOf(CallbackEvent event) {
		if (event instanceof LlmEnd end) {
			return end.result().text();
		}
		if (event instanceof LlmError error) {
			return error.result().text();
		}
		return (event instanceof LlmCancel cancel) ? cancel.result().text() : "";
	}

}
