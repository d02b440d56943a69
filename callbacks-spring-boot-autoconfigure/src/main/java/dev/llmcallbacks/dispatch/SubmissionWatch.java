package dev.llmcallbacks.dispatch;

import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/**
 * Looks after the tasks that an executor has accepted for one lane, one at a time: an
 * executor that is shut down may throw away its queue, and tells nobody. One timer serves
 * many tasks.
 */
final class SubmissionWatch {

	private static final long LOOK_MILLIS = 500;

	private final Executor executor;

	private final Runnable lost;

	// guarded by this

	private @Nullable Submission submission;

	private @Nullable Disposable timer;

	private boolean cancelled;

	SubmissionWatch(Executor executor, Runnable lost) {
		this.executor = executor;
		this.lost = lost;
	}

	synchronized void accepted(Submission submission) {
		this.submission = submission;
		if (this.timer == null && !this.cancelled && submission.isWaiting()) {
			lookLater();
		}
	}

	synchronized void cancel() {
		this.cancelled = true;
		this.submission = null;
		if (this.timer != null) {
			this.timer.dispose();
			this.timer = null;
		}
	}

	private void look() {
		synchronized (this) {
			this.timer = null;
			if (this.submission == null || !this.submission.isWaiting()) {
				return;
			}
			if (!ExecutorState.isShutDown(this.executor) || !this.submission.withdraw()) {
				lookLater();
				return;
			}
		}
		this.lost.run();
	}

	private void lookLater() {
		this.timer = Schedulers.parallel().schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
	}

}
