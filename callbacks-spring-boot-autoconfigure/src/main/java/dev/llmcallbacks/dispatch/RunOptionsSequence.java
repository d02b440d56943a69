package dev.llmcallbacks.dispatch;

import java.util.concurrent.atomic.AtomicBoolean;

import dev.llmcallbacks.callback.RunOptions;

/**
 * The options of successive subscriptions to the same work: each is a run of its own, and
 * only the first has the run id that was given. Safe for use by any number of threads.
 */
public final class RunOptionsSequence {

	private final RunOptions options;

	private final AtomicBoolean idTaken;

	private RunOptionsSequence(RunOptions options, AtomicBoolean idTaken) {
		this.options = options;
		this.idTaken = idTaken;
	}

	/**
	 * Begin with options of which no subscription has had the run id.
	 * @param options the options
	 * @return the sequence
	 */
	public static RunOptionsSequence of(RunOptions options) {
		return new RunOptionsSequence(options, new AtomicBoolean());
	}

	/**
	 * Put further options on top. Whether the run id has been taken is shared with this
	 * sequence, unless the further options bring one of their own.
	 * @param further the options
	 * @return the new sequence
	 */
	public RunOptionsSequence with(RunOptions further) {
		return new RunOptionsSequence(this.options.with(further),
				(further.runId() != null) ? new AtomicBoolean() : this.idTaken);
	}

	/**
	 * Return the options for the next subscription.
	 * @return the options, with the run id for the first
	 */
	public RunOptions next() {
		if (this.options.runId() == null || this.idTaken.compareAndSet(false, true)) {
			return this.options;
		}
		return this.options.mutate().runId(null).build();
	}

	/**
	 * Whether the options add nothing to a run.
	 * @return whether the options add nothing
	 */
	public boolean isEmpty() {
		return this.options.equals(RunOptions.NONE);
	}

}
