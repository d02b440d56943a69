package dev.llmcallbacks.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.assertj.core.api.AssertProvider;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.event.CallbackEvent;

/**
 * Handler that records every event and the thread on which it was called, and can be
 * waited for. AssertJ's {@code assertThat(recorder)} offers what
 * {@link EventRecorderAssert} has.
 * <p>
 * A call returns after all handlers have received its terminal event. A test that cancels
 * a call, or starts one and continues, has to wait. All waiting is bounded.
 * <p>
 * Safe for any number of runs at once.
 */
public final class EventRecorder implements CallbackHandler, AssertProvider<EventRecorderAssert> {

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private final Duration patience;

	private final Lock lock = new ReentrantLock();

	private final Condition heard = this.lock.newCondition();

	/** Guarded by the lock. */
	private final List<RecordedEvent> events = new ArrayList<>();

	/** Ids of the roots that are not listened to any more; guarded by the lock. */
	private final Set<UUID> forgotten = new HashSet<>();

	/**
	 * Create a recorder that is waited for five seconds at most.
	 */
	public EventRecorder() {
		this(PATIENCE);
	}

	/**
	 * Create a recorder.
	 * @param patience how long it is waited for at most
	 */
	public EventRecorder(Duration patience) {
		this.patience = patience;
	}

	/**
	 * Return what was heard so far.
	 * @return the events of all runs, in the order in which they were heard
	 */
	public List<RecordedEvent> events() {
		this.lock.lock();
		try {
			return List.copyOf(this.events);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Return the events of a type that were heard so far.
	 * @param <E> the type of event
	 * @param type the type of event; subtypes are included
	 * @return the events of all runs, in the order in which they were heard
	 */
	public <E extends CallbackEvent> List<E> events(Class<E> type) {
		return events().stream().map(RecordedEvent::event).filter(type::isInstance).map(type::cast).toList();
	}

	/**
	 * Return which events were heard so far, in a form that is short to compare:
	 * {@code ChatModelStart}, {@code LlmNewToken}, {@code LlmEnd}.
	 * @return the simple names of the types of all events of all runs, in the order in
	 * which they were heard
	 */
	public List<String> eventNames() {
		return events().stream().map((event) -> event.event().getClass().getSimpleName()).toList();
	}

	/**
	 * Return the runs heard of so far.
	 * @return the runs whose parents were not heard of, in the order in which they began
	 */
	public List<RecordedRun> runs() {
		return RunForest.of(events()).roots();
	}

	/**
	 * Wait until there is a run, and every run that was heard of has ended.
	 * @return the runs whose parents were not heard of, in the order in which they began
	 * @throws AssertionError if the time is over before
	 */
	public List<RecordedRun> await() {
		return await("All runs have ended",
				() -> Optional.of(runs())
					.filter((runs) -> !runs.isEmpty()
							&& runs.stream().flatMap(RecordedRun::stream).allMatch(RecordedRun::hasEnded)));
	}

	/**
	 * Wait until a run has ended.
	 * @param name the run's name
	 * @return the run, of several with this name the one that began first
	 * @throws AssertionError if the time is over before
	 */
	public RecordedRun await(String name) {
		return await("A run named '" + name + "' has ended",
				() -> runs().stream()
					.flatMap(RecordedRun::stream)
					.filter((run) -> run.run().name().equals(name))
					.findFirst()
					.filter(RecordedRun::hasEnded));
	}

	/**
	 * Wait until an event has been heard.
	 * @param <E> the type of event
	 * @param type the type of event; subtypes are included
	 * @return the first such event, of whatever run
	 * @throws AssertionError if the time is over before
	 */
	public <E extends CallbackEvent> E await(Class<E> type) {
		return await("An event of type " + type.getSimpleName() + " was heard",
				() -> events(type).stream().findFirst());
	}

	/**
	 * Forget everything. Of runs that have not ended, and what goes on inside them,
	 * nothing will be heard any more.
	 */
	public void reset() {
		this.lock.lock();
		try {
			this.forgotten.addAll(RunForest.of(this.events).openRoots());
			this.events.clear();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void onEvent(CallbackEvent event) {
		this.lock.lock();
		try {
			if (!this.forgotten.contains(event.run().rootId())) {
				this.events.add(new RecordedEvent(event, Thread.currentThread().getName()));
				this.heard.signalAll();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Called by AssertJ's {@code assertThat(recorder)}.
	 * @return assertions on what was heard
	 */
	@Override
	public EventRecorderAssert assertThat() {
		return new EventRecorderAssert(this);
	}

	@Override
	public String toString() {
		return RunForest.of(events()).toString();
	}

	private <T> T await(String condition, Supplier<Optional<T>> source) {
		this.lock.lock();
		try {
			long nanos = this.patience.toNanos();
			Optional<T> found = source.get();
			while (found.isEmpty()) {
				if (nanos <= 0) {
					throw new AssertionError(
							"Not so within %s: %s. Heard:%n%s".formatted(this.patience, condition, this));
				}
				nanos = this.heard.awaitNanos(nanos);
				found = source.get();
			}
			return found.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting: " + condition, ex);
		}
		finally {
			this.lock.unlock();
		}
	}

}
