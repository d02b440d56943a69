package dev.llmcallbacks.feed;

import java.util.List;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.handlers.CallbackEventJson;

/**
 * View of events in their JSON form.
 *
 * @param types the types of events; all types if there are none
 */
record EventsView(List<Class<? extends CallbackEvent>> types) implements FeedView {

	EventsView {
		types = List.copyOf(types);
	}

	@Override
	public boolean supports(Class<? extends CallbackEvent> eventType) {
		return this.types.isEmpty() || this.types.stream().anyMatch((type) -> type.isAssignableFrom(eventType));
	}

	@Override
	public FeedItem write(CallbackEvent event) {
		String text = (event instanceof LlmNewToken token && token.choice() == 0) ? token.token() : "";
		return new FeedItem(event.getClass().getSimpleName(), CallbackEventJson.write(event), text);
	}

}
