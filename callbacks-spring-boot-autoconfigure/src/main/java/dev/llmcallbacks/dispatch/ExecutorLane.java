package dev.llmcallbacks.dispatch;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.callback.CallbackHandler;

/**
 * A lane that is drained by tasks on an executor, one at a time. What the executor
 * rejects is handed to it again, from a timer, after a while that grows.
 */
final class ExecutorLane extends SyncLane {

	private static final long FIRST_RETRY_MILLIS = 5;

	private static final long LAST_RETRY_MILLIS = 500;

	private final Executor executor;

	ExecutorLane(LiveRun run, BoundHandler handler, CallbackHandler target, Executor executor) {
		super(run, handler, target);
		this.executor = executor;
	}

	@Override
	void begin() {
		submit(FIRST_RETRY_MILLIS);
	}

	@Override
	boolean onHandlerThread() {
		return true;
	}

	private void submit(long retryMillis) {
		Submission submission = new Submission(this::drainInContext);
		try {
			this.executor.execute(submission);
			if (!submission.refused()) {
				return;
			}
			rejected(new RejectedExecutionException("The executor ran the task on the thread that handed it over"),
					retryMillis);
		}
		catch (RejectedExecutionException ex) {
			rejected(ex, retryMillis);
		}
	}

	private void rejected(RejectedExecutionException reason, long retryMillis) {
		handler().registered().failureLog().rejected(reason, handler().counters().rejected());
		if (isShutDown()) {
			Thread thread = new Thread(this::drainInContext, "llm-callback-drain");
			thread.setDaemon(true);
			thread.start();
			return;
		}
		long next = Math.min(2 * retryMillis, LAST_RETRY_MILLIS);
		Schedulers.parallel().schedule(() -> submit(next), retryMillis, TimeUnit.MILLISECONDS);
	}

	private void drainInContext() {
		run().snapshot().wrap(this::drain).run();
	}

	private boolean isShutDown() {
		if (this.executor instanceof ThreadPoolTaskExecutor pool) {
			return pool.getThreadPoolExecutor().isShutdown();
		}
		if (this.executor instanceof SimpleAsyncTaskExecutor simple) {
			return !simple.isActive();
		}
		return this.executor instanceof ExecutorService service && service.isShutdown();
	}

}
