package dev.llmcallbacks.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

import dev.llmcallbacks.feed.RunFeeds;

/**
 * Ends the feeds of an application that stops. When the context begins to close, the
 * followers of feeds of other nodes are completed, so that their clients connect to
 * another node and the web server does not wait for them. Feeds of this node end with
 * their runs; what the store does not have then is written after that.
 */
final class FeedLifecycle implements SmartLifecycle, ApplicationListener<ContextClosedEvent>, ApplicationContextAware {

	/** After the end of the runs, and before that of the web server. */
	static final int PHASE = CallbackLifecycle.PHASE - 256;

	private final RunFeeds feeds;

	private final Duration timeout;

	private @Nullable ApplicationContext applicationContext;

	/** Written by the thread that starts and stops the context. */
	private volatile boolean running;

	/** Whether the context closes, rather than being stopped to be started again. */
	private volatile boolean closing;

	FeedLifecycle(RunFeeds feeds, Duration timeout) {
		this.feeds = feeds;
		this.timeout = timeout;
	}

	@Override
	public void setApplicationContext(ApplicationContext applicationContext) {
		this.applicationContext = applicationContext;
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		if (event.getApplicationContext() == this.applicationContext) {
			this.closing = true;
			this.feeds.release();
		}
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop(Runnable callback) {
		this.running = false;
		if (!this.closing) {
			callback.run();
			return;
		}
		this.feeds.shutdown(this.timeout).subscribe((unused) -> {
		}, (ex) -> callback.run(), callback);
	}

	@Override
	public void stop() {
		stop(() -> {
		});
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
