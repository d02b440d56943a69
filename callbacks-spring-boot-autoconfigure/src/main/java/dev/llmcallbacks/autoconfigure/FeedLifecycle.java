package dev.llmcallbacks.autoconfigure;

import java.time.Duration;

import reactor.core.publisher.Mono;

import dev.llmcallbacks.feed.RunFeeds;

/**
 * Ends the feeds of an application that stops. When the context begins to close, the
 * followers of feeds of other nodes are completed, so that their clients connect to
 * another node and the web server does not wait for them. Feeds of this node end with
 * their runs; what the store does not have then is written after that.
 */
final class FeedLifecycle extends ClosingLifecycle {

	/** After the end of the runs, and before that of the web server. */
	static final int PHASE = CallbackLifecycle.PHASE - 256;

	private final RunFeeds feeds;

	private final Duration timeout;

	FeedLifecycle(RunFeeds feeds, Duration timeout) {
		super(PHASE);
		this.feeds = feeds;
		this.timeout = timeout;
	}

	@Override
	void onClosing() {
		this.feeds.release();
	}

	@Override
	Mono<Void> end() {
		return this.feeds.shutdown(this.timeout);
	}

}
