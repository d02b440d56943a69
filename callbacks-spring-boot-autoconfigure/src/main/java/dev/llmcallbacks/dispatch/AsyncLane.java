package dev.llmcallbacks.dispatch;

import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.util.context.Context;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.event.CallbackEvent;

/**
 * A lane to an {@link AsyncCallbackHandler}, drained on the thread that produced the
 * event or finished the previous one.
 */
final class AsyncLane extends Lane {

	private final AsyncCallbackHandler handler;

	private final Context reactorContext;

	// written by the thread that drains, read by the timer

	private volatile @Nullable Call call;

	AsyncLane(LiveRun run, BoundHandler handler, AsyncCallbackHandler target) {
		super(run, handler);
		this.handler = target;
		this.reactorContext = CurrentRun.write(context(), run.reactorContext());
	}

	@Override
	void begin() {
		int share = (handler().turnstile() != null) ? FAIR_SHARE : Integer.MAX_VALUE;
		for (int i = 0; i < share && !isAbandoned(); i++) {
			Object entry = next();
			if (entry == null) {
				drained(true);
				return;
			}
			if (!handle(entry)) {
				return;
			}
		}
		drained(isAbandoned());
	}

	// returns whether the entry is done; if not, the drain goes on when it is
	private boolean handle(Object entry) {
		CallbackEvent event = event(entry);
		if (event == null) {
			passed(entry, false);
			return true;
		}
		Call call = new Call(entry);
		this.call = call;
		calling(entry, null);
		RunContext previous = CurrentRun.replace(context());
		try {
			Mono<Void> mono = handler().invoke(this.handler, event);
			if (mono == null) {
				throw new IllegalStateException("The handler returned null instead of a Mono");
			}
			mono.subscribe(call);
		}
		catch (Throwable ex) {
			call.fail(ex);
			if (ex instanceof VirtualMachineError error) {
				drained(false);
				throw error;
			}
		}
		finally {
			CurrentRun.replace(previous);
		}
		return call.isDoneInPlace();
	}

	@Override
	void giveUpCall() {
		Call call = this.call;
		if (call != null && call.isSubscribed()) {
			call.cancel();
		}
	}

	/**
	 * One call of the handler.
	 */
	private final class Call extends BaseSubscriber<Void> {

		private static final int SUBSCRIBING = 0;

		private static final int SUBSCRIBED = 1;

		private static final int DONE = 2;

		private final Object entry;

		private final long start = System.nanoTime();

		private final AtomicInteger state = new AtomicInteger(SUBSCRIBING);

		private @Nullable Throwable failure;

		Call(Object entry) {
			this.entry = entry;
		}

		@Override
		public Context currentContext() {
			return AsyncLane.this.reactorContext;
		}

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			subscription.request(Long.MAX_VALUE);
		}

		@Override
		protected void hookOnError(Throwable throwable) {
			this.failure = throwable;
		}

		@Override
		protected void hookFinally(SignalType type) {
			finish();
		}

		void fail(Throwable failure) {
			this.failure = failure;
			finish();
		}

		private void finish() {
			int previous = this.state.getAndSet(DONE);
			if (previous == DONE) {
				return;
			}
			called(this.entry, this.failure, System.nanoTime() - this.start, false);
			if (previous == SUBSCRIBED) {
				begin();
			}
		}

		boolean isSubscribed() {
			return this.state.get() == SUBSCRIBED;
		}

		/**
		 * Whether the call had ended before it was left.
		 * @return {@code false} if the drain is to go on when it ends
		 */
		boolean isDoneInPlace() {
			return !this.state.compareAndSet(SUBSCRIBING, SUBSCRIBED);
		}

	}

}
