package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.springframework.core.Ordered;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.run.Run;

/**
 * Subscription to the events of the runs that are opened inside work. A run's lane waits
 * until the subscriber has requested and received the event, so that no more than one
 * event of each run is in the queue here.
 */
final class EventSubscription implements Subscription, AsyncCallbackHandler {

	private static final String KEY = "dev.llmcallbacks.events";

	/** The subscriber may take as long as it likes. */
	private static final HandlerSettings SETTINGS = HandlerSettings.builder().timeout(Duration.ZERO).build();

	private final CoreSubscriber<? super CallbackEvent> actual;

	private final List<Class<? extends CallbackEvent>> types;

	private final RegisteredHandler handler;

	/** The current run of the subscriber. */
	private final @Nullable RunContext outer;

	private final Work work = new Work();

	/** Events of any number of runs, each of which waits until it has been emitted. */
	private final Queue<Pending> queue = Queues.<Pending>unboundedMultiproducer().get();

	private final AtomicLong requested = new AtomicLong();

	/** Number of signals for the thread that drains the queue. */
	private final AtomicInteger signals = new AtomicInteger();

	/**
	 * Runs that have been opened, and of which the terminal event has not been handled.
	 */
	private final Set<UUID> open = ConcurrentHashMap.newKeySet();

	private volatile boolean cancelled;

	// written by the thread that ends the work, before its signal

	private @Nullable Throwable failure;

	private volatile boolean ended;

	// by the thread that drains the queue

	private boolean terminated;

	EventSubscription(CoreSubscriber<? super CallbackEvent> actual, List<Class<? extends CallbackEvent>> types) {
		this.actual = actual;
		this.types = types;
		// how long a subscriber takes is its own affair and not logged
		this.handler = RegisteredHandler.withoutDelayLog(new HandlerRegistration("events", EventSubscription.class,
				(attributes) -> new HandlerRegistration.Instance(this), HandlerRegistration.Scope.SHARED,
				Ordered.LOWEST_PRECEDENCE, SETTINGS));
		RunContext fromContext = CurrentRun.contextFrom(actual.currentContext());
		this.outer = (fromContext != null) ? fromContext : CurrentRun.contextOnThread();
	}

	/**
	 * Return the subscriptions to the events of runs that are opened in a Reactor
	 * Context.
	 * @param context the context
	 * @return the subscriptions, the outermost first
	 */
	static List<EventSubscription> from(ContextView context) {
		List<EventSubscription> subscriptions = context.getOrDefault(KEY, null);
		return (subscriptions != null) ? subscriptions : List.of();
	}

	RegisteredHandler handler() {
		return this.handler;
	}

	/**
	 * A run has been opened whose events this receives, its terminal event in any case.
	 * @param run the run
	 */
	void opened(Run run) {
		this.open.add(run.id());
	}

	void begin(Publisher<?> work) {
		if (!this.cancelled) {
			Flux.from(work).subscribe(this.work);
		}
	}

	// the terminal event is needed in any case
	@Override
	public boolean supports(Class<? extends CallbackEvent> eventType) {
		return isWanted(eventType) || RunEnd.class.isAssignableFrom(eventType);
	}

	private boolean isWanted(Class<? extends CallbackEvent> eventType) {
		return this.types.isEmpty() || this.types.stream().anyMatch((type) -> type.isAssignableFrom(eventType));
	}

	@Override
	public Mono<Void> onEvent(CallbackEvent event) {
		return Mono.create((sink) -> {
			Pending pending = new Pending(event, isWanted(event.getClass()), sink);
			this.queue.add(pending);
			drain(pending);
		});
	}

	@Override
	public void request(long n) {
		if (Operators.validate(n)) {
			this.requested.accumulateAndGet(n, Operators::addCap);
			drain(null);
		}
	}

	@Override
	public void cancel() {
		if (!this.cancelled) {
			this.cancelled = true;
			this.work.cancel();
			drain(null);
		}
	}

	// a signal of another thread is left to the one that drains
	private void drain(@Nullable Pending own) {
		if (this.signals.getAndIncrement() != 0) {
			return;
		}
		int missed = 1;
		do {
			emitRequested(own);
			missed = this.signals.addAndGet(-missed);
		}
		while (missed != 0);
	}

	private void emitRequested(@Nullable Pending own) {
		for (Pending next = this.queue.peek(); next != null; next = this.queue.peek()) {
			boolean emit = next.wanted && !this.cancelled && !this.terminated;
			if (emit && this.requested.get() == 0) {
				return;
			}
			this.queue.poll();
			if (emit) {
				emit(next.event);
			}
			if (next.event instanceof RunEnd) {
				this.open.remove(next.event.run().id());
			}
			if (next == own) {
				next.sink.success();
			}
			else {
				// what waits for the event may be the application's work, which must not
				// hold up the events of other runs
				Schedulers.parallel().schedule(next.sink::success);
			}
		}
		if (this.ended && !this.terminated && !this.cancelled && this.open.isEmpty()) {
			this.terminated = true;
			end();
		}
	}

	private void emit(CallbackEvent event) {
		if (this.requested.get() != Long.MAX_VALUE) {
			this.requested.decrementAndGet();
		}
		RunContext previous = CurrentRun.replace(this.outer);
		try {
			this.actual.onNext(event);
		}
		catch (Throwable ex) {
			Exceptions.throwIfFatal(ex);
			this.terminated = true;
			this.work.cancel();
			this.actual.onError(ex);
		}
		finally {
			CurrentRun.replace(previous);
		}
	}

	private void end() {
		RunContext previous = CurrentRun.replace(this.outer);
		try {
			if (this.failure != null) {
				this.actual.onError(this.failure);
			}
			else {
				this.actual.onComplete();
			}
		}
		finally {
			CurrentRun.replace(previous);
		}
	}

	/**
	 * Event that the subscriber has not received.
	 *
	 * @param event the event
	 * @param wanted whether it is of a type that is emitted
	 * @param sink ends the wait of the run's lane
	 */
	private record Pending(CallbackEvent event, boolean wanted, MonoSink<Void> sink) {

	}

	/** Subscriber of the work, whose items are in the events. */
	private final class Work extends BaseSubscriber<Object> {

		@Override
		public Context currentContext() {
			Context context = EventSubscription.this.actual.currentContext();
			List<EventSubscription> all = new ArrayList<>(from(context));
			all.add(EventSubscription.this);
			return context.put(KEY, List.copyOf(all));
		}

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			if (EventSubscription.this.cancelled) {
				cancel();
			}
			else {
				requestUnbounded();
			}
		}

		@Override
		protected void hookOnError(Throwable throwable) {
			EventSubscription.this.failure = throwable;
			EventSubscription.this.ended = true;
			drain(null);
		}

		@Override
		protected void hookOnComplete() {
			EventSubscription.this.ended = true;
			drain(null);
		}

	}

}
