package dev.llmcallbacks.feed;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;

/**
 * View of the texts of all model calls.
 */
final class TokensView implements FeedView {

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

}
