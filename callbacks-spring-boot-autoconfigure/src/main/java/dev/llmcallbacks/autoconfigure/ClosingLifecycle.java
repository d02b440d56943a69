package dev.llmcallbacks.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import reactor.core.publisher.Mono;

/**
 * Lifecycle of something that ends when the application context closes. A context that is
 * paused, or stopped to be started again, keeps it.
 */
abstract class ClosingLifecycle
		implements SmartLifecycle, ApplicationListener<ContextClosedEvent>, ApplicationContextAware {

	private final int phase;

	private @Nullable ApplicationContext applicationContext;

	/** Written by the thread that starts and stops the context. */
	private volatile boolean running;

	/** Written by the thread that closes the context. */
	private volatile boolean closing;

	ClosingLifecycle(int phase) {
		this.phase = phase;
	}

	/**
	 * The context begins to close. Called once, before anything is stopped; must not
	 * wait.
	 */
	abstract void onClosing();

	/**
	 * Return what the phase waits for. Called after {@link #onClosing()}.
	 * @return completes when the next phase may begin, as it also may after a failure
	 */
	abstract Mono<Void> end();

	@Override
	public final void setApplicationContext(ApplicationContext applicationContext) {
		this.applicationContext = applicationContext;
	}

	@Override
	public final void onApplicationEvent(ContextClosedEvent event) {
		if (event.getApplicationContext() == this.applicationContext && !this.closing) {
			onClosing();
			this.closing = true;
		}
	}

	@Override
	public final void start() {
		this.running = true;
	}

	/**
	 * Wait for the end, unless the context is only paused or stopped to be started again.
	 */
	@Override
	public final void stop(Runnable callback) {
		this.running = false;
		if (!this.closing) {
			callback.run();
			return;
		}
		end().subscribe((unused) -> {
		}, (ex) -> callback.run(), callback);
	}

	@Override
	public final void stop() {
		stop(() -> {
		});
	}

	@Override
	public final boolean isRunning() {
		return this.running;
	}

	@Override
	public final boolean isPauseable() {
		return false;
	}

	@Override
	public final int getPhase() {
		return this.phase;
	}

}
