package dev.llmcallbacks.springai;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.dispatch.RunEvents;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Run;

/**
 * Events whose error is that of the provider, also where it comes in a
 * {@link CompletionException}. The caller receives the exception as it is.
 *
 * @param <T> the type of item
 * @param events the events
 */
record CauseEvents<T>(RunEvents<T> events) implements RunEvents<T> {

	@Override
	public RunStart started(Run run) {
		return this.events.started(run);
	}

	@Override
	public void prepare(Predicate<Class<? extends CallbackEvent>> received) {
		this.events.prepare(received);
	}

	@Override
	public void accept(T item) {
		this.events.accept(item);
	}

	@Override
	public @Nullable Class<? extends CallbackEvent> itemEventType() {
		return this.events.itemEventType();
	}

	@Override
	public @Nullable CallbackEvent itemEvent(Run run, T item) {
		return this.events.itemEvent(run, item);
	}

	@Override
	public RunEnd completed(Run run, Duration duration) {
		return this.events.completed(run, duration);
	}

	@Override
	public RunEnd failed(Run run, Duration duration, Throwable error) {
		Throwable cause = (error instanceof CompletionException) ? error.getCause() : null;
		return this.events.failed(run, duration, (cause != null) ? cause : error);
	}

	@Override
	public RunEnd cancelled(Run run, Duration duration) {
		return this.events.cancelled(run, duration);
	}

}
