package dev.llmcallbacks.feed;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.handlers.EventContentFilter;

/**
 * View of the texts of all model calls. If contents are filtered, the text of a call is
 * one entry, which is written when the call has ended.
 */
final class TokensView implements FilterableView {

	static final TokensView INSTANCE = new TokensView();

	private TokensView() {
	}

	@Override
	public boolean supports(Class<? extends CallbackEvent> eventType) {
		return eventType == LlmNewToken.class || eventType == LlmEnd.class;
	}

	@Override
	public @Nullable FeedItem write(CallbackEvent event) {
		if (event instanceof LlmNewToken token && token.choice() == 0) {
			return item(token.token());
		}
		if (event instanceof LlmEnd end && end.timeToFirstToken() == null) {
			return item(end.result().text());
		}
		return null;
	}

	private static @Nullable FeedItem item(String text) {
		return text.isEmpty() ? null : new FeedItem("token", FeedJson.ofText(text), text);
	}

	/**
	 * Return whether events of a type end a model call, and have the text of its
	 * response.
	 * @param eventType the type
	 * @return whether they do
	 */
	static boolean isEndOfResponse(Class<? extends CallbackEvent> eventType) {
		return eventType == LlmEnd.class || eventType == LlmError.class || eventType == LlmCancel.class;
	}

	@Override
	public FeedView filteredBy(EventContentFilter filter) {
		return new FeedView() {

			@Override
			public boolean supports(Class<? extends CallbackEvent> eventType) {
				return isEndOfResponse(eventType);
			}

			@Override
			public @Nullable FeedItem write(CallbackEvent event) {
				return item(filter.responseText(event));
			}

		};
	}

}
