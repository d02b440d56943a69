package dev.llmcallbacks.dispatch;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;

/**
 * What a handler under test does, whatever kind of handler it is, and what it has seen.
 */
final class Probe {

	private final Queue<CallbackEvent> events = new ConcurrentLinkedQueue<>();

	private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();

	private final Map<UUID, Visits> visits = new ConcurrentHashMap<>();

	private final Queue<String> overlaps = new ConcurrentLinkedQueue<>();

	private final AtomicInteger inside = new AtomicInteger();

	private final AtomicInteger mostInside = new AtomicInteger();

	private volatile Function<CallbackEvent, Mono<Void>> reaction = (event) -> Mono.empty();

	/** Do something with every event. */
	Probe react(Function<CallbackEvent, Mono<Void>> reaction) {
		this.reaction = reaction;
		return this;
	}

	/** Do something with events of one type. */
	<E extends CallbackEvent> Probe on(Class<E> type, Function<E, Mono<Void>> reaction) {
		Function<CallbackEvent, Mono<Void>> others = this.reaction;
		this.reaction = (event) -> type.isInstance(event) ? reaction.apply(type.cast(event)) : others.apply(event);
		return this;
	}

	Mono<Void> async(CallbackEvent event) {
		return Mono.defer(() -> {
			enter(event);
			return this.reaction.apply(event);
		}).doOnTerminate(() -> leave(event)).doOnCancel(() -> leave(event));
	}

	void sync(CallbackEvent event) {
		enter(event);
		try {
			await(this.reaction.apply(event));
		}
		finally {
			leave(event);
		}
	}

	private static void await(Mono<Void> reaction) {
		CountDownLatch done = new CountDownLatch(1);
		AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
		Disposable subscription = reaction.doFinally((signal) -> done.countDown()).subscribe((nothing) -> {
		}, failure::set);
		try {
			if (done.getCount() > 0) {
				done.await();
			}
		}
		catch (InterruptedException ex) {
			subscription.dispose();
			throw new IllegalStateException("interrupted", ex);
		}
		rethrow(failure.get());
	}

	private static void rethrow(@Nullable Throwable failure) {
		if (failure instanceof RuntimeException exception) {
			throw exception;
		}
		if (failure instanceof Error error) {
			throw error;
		}
	}

	private void enter(CallbackEvent event) {
		this.mostInside.accumulateAndGet(this.inside.incrementAndGet(), Math::max);
		Visits visits = this.visits.computeIfAbsent(event.run().id(), (id) -> new Visits());
		if (visits.entered != visits.left) {
			this.overlaps.add("entered for " + event + " while inside");
		}
		visits.entered++;
		// a test that waits for the event finds its thread
		this.threads.add(Thread.currentThread());
		this.events.add(event);
	}

	private void leave(CallbackEvent event) {
		this.visits.get(event.run().id()).left++;
		this.inside.decrementAndGet();
	}

	List<CallbackEvent> events() {
		return List.copyOf(this.events);
	}

	List<CallbackEvent> events(UUID runId) {
		return this.events.stream().filter((event) -> event.run().id().equals(runId)).toList();
	}

	/** Keep nothing of what was heard. */
	void forget() {
		this.events.clear();
		this.threads.clear();
		this.visits.clear();
	}

	<E extends CallbackEvent> List<E> of(Class<E> type) {
		return this.events.stream().filter(type::isInstance).map(type::cast).toList();
	}

	List<String> names() {
		return this.events.stream().map((event) -> event.getClass().getSimpleName()).toList();
	}

	String tokens() {
		return of(LlmNewToken.class).stream().map(LlmNewToken::token).collect(Collectors.joining());
	}

	List<Thread> threads() {
		return List.copyOf(this.threads);
	}

	boolean hasEnded() {
		return !of(RunEnd.class).isEmpty();
	}

	boolean hasStarted() {
		return !of(RunStart.class).isEmpty();
	}

	/** How often the handler was entered while it was already inside, for one run. */
	Queue<String> overlaps() {
		return this.overlaps;
	}

	/** How many callbacks went on at one time, whatever runs they belong to. */
	int mostInside() {
		return this.mostInside.get();
	}

	/** What was seen of one run. Plain fields: each visit happens before the next. */
	private static final class Visits {

		private int entered;

		private int left;

	}

}
