package dev.llmcallbacks.handlers;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.RecordedException;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.LlmStart;
import dev.llmcallbacks.event.Retry;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.handlers.RunSummary.Attempt;
import dev.llmcallbacks.handlers.RunSummary.State;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.PrintableText;
import dev.llmcallbacks.run.Run;

/**
 * Run of a {@link WatchedTree}. Guarded by the lock of its {@link WatchedRuns}.
 */
final class WatchedRun {

	private static final int MAX_NAME_LENGTH = 100;

	private static final int MAX_TAGS = 20;

	private static final int MAX_MOMENTS = 200;

	private static final int MAX_ATTEMPTS = 20;

	private final Run run;

	private final WatchedTree tree;

	private final @Nullable String requestedModel;

	private @Nullable String model;

	private @Nullable String provider;

	/** Events whose contents are kept; {@code null} if none are. */
	private final @Nullable List<CallbackEvent> events;

	private final List<Attempt> attempts = new ArrayList<>();

	private final StringBuilder text = new StringBuilder();

	private @Nullable Outcome outcome;

	private @Nullable Duration duration;

	private @Nullable Duration timeToFirstToken;

	private @Nullable TokenUsage usage;

	private @Nullable String error;

	private int tokens;

	private boolean complete = true;

	/** Number of the last change. */
	private long changed;

	/** Number of the last change other than a token. */
	private long contentChanged;

	WatchedRun(RunStart start, WatchedTree tree, boolean content) {
		this.run = content ? start.run() : withoutContent(start.run());
		this.tree = tree;
		this.events = content ? new ArrayList<>(List.of(start)) : null;
		if (start instanceof ChatModelStart chat) {
			this.model = chat.options().model();
			this.provider = chat.provider();
		}
		else if (start instanceof LlmStart llm) {
			this.model = llm.options().model();
		}
		this.requestedModel = this.model;
	}

	static Run withoutContent(Run run) {
		return run.metadata().isEmpty() ? run : new Run(run.id(), run.parentId(), run.rootId(), run.type(), run.name(),
				run.tags(), Map.of(), run.startedAt());
	}

	void token(LlmNewToken event, boolean keepText) {
		if (this.tokens++ == 0) {
			this.timeToFirstToken = Duration.between(this.run.startedAt(), event.timestamp());
		}
		if (this.events != null && event.choice() == 0) {
			if (keepText) {
				this.text.append(event.token());
			}
			else {
				this.complete = false;
			}
		}
	}

	/**
	 * Add something that has happened, neither a token nor the end.
	 * @param event the event
	 * @return whether its contents are kept
	 */
	boolean add(CallbackEvent event) {
		if (event instanceof Retry retry && this.attempts.size() < MAX_ATTEMPTS) {
			this.attempts.add(new Attempt(retry.timestamp(), retry.delay(), nameOf(retry.cause())));
		}
		if (this.events == null) {
			return false;
		}
		if (this.events.size() > MAX_MOMENTS) {
			this.complete = false;
			return false;
		}
		return this.events.add(event);
	}

	void incomplete() {
		this.complete = false;
	}

	/**
	 * End the run. The text so far is not needed any more, as the event has it.
	 * @param end the event
	 * @return how many bytes of text are released
	 */
	long end(RunEnd end) {
		this.outcome = end.outcome();
		this.duration = end.duration();
		Throwable failure = EventParts.errorOf(end);
		this.error = (failure != null) ? nameOf(failure) : null;
		LlmResult result = EventParts.resultOf(end);
		if (result != null) {
			String responded = result.llmOutput().modelName();
			this.model = (responded != null) ? responded : this.model;
			this.usage = result.llmOutput().tokenUsage().isKnown() ? result.llmOutput().tokenUsage() : null;
			Duration first = timeToFirstTokenOf(end);
			this.timeToFirstToken = (first != null) ? first : this.timeToFirstToken;
		}
		if (this.events != null) {
			this.events.add(end);
		}
		long released = 2L * this.text.length();
		this.text.setLength(0);
		this.text.trimToSize();
		return released;
	}

	private static @Nullable Duration timeToFirstTokenOf(RunEnd end) {
		if (end instanceof LlmEnd llm) {
			return llm.timeToFirstToken();
		}
		if (end instanceof LlmError failed) {
			return failed.timeToFirstToken();
		}
		return (end instanceof LlmCancel cancel) ? cancel.timeToFirstToken() : null;
	}

	private static String nameOf(Throwable error) {
		Class<?> type = error.getClass();
		return (error instanceof RecordedException recorded) ? printable(recorded.errorType())
				: (type.getSimpleName().isEmpty() ? type.getName() : type.getSimpleName());
	}

	void changed(long number, boolean content) {
		this.changed = number;
		if (content) {
			this.contentChanged = number;
		}
	}

	RunSummary summarize(BiFunction<String, TokenUsage, @Nullable BigDecimal> cost) {
		return new RunSummary(this.run.id(), this.run.parentId(), this.run.type(), printable(this.run.name()),
				this.run.tags().stream().limit(MAX_TAGS).map(WatchedRun::printable).toList(), state(),
				this.run.startedAt(), this.duration, this.timeToFirstToken,
				(this.model != null) ? printable(this.model) : null,
				(this.provider != null) ? printable(this.provider) : null, this.usage, cost(cost), this.tokens,
				this.attempts, this.error, this.complete);
	}

	@Nullable BigDecimal cost(BiFunction<String, TokenUsage, @Nullable BigDecimal> cost) {
		if (this.usage == null) {
			return null;
		}
		BigDecimal ofModel = (this.model != null) ? cost.apply(this.model, this.usage) : null;
		return (ofModel == null && this.requestedModel != null) ? cost.apply(this.requestedModel, this.usage) : ofModel;
	}

	private State state() {
		if (this.outcome == null) {
			return State.RUNNING;
		}
		return switch (this.outcome) {
			case COMPLETED -> State.COMPLETED;
			case FAILED -> State.FAILED;
			case CANCELLED -> State.CANCELLED;
		};
	}

	// Applications may take names and tags from requests, and models write names of tools
	private static String printable(String text) {
		return PrintableText.of(text, MAX_NAME_LENGTH);
	}

	/**
	 * Return the events whose contents are kept.
	 * @return a copy, or {@code null} if none are
	 */
	@Nullable List<CallbackEvent> events() {
		return (this.events != null) ? List.copyOf(this.events) : null;
	}

	String textFrom(int from) {
		return this.text.substring(Math.min(from, this.text.length()));
	}

	int textLength() {
		return this.text.length();
	}

	Run run() {
		return this.run;
	}

	WatchedTree tree() {
		return this.tree;
	}

	boolean isActive() {
		return this.outcome == null;
	}

	boolean hasFailed() {
		return this.outcome == Outcome.FAILED;
	}

	@Nullable String model() {
		return this.model;
	}

	@Nullable TokenUsage usage() {
		return this.usage;
	}

	int tokens() {
		return this.tokens;
	}

	int retries() {
		return this.attempts.size();
	}

	long changed() {
		return this.changed;
	}

	long contentChanged() {
		return this.contentChanged;
	}

}
