package dev.llmcallbacks.feed;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.CallbackEvent;

/**
 * Which events of a run and of the runs inside it are in a feed, and in which form.
 * <p>
 * A view is called on the thread that produced the event, by several threads if runs
 * inside the run go on at the same time; it must not block. What it throws is logged and
 * counted as a failure of a handler, and the event is missing from the feed. A view of
 * the application's own receives events unchanged, as a handler does.
 */
@FunctionalInterface
public interface FeedView {

	/**
	 * Return a view of the texts of the first choice of all model calls: an entry
	 * {@code token} with the data <code>{"text":"…"}</code> for each chunk, or for the
	 * whole text of a response that was not streamed. If there is a
	 * {@link dev.llmcallbacks.callback.RunContentFilter}, which needs the whole text,
	 * there is one entry for each call, when it has ended.
	 * @return the view
	 */
	static FeedView tokens() {
		return TokensView.INSTANCE;
	}

	/**
	 * Return a view of events in the form of
	 * {@link dev.llmcallbacks.handlers.CallbackEventJson}. An entry has the name of the
	 * event's type, for example {@code LlmNewToken}. If there is a
	 * {@link dev.llmcallbacks.callback.RunContentFilter}, events are what
	 * {@link dev.llmcallbacks.handlers.EventContentFilter} returns, and the last event of
	 * a call, with the whole text, takes the place of its tokens.
	 * @param types the types of events, subtypes included; all types if there are none
	 * @return the view
	 */
	@SafeVarargs
	static FeedView events(Class<? extends CallbackEvent>... types) {
		return new EventsView(List.of(types));
	}

	/**
	 * Return the entry of an event.
	 * @param event the event
	 * @return the entry, or {@code null} if the event is not in the feed
	 */
	@Nullable FeedItem write(CallbackEvent event);

	/**
	 * Whether events of a type can be in the feed.
	 * @param eventType one of the event records
	 * @return whether {@link #write} is called for such events; {@code true} by default
	 */
	default boolean supports(Class<? extends CallbackEvent> eventType) {
		return true;
	}

	/**
	 * Return the entry that precedes the end of a feed whose work has failed. By default
	 * it is named {@code error} and contains the simple name of the exception's class as
	 * {@code type}: a message may contain what a client must not see.
	 * @param error why the work has failed
	 * @return the entry, or {@code null} for none
	 */
	default @Nullable FeedItem failed(Throwable error) {
		return new FeedItem("error", FeedJson.write(Map.of("type", error.getClass().getSimpleName())));
	}

}
