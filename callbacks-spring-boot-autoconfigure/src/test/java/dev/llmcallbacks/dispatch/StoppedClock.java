package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * Lets the time of Reactor's parallel scheduler stand still during a test unless it is
 * advanced. It does so for the thread of the test and those that begin during it; others,
 * which earlier tests may have left behind, have the scheduler that was there before, for
 * {@link VirtualTimeScheduler} lets any thread run what is due, and a second one go on
 * before that has been done.
 */
public final class StoppedClock implements BeforeEachCallback, AfterEachCallback {

	private Schedulers.Snapshot before;

	private Scheduler others;

	private Set<Thread> otherThreads;

	private VirtualTimeScheduler time;

	@Override
	public void beforeEach(ExtensionContext context) {
		this.others = Schedulers.parallel();
		this.otherThreads = Thread.getAllStackTraces().keySet();
		this.otherThreads.remove(Thread.currentThread());
		this.time = VirtualTimeScheduler.create();
		this.before = Schedulers.setFactoryWithSnapshot(new Factory());
	}

	@Override
	public void afterEach(ExtensionContext context) {
		Schedulers.resetFrom(this.before);
	}

	public void advanceTimeBy(Duration duration) {
		this.time.advanceTimeBy(duration);
	}

	/**
	 * Return how many tasks have been scheduled.
	 * @return the number of tasks, of those that have been run too
	 */
	public long scheduled() {
		return this.time.getScheduledTaskCount();
	}

	/**
	 * Put another clock, which begins anew, and other schedulers in the place of these.
	 * @return the clock that was replaced, which still goes on when it is advanced
	 */
	VirtualTimeScheduler replace() {
		VirtualTimeScheduler replaced = this.time;
		this.time = VirtualTimeScheduler.create();
		Schedulers.setFactory(new Factory());
		return replaced;
	}

	/** Makes schedulers that go by the clock of the moment. */
	private final class Factory implements Schedulers.Factory {

		@Override
		public Scheduler newParallel(int parallelism, ThreadFactory threadFactory) {
			return new ParallelScheduler(StoppedClock.this.time);
		}

	}

	/** Goes by one of two clocks, depending on the thread. */
	private final class ParallelScheduler implements Scheduler {

		private final VirtualTimeScheduler time;

		ParallelScheduler(VirtualTimeScheduler time) {
			this.time = time;
		}

		private Scheduler scheduler() {
			return StoppedClock.this.otherThreads.contains(Thread.currentThread()) ? StoppedClock.this.others
					: this.time;
		}

		@Override
		public Disposable schedule(Runnable task) {
			return scheduler().schedule(task);
		}

		@Override
		public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
			return scheduler().schedule(task, delay, unit);
		}

		@Override
		public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
			return scheduler().schedulePeriodically(task, initialDelay, period, unit);
		}

		@Override
		public Worker createWorker() {
			return scheduler().createWorker();
		}

		@Override
		public long now(TimeUnit unit) {
			return scheduler().now(unit);
		}

	}

}
