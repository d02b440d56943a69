package dev.llmcallbacks.autoconfigure;

import java.time.Duration;

import org.springframework.beans.factory.SmartInitializingSingleton;
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
final class CallbackLifecycle extends ClosingLifecycle implements SmartInitializingSingleton {

	/**
	 * Between the graceful shutdown of Boot's web server ({@code DEFAULT_PHASE - 1024})
	 * and its end ({@code DEFAULT_PHASE - 2048}).
	 */
	static final int PHASE = DEFAULT_PHASE - 1536;

	private final CallbackManager callbackManager;

	private final Duration finish;

	private final Duration drain;

	/** Completes when no run is left; written by the thread that closes the context. */
	private volatile Mono<Void> shutdown = Mono.empty();

	/**
	 * Create the lifecycle.
	 * @param callbackManager the manager whose runs are to be ended
	 * @param timeoutPerPhase how long a shutdown phase takes at most. Runs may go on for
	 * eight tenths of it; handlers have one tenth for the terminal events of those that
	 * are cancelled then; one tenth is left for the requests to complete
	 */
	CallbackLifecycle(CallbackManager callbackManager, Duration timeoutPerPhase) {
		super(PHASE);
		this.callbackManager = callbackManager;
		this.drain = timeoutPerPhase.dividedBy(10);
		this.finish = timeoutPerPhase.minus(this.drain.multipliedBy(2));
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.callbackManager.handlers();
	}

	@Override
	void onClosing() {
		Mono<Void> shutdown = this.callbackManager.shutdown(this.finish, this.drain).cache();
		this.shutdown = shutdown;
		shutdown.subscribe();
	}

	@Override
	Mono<Void> end() {
		return this.shutdown;
	}

}
