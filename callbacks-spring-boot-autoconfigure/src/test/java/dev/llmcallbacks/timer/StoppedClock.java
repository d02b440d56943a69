package dev.llmcallbacks.timer;

import java.time.Duration;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * Lets the time of Reactor's schedulers stand still during a test unless it is advanced.
 */
public final class StoppedClock implements BeforeEachCallback, AfterEachCallback {

	private VirtualTimeScheduler time;

	@Override
	public void beforeEach(ExtensionContext context) {
		this.time = VirtualTimeScheduler.getOrSet();
	}

	@Override
	public void afterEach(ExtensionContext context) {
		VirtualTimeScheduler.reset();
	}

	public void advanceTimeBy(Duration duration) {
		this.time.advanceTimeBy(duration);
	}

	/**
	 * Put another clock, which begins anew, and other schedulers in the place of these.
	 */
	void replace() {
		VirtualTimeScheduler.reset();
		this.time = VirtualTimeScheduler.getOrSet();
	}

}
