package dev.llmcallbacks.dispatch;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import io.micrometer.context.ContextSnapshot;
import org.jspecify.annotations.Nullable;
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

	/** What handlers find on their threads, if there is anything. */
	private final @Nullable ContextSnapshot snapshot;

	private final SubmissionWatch submissionWatch;

	ExecutorLane(LiveRun run, BoundHandler handler, CallbackHandler target, Executor executor) {
		super(run, handler, target);
		this.executor = executor;
		this.snapshot = run.snapshot();
		this.submissionWatch = new SubmissionWatch(executor, this::submissionLost);
	}

	@Override
	void begin() {
		if (ExecutorState.mayBlock(this.executor)) {
			Schedulers.boundedElastic().schedule(() -> submit(FIRST_RETRY_MILLIS));
		}
		else {
			submit(FIRST_RETRY_MILLIS);
		}
	}

	/**
	 * Whether other lanes may be drained by the same task.
	 * @return whether nobody has to wait, neither for the handler nor for a thread
	 */
	boolean isShareable() {
		return !handler().isSerial() && !ExecutorState.mayBlock(this.executor);
	}

	Executor executor() {
		return this.executor;
	}

	/**
	 * Drain the lane on the current thread, which is one of the executor's, unless
	 * somebody else does.
	 */
	void drainHere() {
		if (claim()) {
			drainInContext();
		}
	}

	@Override
	boolean onHandlerThread() {
		return true;
	}

	@Override
	void over() {
		super.over();
		this.submissionWatch.cancel();
	}

	private void submit(long retryMillis) {
		Submission submission = new Submission(this::drainInContext);
		Throwable rejection = submission.handTo(this.executor);
		if (rejection == null) {
			this.submissionWatch.accepted(submission);
		}
		else {
			rejected(rejection, retryMillis);
		}
	}

	private void rejected(Throwable reason, long retryMillis) {
		count(reason);
		if (ExecutorState.isShutDown(this.executor)) {
			drainOnOwnThread();
			return;
		}
		long next = Math.min(2 * retryMillis, LAST_RETRY_MILLIS);
		Schedulers.parallel().schedule(() -> submit(next), retryMillis, TimeUnit.MILLISECONDS);
	}

	/**
	 * Count a task that was rejected.
	 * @param rejection why it was
	 */
	void count(Throwable rejection) {
		handler().registered().failureLog().rejected(rejection, handler().counters().rejected());
	}

	private void submissionLost() {
		rejected(new RejectedExecutionException("The executor was shut down before it began the task"),
				FIRST_RETRY_MILLIS);
	}

	private void drainOnOwnThread() {
		Thread thread = new Thread(this::drainInContext, "llm-callback-drain");
		thread.setDaemon(true);
		thread.start();
	}

	private void drainInContext() {
		if (this.snapshot == null) {
			drain();
			return;
		}
		try (ContextSnapshot.Scope scope = setThreadLocals(this.snapshot)) {
			drain();
		}
	}

	private ContextSnapshot.Scope setThreadLocals(ContextSnapshot snapshot) {
		try {
			// the run in force is set by the drain
			return snapshot.setThreadLocals((key) -> !CurrentRun.KEY.equals(key));
		}
		catch (RuntimeException ex) {
			handler().registered().failureLog().withoutContext(ex);
			return () -> {
			};
		}
	}

}
