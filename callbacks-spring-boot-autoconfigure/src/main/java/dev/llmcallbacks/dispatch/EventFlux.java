package dev.llmcallbacks.dispatch;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.event.CallbackEvent;

/**
 * Internal to the library: events of the runs that are opened inside work, each
 * subscription subscribing to the work. The subscriber is one more reactive handler of
 * these runs, whose demand decides when it has handled an event.
 */
public final class EventFlux extends Flux<CallbackEvent> implements Scannable {

	private final Publisher<?> work;

	private final List<Class<? extends CallbackEvent>> types;

	private EventFlux(Publisher<?> work, List<Class<? extends CallbackEvent>> types) {
		this.work = work;
		this.types = types;
	}

	/**
	 * Create a flux.
	 * @param work the work
	 * @param types the types of events, subtypes included; all types if there are none
	 * @return the events
	 */
	public static Flux<CallbackEvent> of(Publisher<?> work, List<Class<? extends CallbackEvent>> types) {
		return CurrentRun.captured(onAssembly(new EventFlux(work, List.copyOf(types))));
	}

	@Override
	public void subscribe(CoreSubscriber<? super CallbackEvent> actual) {
		EventSubscription subscription = new EventSubscription(actual, this.types);
		actual.onSubscribe(subscription);
		subscription.begin(this.work);
	}

	@Override
	public @Nullable Object scanUnsafe(Attr key) {
		if (key == Attr.PARENT) {
			return this.work;
		}
		return (key == Attr.RUN_STYLE) ? Attr.RunStyle.ASYNC : null;
	}

}
