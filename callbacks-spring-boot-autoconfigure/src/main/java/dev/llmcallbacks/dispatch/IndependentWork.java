package dev.llmcallbacks.dispatch;

import java.util.ArrayList;
import java.util.List;

import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import dev.llmcallbacks.callback.LlmCallbackHandler;

/**
 * Internal to the library: work that goes on when the run around it ends or is cancelled,
 * with a handler that receives the events of all runs that are opened inside it. They are
 * found through the Reactor Context, whichever library opens them.
 */
public final class IndependentWork {

	private static final String KEY = "dev.llmcallbacks.handlers";

	private IndependentWork() {
	}

	/**
	 * Subscribe to work. The current run of the subscriber's Reactor Context, else of the
	 * thread, becomes the parent of the work's runs without being ended after them, and
	 * without cancelling them.
	 * @param work the work
	 * @param handler the handler, which receives an event once even if it is registered
	 * with a run as well
	 * @param subscriber the subscriber
	 */
	public static void subscribe(Publisher<?> work, LlmCallbackHandler handler, CoreSubscriber<Object> subscriber) {
		Context context = subscriber.currentContext();
		List<RegisteredHandler> handlers = new ArrayList<>(handlers(context));
		handlers.add(RegisteredHandler.of(handler));
		Context inside = context.delete(CurrentRun.KEY).put(KEY, List.copyOf(handlers));
		RunContext fromContext = CurrentRun.contextFrom(context);
		RunContext previous = CurrentRun.contextOnThread();
		CurrentRun.replace((fromContext != null) ? fromContext : previous);
		try {
			Flux.<Object>from(work).subscribe(new WithContext(subscriber, inside));
		}
		finally {
			CurrentRun.replace(previous);
		}
	}

	/**
	 * Return the handlers of runs that are opened in a Reactor Context.
	 * @param context the context
	 * @return the handlers, the outermost first
	 */
	static List<RegisteredHandler> handlers(ContextView context) {
		List<RegisteredHandler> handlers = context.getOrDefault(KEY, null);
		return (handlers != null) ? handlers : List.of();
	}

	/** Passes all signals on, and has a Reactor Context of its own. */
	private record WithContext(CoreSubscriber<Object> actual, Context context) implements CoreSubscriber<Object> {

		@Override
		public Context currentContext() {
			return this.context;
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			this.actual.onSubscribe(subscription);
		}

		@Override
		public void onNext(Object item) {
			this.actual.onNext(item);
		}

		@Override
		public void onError(Throwable error) {
			this.actual.onError(error);
		}

		@Override
		public void onComplete() {
			this.actual.onComplete();
		}

	}

}
