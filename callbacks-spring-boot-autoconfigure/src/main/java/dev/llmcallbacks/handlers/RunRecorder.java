package dev.llmcallbacks.handlers;

import java.util.List;

import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.run.Run;

/**
 * Keeps the latest root runs that have ended, with all that happened in them.
 * <p>
 * A root run is available as soon as its last event has been received. A run whose parent
 * is unknown, because the parent's tree was closed before or because it was filtered out,
 * is recorded as a root of its own; so is a detached run that is still going on when the
 * root around it ends. Their {@link Run#parentId()} still names the parent.
 * <p>
 * Bounded in number and in bytes, those of unfinished runs included. Bytes are an
 * estimate: two for each character of the texts in an event, and a constant for each
 * object. When a limit is reached, the oldest finished root is removed. If there is none,
 * further events and runs inside unfinished ones are not recorded, which {@link RunTree}
 * indicates; a root that exceeds the limit alone is removed when it ends.
 * <p>
 * Safe for use by any number of runs at the same time; uses no thread of its own.
 */
public final class RunRecorder implements AsyncCallbackHandler {

	private final boolean tokens;

	private final RunTrees trees;

	/**
	 * Create a recorder of the last 100 root runs in up to 16 MiB, without tokens.
	 */
	public RunRecorder() {
		this(builder());
	}

	private RunRecorder(Builder builder) {
		this.tokens = builder.tokens;
		this.trees = new RunTrees(builder.maxRuns, builder.maxBytes);
	}

	/**
	 * Return a builder of a recorder of the last 100 root runs in up to 16 MiB, without
	 * tokens.
	 * @return the builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Return what is recorded.
	 * @return the finished root runs, in the order in which they ended
	 */
	public List<RunTree> runs() {
		return this.trees.finished();
	}

	/**
	 * Forget all finished runs.
	 */
	public void clear() {
		this.trees.clear();
	}

	@Override
	public boolean supports(Class<? extends CallbackEvent> eventType) {
		return this.tokens || eventType != LlmNewToken.class;
	}

	@Override
	public Mono<Void> onEvent(CallbackEvent event) {
		this.trees.add(event, SizeEstimate.of(event));
		return Mono.empty();
	}

	int openRuns() {
		return this.trees.openRuns();
	}

	long bytes() {
		return this.trees.bytes();
	}

	/**
	 * Collects how much is to be kept.
	 */
	public static final class Builder {

		private static final int DEFAULT_MAX_RUNS = 100;

		private static final long DEFAULT_MAX_BYTES = 16L << 20;

		private int maxRuns = DEFAULT_MAX_RUNS;

		private long maxBytes = DEFAULT_MAX_BYTES;

		private boolean tokens;

		private Builder() {
		}

		/**
		 * Set how many finished root runs are kept.
		 * @param maxRuns a positive number; 100 by default
		 * @return this builder
		 */
		public Builder maxRuns(int maxRuns) {
			if (maxRuns < 1) {
				throw new IllegalArgumentException("'maxRuns' must be positive, but is " + maxRuns);
			}
			this.maxRuns = maxRuns;
			return this;
		}

		/**
		 * Set how many bytes may be kept.
		 * @param maxBytes a positive number of bytes; 16 MiB by default
		 * @return this builder
		 */
		public Builder maxBytes(long maxBytes) {
			if (maxBytes < 1) {
				throw new IllegalArgumentException("'maxBytes' must be positive, but is " + maxBytes);
			}
			this.maxBytes = maxBytes;
			return this;
		}

		/**
		 * Set whether the chunks of streamed answers are kept. The answers themselves
		 * always are.
		 * @param tokens whether to keep tokens; {@code false} by default
		 * @return this builder
		 */
		public Builder tokens(boolean tokens) {
			this.tokens = tokens;
			return this;
		}

		/**
		 * Build the recorder.
		 * @return the recorder
		 */
		public RunRecorder build() {
			return new RunRecorder(this);
		}

	}

}
