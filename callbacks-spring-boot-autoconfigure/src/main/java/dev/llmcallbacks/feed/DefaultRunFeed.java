package dev.llmcallbacks.feed;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.callback.LlmCallback.Overflow;
import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.dispatch.IndependentWork;
import dev.llmcallbacks.dispatch.ShutdownException;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;

/**
 * Writer of one feed.
 */
final class DefaultRunFeed implements RunFeed {

	private final UUID runId;

	private final FeedView view;

	private final Opening opening;

	private final Handler handler = new Handler();

	/** Written by the thread that calls {@link #start}. */
	private final AtomicBoolean started = new AtomicBoolean();

	/** Written by the first subscriber's thread. */
	private final AtomicBoolean begun = new AtomicBoolean();

	// guarded by this: written by the threads that produce events, and by the one that
	// ends the work

	/** Present when the first event has been received or the work has begun. */
	private @Nullable KeptFeed feed;

	private @Nullable Work work;

	/** Runs that have been opened and have not ended, and are not inside one of them. */
	private final Set<UUID> outerRuns = new HashSet<>();

	/** How the feed ends as soon as no run is open. */
	private @Nullable Ending ending;

	/**
	 * Create the writer of a feed.
	 * @param runId the id of the run
	 * @param view which events are in the feed
	 * @param opening opens the feed in the memory
	 */
	DefaultRunFeed(UUID runId, FeedView view, Opening opening) {
		this.runId = runId;
		this.view = view;
		this.opening = opening;
	}

	@Override
	public UUID runId() {
		return this.runId;
	}

	@Override
	public LlmCallbackHandler handler() {
		return this.handler;
	}

	@Override
	public RunOptions options() {
		return RunOptions.builder().runId(this.runId).callbacks(this.handler).build();
	}

	@Override
	public Flux<ServerSentEvent<String>> start(Publisher<?> work) {
		if (!this.started.compareAndSet(false, true)) {
			throw new IllegalStateException("The feed has been started: create another one for other work");
		}
		return CurrentRun.captured(Flux.deferContextual((context) -> {
			if (this.begun.compareAndSet(false, true)) {
				begin(work, context);
			}
			return this.opening.follow();
		}));
	}

	private void begin(Publisher<?> publisher, ContextView context) {
		Work work = new Work(Context.of(context));
		synchronized (this) {
			this.work = work;
			open();
		}
		IndependentWork.subscribe(publisher, this.handler, work);
	}

	// guarded by this
	private KeptFeed open() {
		KeptFeed feed = this.feed;
		if (feed == null) {
			feed = this.opening.open(this);
			this.feed = feed;
		}
		return feed;
	}

	/**
	 * Cancel the work.
	 * @param shutdown whether the application stops
	 * @return whether it was going on
	 */
	boolean cancel(boolean shutdown) {
		Work work;
		synchronized (this) {
			work = this.work;
			if (work == null || this.ending != null) {
				return false;
			}
			this.ending = shutdown ? Ending.interrupted() : Ending.of(Outcome.CANCELLED, null);
		}
		work.cancel();
		endIfNoRunIsOpen();
		return true;
	}

	private void end(Ending ending) {
		synchronized (this) {
			if (this.ending == null) {
				this.ending = ending;
			}
			this.outerRuns.clear();
		}
		endIfNoRunIsOpen();
	}

	private void endIfNoRunIsOpen() {
		Ending ending;
		KeptFeed feed;
		synchronized (this) {
			ending = this.ending;
			feed = this.feed;
			if (ending == null || feed == null || !this.outerRuns.isEmpty()) {
				return;
			}
		}
		if (!feed.log().isEnded()) {
			FeedItem failure = (ending.error() != null) ? failure(ending.error()) : null;
			if (failure != null && feed.log().append(failure)) {
				this.opening.appended(feed);
			}
			if (feed.log().end(ending.event(), ending.data())) {
				this.opening.ended(feed);
			}
		}
	}

	// a view that throws does not leave the feed without an end
	private @Nullable FeedItem failure(Throwable error) {
		try {
			return this.view.failed(error);
		}
		catch (RuntimeException ex) {
			return null;
		}
	}

	private void receive(CallbackEvent event) {
		KeptFeed feed;
		synchronized (this) {
			feed = open();
			if (event instanceof RunStart && isOuter(event.run())) {
				this.outerRuns.add(event.run().id());
			}
		}
		try {
			if (this.view.supports(event.getClass())) {
				FeedItem item = this.view.write(event);
				if (item != null && feed.log().append(item)) {
					this.opening.appended(feed);
				}
			}
		}
		finally {
			if (event instanceof RunEnd end) {
				ended(end);
			}
		}
	}

	private synchronized boolean isOuter(Run run) {
		return run.parentId() == null || this.outerRuns.isEmpty();
	}

	private void ended(RunEnd end) {
		synchronized (this) {
			boolean outer = this.outerRuns.remove(end.run().id());
			if (outer && this.work == null && this.ending == null) {
				this.ending = Ending.of(end.outcome(), null);
			}
		}
		endIfNoRunIsOpen();
	}

	/**
	 * Memory of the node, as the writer of one feed sees it.
	 */
	interface Opening {

		/**
		 * Open the feed.
		 * @param writer what writes it
		 * @return the feed
		 */
		KeptFeed open(DefaultRunFeed writer);

		/**
		 * Return the entries of the feed.
		 * @return the entries
		 */
		Flux<ServerSentEvent<String>> follow();

		/**
		 * An entry has been appended.
		 * @param feed the feed
		 */
		void appended(KeptFeed feed);

		/**
		 * The last entry has been appended.
		 * @param feed the feed
		 */
		void ended(KeptFeed feed);

	}

	/**
	 * How a feed ends.
	 *
	 * @param event the name of the last entry
	 * @param data the data of the last entry
	 * @param error why the work has failed, or {@code null} if it has not
	 */
	private record Ending(String event, String data, @Nullable Throwable error) {

		static Ending of(Outcome outcome, @Nullable Throwable error) {
			return new Ending(FeedEntry.END, FeedJson.write(Map.of("outcome", outcome.name())), error);
		}

		static Ending interrupted() {
			return new Ending(FeedEntry.INTERRUPTED, FeedJson.write(Map.of("reason", "shutdown")), null);
		}

	}

	/**
	 * Handler of the runs inside the work. It never holds them up.
	 */
	@LlmCallback(overflow = Overflow.COALESCE, bufferSize = 1)
	private final class Handler implements AsyncCallbackHandler {

		@Override
		public boolean supports(Class<? extends CallbackEvent> eventType) {
			return RunStart.class.isAssignableFrom(eventType) || RunEnd.class.isAssignableFrom(eventType)
					|| DefaultRunFeed.this.view.supports(eventType);
		}

		@Override
		public Mono<Void> onEvent(CallbackEvent event) {
			receive(event);
			return Mono.empty();
		}

	}

	/** Subscriber of the work. */
	private final class Work extends BaseSubscriber<Object> {

		private final Context context;

		Work(Context context) {
			this.context = context;
		}

		@Override
		public Context currentContext() {
			return this.context;
		}

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			requestUnbounded();
		}

		@Override
		protected void hookOnComplete() {
			end(Ending.of(Outcome.COMPLETED, null));
		}

		@Override
		protected void hookOnError(Throwable error) {
			end((error instanceof ShutdownException) ? Ending.interrupted() : Ending.of(Outcome.FAILED, error));
		}

	}

}
