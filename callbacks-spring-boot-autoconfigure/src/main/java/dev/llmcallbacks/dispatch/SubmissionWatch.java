package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

import dev.llmcallbacks.timer.FixedDelay;

/**
 * Looks after the tasks that an executor has accepted for one lane, one at a time: an
 * executor that is shut down may throw away its queue, and tells nobody. One timer serves
 * many tasks.
 */
final class SubmissionWatch {

	private static final FixedDelay looks = new FixedDelay(Duration.ofMillis(500));

	private final Executor executor;

	private final Runnable lost;

	// guarded by this

	private @Nullable Submission submission;

	private @Nullable Disposable look;

	private boolean cancelled;

	SubmissionWatch(Executor executor, Runnable lost) {
		this.executor = executor;
		this.lost = lost;
	}

	synchronized void accepted(Submission submission) {
		this.submission = submission;
		if (this.look == null && !this.cancelled && submission.isWaiting()) {
			lookLater();
		}
	}

	synchronized void cancel() {
		this.cancelled = true;
		this.submission = null;
		if (this.look != null) {
			this.look.dispose();
			this.look = null;
		}
	}

	private void look() {
		synchronized (this) {
			this.look = null;
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
		this.look = looks.schedule(this::look);
	}

}
