package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Run;

/**
 * Events of a run whose items and failure are converted for the events. Each item is
 * converted once.
 *
 * @param <S> the type of item that passes through the run
 * @param <T> the type of item that the events are created from
 */
final class MappedEvents<S, T> implements RunEvents<S> {

	private final RunEvents<T> events;

	private final Function<? super S, ? extends T> mapping;

	private final UnaryOperator<Throwable> failures;

	private @Nullable T latest;

	MappedEvents(RunEvents<T> events, Function<? super S, ? extends T> mapping, UnaryOperator<Throwable> failures) {
		this.events = events;
		this.mapping = mapping;
		this.failures = failures;
	}

	@Override
	public RunStart started(Run run) {
		return this.events.started(run);
	}

	@Override
	public void prepare(Predicate<Class<? extends CallbackEvent>> received) {
		this.events.prepare(received);
	}

	@Override
	public void accept(S item) {
		T mapped = this.mapping.apply(item);
		this.latest = mapped;
		this.events.accept(mapped);
	}

	@Override
	public @Nullable Class<? extends CallbackEvent> itemEventType() {
		return this.events.itemEventType();
	}

	@Override
	public @Nullable CallbackEvent itemEvent(Run run, S item) {
		T mapped = this.latest;
		return (mapped != null) ? this.events.itemEvent(run, mapped) : null;
	}

	@Override
	public RunEnd completed(Run run, Duration duration) {
		return this.events.completed(run, duration);
	}

	@Override
	public RunEnd failed(Run run, Duration duration, Throwable error) {
		return this.events.failed(run, duration, this.failures.apply(error));
	}

	@Override
	public RunEnd cancelled(Run run, Duration duration) {
		return this.events.cancelled(run, duration);
	}

}
