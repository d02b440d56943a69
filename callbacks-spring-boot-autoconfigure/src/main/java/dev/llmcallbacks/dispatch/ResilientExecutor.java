package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.ConcurrentTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Executor that runs every task exactly once on a thread of its own or of the executor
 * that it decorates, whatever that executor does: reject the task, run it in place, lose
 * or discard it, run it twice, let {@code execute} wait, or be shut down. Safe for use by
 * any number of threads.
 * <p>
 * A task that is rejected is submitted again after a delay that grows, from a timer. A
 * task that has not begun after some time is submitted once more. When the executor has
 * been shut down, or has begun no task for ten seconds while it rejected or lost some,
 * tasks run on threads of the library. {@link #execute} never waits: an executor whose
 * {@code execute} may wait is fed from one thread of the library.
 */
final class ResilientExecutor {

	private static final Log logger = LogFactory.getLog(ResilientExecutor.class);

	private static final long FIRST_RETRY_MILLIS = 5;

	private static final long LAST_RETRY_MILLIS = 500;

	/** Number of checks after which a task that has not begun is submitted again. */
	private static final int PATIENCE = 4;

	private static final int MAX_PATIENCE = 32;

	/** How long an executor may begin no task before drain threads replace it. */
	private static final long OUT_OF_SERVICE_NANOS = TimeUnit.SECONDS.toNanos(10);

	private static final FixedDelay checks = new FixedDelay(Duration.ofMillis(500));

	private final Executor target;

	private final Supplier<? extends Executor> replacement;

	private final @Nullable Executor feeder;

	/** Time of the first rejection or loss since a task has begun, zero if none. */
	private final AtomicLong failingSince = new AtomicLong();

	/** Number of tasks that run on threads of the executor. */
	private final AtomicInteger running = new AtomicInteger();

	/** Number of the last submission, and of the latest one that has begun. */
	private final AtomicLong lastSubmitted = new AtomicLong();

	private final AtomicLong lastBegun = new AtomicLong();

	private final AtomicBoolean replaced = new AtomicBoolean();

	/**
	 * Decorate an executor, which drain threads replace when it is out of service.
	 * @param target the executor
	 */
	ResilientExecutor(Executor target) {
		this(target, () -> DrainThreads.POOL);
	}

	/**
	 * Decorate an executor.
	 * @param target the executor
	 * @param replacement supplies what replaces it when it is out of service
	 */
	ResilientExecutor(Executor target, Supplier<? extends Executor> replacement) {
		this.target = target;
		this.replacement = replacement;
		this.feeder = mayWait(target) ? daemon("llm-callback-feeder", 1) : null;
	}

	/**
	 * Run a task once, on another thread. Returns at once and never throws.
	 * @param task the task, which must not throw
	 */
	void execute(Task task) {
		submit(new Submission(task));
	}

	private void submit(Submission submission) {
		if (this.feeder != null) {
			this.feeder.execute(() -> handOff(submission));
		}
		else {
			handOff(submission);
		}
	}

	private void handOff(Submission submission) {
		if (!submission.isWaiting()) {
			return;
		}
		submission.number = this.lastSubmitted.incrementAndGet();
		Throwable rejection = new HandOff(submission).to(this.target);
		if (rejection == null) {
			submission.accepted();
		}
		else if (submission.isWaiting()) {
			notExecuted(submission, rejection);
		}
	}

	// rejected or lost
	private void notExecuted(Submission submission, Throwable reason) {
		submission.task.rejected(reason);
		if (isOutOfService()) {
			replace(submission);
			return;
		}
		Schedulers.parallel().schedule(() -> submit(submission), submission.nextRetryMillis(), TimeUnit.MILLISECONDS);
	}

	private boolean isOutOfService() {
		long now = System.nanoTime();
		this.failingSince.compareAndSet(0, now);
		long since = this.failingSince.get();
		return isShutDown(this.target) || (since != 0 && now - since > OUT_OF_SERVICE_NANOS && this.running.get() == 0);
	}

	private void replace(Submission submission) {
		if (this.replaced.compareAndSet(false, true)) {
			logger.warn("Executor " + this.target.getClass().getName() + " is out of service; "
					+ "its tasks run on threads of the library");
		}
		this.replacement.get().execute(submission);
	}

	private void inService() {
		if (this.failingSince.get() != 0) {
			this.failingSince.set(0);
		}
	}

	/**
	 * Whether {@code execute} of an executor may let its caller wait. An executor of an
	 * unknown class is taken to do so.
	 * @param executor the executor
	 * @return {@code false} if it is known not to wait
	 */
	static boolean mayWait(Executor executor) {
		if (executor instanceof RejectingTaskExecutor || executor instanceof ForkJoinPool
				|| executor instanceof VirtualThreadTaskExecutor) {
			return false;
		}
		if (executor.getClass() == SimpleAsyncTaskExecutor.class) {
			return ((SimpleAsyncTaskExecutor) executor).isThrottleActive();
		}
		if (executor.getClass() == ConcurrentTaskExecutor.class) {
			return mayWait(((ConcurrentTaskExecutor) executor).getConcurrentExecutor());
		}
		try {
			if (executor.getClass() == ThreadPoolTaskExecutor.class) {
				return mayWaitAsPool(((ThreadPoolTaskExecutor) executor).getThreadPoolExecutor());
			}
			if (executor.getClass() == ThreadPoolTaskScheduler.class) {
				return mayWaitAsPool(((ThreadPoolTaskScheduler) executor).getScheduledThreadPoolExecutor());
			}
		}
		catch (IllegalStateException ex) {
			// not initialized yet
			return true;
		}
		if (executor.getClass() == ThreadPoolExecutor.class
				|| executor.getClass() == ScheduledThreadPoolExecutor.class) {
			return mayWaitAsPool((ThreadPoolExecutor) executor);
		}
		return !executor.getClass().getName().startsWith("java.util.concurrent.");
	}

	// a queue or a rejection policy of the application's may wait
	private static boolean mayWaitAsPool(ThreadPoolExecutor pool) {
		return pool.getRejectedExecutionHandler().getClass().getEnclosingClass() != ThreadPoolExecutor.class
				|| !pool.getQueue().getClass().getName().startsWith("java.util.concurrent.");
	}

	private static boolean isShutDown(Executor executor) {
		if (executor instanceof ExecutorService service) {
			return service.isShutdown();
		}
		if (executor instanceof SimpleAsyncTaskExecutor simple) {
			return !simple.isActive();
		}
		if (executor instanceof ConcurrentTaskExecutor concurrent) {
			return isShutDown(concurrent.getConcurrentExecutor());
		}
		try {
			if (executor instanceof ThreadPoolTaskExecutor pool) {
				return pool.getThreadPoolExecutor().isShutdown();
			}
			return executor instanceof ThreadPoolTaskScheduler scheduler
					&& scheduler.getScheduledThreadPoolExecutor().isShutdown();
		}
		catch (IllegalStateException ex) {
			// not initialized yet
			return false;
		}
	}

	private static ThreadPoolExecutor daemon(String name, int threads) {
		ThreadPoolExecutor pool = new ThreadPoolExecutor(threads, threads, 10, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), (task) -> {
					Thread thread = new Thread(task, name);
					thread.setDaemon(true);
					return thread;
				});
		pool.allowCoreThreadTimeOut(true);
		return pool;
	}

	/**
	 * Task of a handler, or blocking work.
	 */
	interface Task extends Runnable {

		/**
		 * Called when the executor rejected or lost the task, which runs later.
		 * @param reason why
		 */
		void rejected(Throwable reason);

		/**
		 * Whether the task need not run any more. May be called by any thread.
		 * @return whether it has nothing left to do
		 */
		default boolean isObsolete() {
			return false;
		}

	}

	/** Threads of the library that replace an executor that is out of service. */
	private static final class DrainThreads {

		private static final Executor POOL = daemon("llm-callback-drain", 16);

	}

	/**
	 * Task that runs at most once, however often and by whichever thread it is started.
	 */
	private final class Submission implements Runnable {

		private final Task task;

		private final AtomicInteger begun = new AtomicInteger();

		// by one thread at a time, each handing the submission on to the next

		private long retryMillis = FIRST_RETRY_MILLIS;

		private int patience = PATIENCE;

		private int seen;

		private volatile long number;

		Submission(Task task) {
			this.task = task;
		}

		boolean isWaiting() {
			return this.begun.get() == 0 && !this.task.isObsolete();
		}

		long nextRetryMillis() {
			long millis = this.retryMillis;
			this.retryMillis = Math.min(2 * millis, LAST_RETRY_MILLIS);
			return millis;
		}

		@Override
		public void run() {
			if (this.begun.compareAndSet(0, 1)) {
				this.task.run();
			}
		}

		// an executor that is shut down may discard its queue without notice
		void accepted() {
			if (isWaiting()) {
				checkLater();
			}
		}

		private void checkLater() {
			checks.schedule(this::check);
		}

		// unless a later one has begun, a thread that is busy may still come to it
		private boolean isLost() {
			return ++this.seen >= this.patience && (ResilientExecutor.this.running.get() == 0
					|| ResilientExecutor.this.lastBegun.get() > this.number);
		}

		private void check() {
			if (!isWaiting()) {
				return;
			}
			if (isShutDown(ResilientExecutor.this.target)) {
				notExecuted(this,
						new RejectedExecutionException("The executor was shut down before it began the task"));
			}
			else if (!isLost()) {
				checkLater();
			}
			else if (isOutOfService()) {
				replace(this);
			}
			else {
				this.seen = 0;
				this.patience = Math.min(2 * this.patience, MAX_PATIENCE);
				// not all at once: an executor that discards tasks may have lost many
				Schedulers.parallel()
					.schedule(() -> submit(this), ThreadLocalRandom.current().nextLong(LAST_RETRY_MILLIS),
							TimeUnit.MILLISECONDS);
			}
		}

	}

	/**
	 * Single attempt to hand a submission to an executor: refuses to run it in place, as
	 * a caller-runs policy does.
	 */
	private final class HandOff implements Runnable {

		private final Submission submission;

		private final long number;

		private final Thread submitter = Thread.currentThread();

		// written and read by the submitting thread only

		private boolean returned;

		private boolean ranInPlace;

		HandOff(Submission submission) {
			this.submission = submission;
			this.number = submission.number;
		}

		@Override
		public void run() {
			if (Thread.currentThread() == this.submitter && !this.returned) {
				this.ranInPlace = true;
				return;
			}
			inService();
			ResilientExecutor.this.lastBegun.accumulateAndGet(this.number, Math::max);
			ResilientExecutor.this.running.incrementAndGet();
			try {
				this.submission.run();
			}
			finally {
				ResilientExecutor.this.running.decrementAndGet();
			}
		}

		/**
		 * Hand the submission over, by the thread that created this.
		 * @param executor the executor
		 * @return {@code null} if the executor accepted it, else why not
		 */
		@Nullable Throwable to(Executor executor) {
			Throwable rejection = null;
			try {
				executor.execute(this);
			}
			catch (Throwable ex) {
				// an OutOfMemoryError means that no thread can be started
				rejection = ex;
			}
			this.returned = true;
			if (this.ranInPlace) {
				return new RejectedExecutionException("The executor ran the task on the thread that submitted it");
			}
			return rejection;
		}

	}

}
