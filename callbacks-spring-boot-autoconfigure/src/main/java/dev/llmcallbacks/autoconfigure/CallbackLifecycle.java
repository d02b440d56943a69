package dev.llmcallbacks.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

import dev.llmcallbacks.dispatch.CallbackManager;

/**
 * The beginning and the end of the application's runs.
 * <p>
 * Handlers are looked for when all singletons are there: they are known then by what they
 * have become, proxies and all, and none is created for the sake of looking. Runs are
 * ended when the application stops: after the web server has finished its requests,
 * before it is closed.
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

	private volatile boolean closing;

	/**
	 * Create the lifecycle.
	 * @param callbackManager the manager whose runs are to be ended
	 * @param timeoutPerPhase how long the phase takes at most. Runs may go on for eight
	 * tenths of it, handlers may take one to hear of the end of those that were cancelled
	 * then, and one is left over
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
		this.closing |= event.getApplicationContext() == this.applicationContext;
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
		this.callbackManager.shutdown(this.finish, this.drain).subscribe((unused) -> {
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
