package dev.llmcallbacks.feed;

import java.util.UUID;

import org.reactivestreams.Publisher;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.callback.RunOptions;

/**
 * Feed of work that has not been started. Created by {@link RunFeeds#create}; serves one
 * subscription to one work.
 */
public interface RunFeed {

	/**
	 * Return the id by which the feed is followed and cancelled: that of the run, if the
	 * run is opened with {@link #options()}.
	 * @return the id
	 */
	UUID runId();

	/**
	 * Return the handler that writes the feed. It receives the events of the runs inside
	 * {@link #start started} work by itself. It has to be registered with a run only if
	 * the application subscribes to the work itself: the feed then ends with the first
	 * run that the handler receives, and cannot be cancelled.
	 * @return the handler
	 */
	LlmCallbackHandler handler();

	/**
	 * Return options with the {@link #runId() id} and the {@link #handler() handler} for
	 * the run of the work.
	 * @return the options
	 */
	RunOptions options();

	/**
	 * Return the feed of work, which is subscribed to when the returned {@code Flux} is
	 * subscribed to for the first time, with that subscriber's Reactor Context. From then
	 * on the work does not depend on its followers: it goes on when they cancel, and does
	 * not wait for them. It ends when it completes or fails, with
	 * {@link RunFeeds#cancel}, and when the application stops. Its runs are detached from
	 * the current run.
	 * @param work the work, for example {@code Flux<String>} of a {@code ChatClient}, an
	 * {@code Agent} or a {@code Chain}, or any other publisher inside which runs are
	 * opened. Its items are discarded
	 * @return the entries, as {@link RunFeeds#follow} returns them. Subscribing again
	 * follows the same work
	 * @throws IllegalStateException if the feed has been started
	 */
	Flux<ServerSentEvent<String>> start(Publisher<?> work);

}
