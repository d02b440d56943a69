package dev.llmcallbacks.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.dispatch.CallbackManager;

/**
 * Prepares the handlers of a manager when the application starts, and ends its runs when
 * the application stops.
 * <p>
 * Handlers are looked up when all singletons exist: their final types and proxies are
 * known then, and none is created only to be looked at. Runs are ended beside the web
 * server's graceful shutdown, from the moment the context begins to close: a run that
 * does not complete is cancelled while the web server still serves its request, so that
 * both are done within one phase.
 */
final class CallbackLifecycle implements SmartInitializingSingleton, SmartLifecycle,
		ApplicationListener<ContextClosedEvent>, ApplicationContextAware {

	/**
	 * Between the graceful shutdown of Boot's web server ({@code DEFAULT_PHASE - 1024})
	 * and its end ({@code DEFAULT_PHASE - 2048}).
	 */
	static final int PHASE = DEFAULT_PHASE - 1536;

	private final CallbackManager callbackManager;

	private final Duration finish;

	private final Duration drain;

	private @Nullable ApplicationContext applicationContext;

	private volatile boolean running;

	/** Completes when no run is left; present once the context closes. */
	private volatile @Nullable Mono<Void> shutdown;

	/**
	 * Create the lifecycle.
	 * @param callbackManager the manager whose runs are to be ended
	 * @param timeoutPerPhase how long a shutdown phase takes at most. Runs may go on for
	 * eight tenths of it; handlers have one tenth for the terminal events of those that
	 * are cancelled then; one tenth is left for the requests to complete
	 */
	CallbackLifecycle(CallbackManager callbackManager, Duration timeoutPerPhase) {
		this.callbackManager = callbackManager;
		this.drain = timeoutPerPhase.dividedBy(10);
		this.finish = timeoutPerPhase.minus(this.drain.multipliedBy(2));
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.callbackManager.handlers();
	}

	@Override
	public void setApplicationContext(ApplicationContext applicationContext) {
		this.applicationContext = applicationContext;
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		if (event.getApplicationContext() == this.applicationContext && this.shutdown == null) {
			Mono<Void> shutdown = this.callbackManager.shutdown(this.finish, this.drain).cache();
			this.shutdown = shutdown;
			shutdown.subscribe();
		}
	}

	@Override
	public void start() {
		this.running = true;
	}

	/**
	 * Wait for the end of the runs, unless the context is only paused or stopped to be
	 * started again.
	 */
	@Override
	public void stop(Runnable callback) {
		this.running = false;
		Mono<Void> shutdown = this.shutdown;
		if (shutdown == null) {
			callback.run();
			return;
		}
		shutdown.subscribe((unused) -> {
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

	/**
	 * A context that is paused, or stopped to be started again, keeps its runs.
	 */
	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
