package dev.llmcallbacks.handlers;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.ContentGuard;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.handlers.RunChanges.Addition;
import dev.llmcallbacks.handlers.WatchedRuns.Snapshot;
import dev.llmcallbacks.message.TokenUsage;

/**
 * Internal to the library: keeps the active runs and the latest 100 root runs that have
 * finished, in up to 16 MiB, for a view that asks for what has changed.
 * <p>
 * Tokens are received by a handler of its own, {@link #tokenHandler()}, which is switched
 * off while nobody looks: it is switched on by {@link #look()}, and off when a run opens
 * more than a minute later. A run that is opened while it is off shows its text when it
 * has ended.
 * <p>
 * Thread-safe. Events are added on the threads that produce them, without waiting for
 * anything but a lock that is never held during the application's code or input and
 * output. What is asked for is put together on {@link Schedulers#boundedElastic()}, where
 * the filter may take its time.
 */
public final class RunWatch implements AsyncCallbackHandler {

	private static final int MAX_TREES = 100;

	private static final long MAX_BYTES = 16L << 20;

	private static final long ATTENTION = Duration.ofMinutes(1).toNanos();

	private final WatchedRuns runs;

	private final ContentGuard guard;

	private final LongSupplier nanoTime;

	private final AsyncCallbackHandler tokenHandler = new TokenHandler();

	private final Object attentionLock = new Object();

	// guarded by attentionLock for writing

	private volatile boolean watched;

	private volatile long lookedAt;

	private Consumer<Boolean> tokenSwitch = (on) -> {
	};

	/**
	 * Create a watch.
	 * @param content whether contents may ever be shown; they are not kept otherwise
	 * @param guard what every content passes
	 * @param cost returns what the use of a model costs, or {@code null} if it is not
	 * known
	 */
	public RunWatch(boolean content, ContentGuard guard, BiFunction<String, TokenUsage, @Nullable BigDecimal> cost) {
		this(new WatchedRuns(MAX_TREES, MAX_BYTES, content, cost), guard, System::nanoTime);
	}

	RunWatch(WatchedRuns runs, ContentGuard guard, LongSupplier nanoTime) {
		this.runs = runs;
		this.guard = guard;
		this.nanoTime = nanoTime;
	}

	/**
	 * Return the handler of tokens, to be registered beside this one.
	 * @return the handler
	 */
	public AsyncCallbackHandler tokenHandler() {
		return this.tokenHandler;
	}

	/**
	 * Set what switches the handler of tokens, and switch it off unless somebody looks.
	 * @param tokenSwitch receives whether the handler is called in runs that open from
	 * then on
	 */
	public void switchTokens(Consumer<Boolean> tokenSwitch) {
		synchronized (this.attentionLock) {
			this.tokenSwitch = tokenSwitch;
			tokenSwitch.accept(this.watched);
		}
	}

	/**
	 * Note that somebody looks, and switch the handler of tokens on.
	 */
	public void look() {
		synchronized (this.attentionLock) {
			this.lookedAt = this.nanoTime.getAsLong();
			if (!this.watched) {
				this.watched = true;
				this.tokenSwitch.accept(true);
			}
		}
	}

	private void noticeAbsence() {
		if (this.watched && this.nanoTime.getAsLong() - this.lookedAt > ATTENTION) {
			synchronized (this.attentionLock) {
				if (this.watched && this.nanoTime.getAsLong() - this.lookedAt > ATTENTION) {
					this.watched = false;
					this.tokenSwitch.accept(false);
				}
			}
		}
	}

	@Override
	public boolean supports(Class<? extends CallbackEvent> eventType) {
		return eventType != LlmNewToken.class;
	}

	@Override
	public Mono<Void> onEvent(CallbackEvent event) {
		if (event instanceof RunStart) {
			noticeAbsence();
		}
		this.runs.add(event);
		return Mono.empty();
	}

	/**
	 * Return what has changed, at once if something has, else as soon as something does.
	 * @param after number of the last change that the caller has seen, or {@code null} to
	 * get everything
	 * @param selected id of the run whose tree is included, or {@code null}
	 * @param from how many characters of the selected run's streamed response the caller
	 * has
	 * @param content whether contents are included
	 * @param atMost how long to wait
	 * @return the changes, of which there may be none when the time is over
	 */
	public Mono<RunChanges> changes(@Nullable Long after, @Nullable UUID selected, int from, boolean content,
			Duration atMost) {
		Mono<RunChanges> answer = Mono.fromCallable(() -> read(after, selected, from, content))
			.subscribeOn(Schedulers.boundedElastic());
		if (after == null) {
			return answer;
		}
		return this.runs.changed(after, selected).timeout(atMost, Mono.empty()).then(answer);
	}

	private RunChanges read(@Nullable Long after, @Nullable UUID selected, int from, boolean content) {
		Snapshot snapshot = this.runs.changes(after, selected, from);
		List<CallbackEvent> events = content ? snapshot.events() : null;
		// A filter needs the whole text, which is there when the run has ended
		Addition text = (content && this.guard == ContentGuard.NONE && !snapshot.text().isEmpty())
				? new Addition(from, snapshot.text()) : null;
		return new RunChanges(snapshot.change(), snapshot.reset(), snapshot.trees(), snapshot.forgotten(),
				snapshot.runs(), (events != null) ? new DetailParts(this.guard).of(events) : null, text);
	}

	/**
	 * Return how many requests wait for a change.
	 * @return the number of requests
	 */
	public int waiting() {
		return this.runs.waiters();
	}

	long bytes() {
		return this.runs.bytes();
	}

	/**
	 * Receives tokens while somebody looks.
	 */
	private final class TokenHandler implements AsyncCallbackHandler {

		@Override
		public Mono<Void> onLlmNewToken(LlmNewToken event) {
			if (RunWatch.this.watched) {
				RunWatch.this.runs.addToken(event);
			}
			return Mono.empty();
		}

	}

}
