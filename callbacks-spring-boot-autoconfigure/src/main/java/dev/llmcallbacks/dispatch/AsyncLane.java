package dev.llmcallbacks.dispatch;

import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.util.context.Context;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.dispatch.CoalescingExecutor.Urgency;
import dev.llmcallbacks.event.CallbackEvent;

/**
 * Lane to an {@link AsyncCallbackHandler}, drained on the thread that produced the event
 * or finished the previous one.
 */
final class AsyncLane extends Lane {

	private static final Mono<Void> COMPLETED = Mono.empty();

	private final AsyncCallbackHandler target;

	private final Context reactorContext;

	// written by the thread that drains, read by the timer

	private volatile @Nullable Call call;

	// written by the timer, read by the thread that drains

	private volatile @Nullable Object cancelled;

	AsyncLane(BoundHandler handler, RunHandle run, RunContext context, Owner owner, AsyncCallbackHandler target) {
		super(handler, run, context, owner);
		this.target = target;
		this.reactorContext = CurrentRun.write(context(), run.reactorContext());
	}

	@Override
	boolean onHandlerThread() {
		return false;
	}

	@Override
	void begin(Urgency urgency) {
		invoker().enter(null);
		drain(null, null);
	}

	@Override
	boolean call(Object entry, CallbackEvent event) {
		Throwable failure = null;
		invoker().begin(entry);
		try {
			Mono<Void> mono = handler().invoke(this.target, event);
			if (mono != COMPLETED) {
				return subscribe(mono, new Call(entry, event));
			}
		}
		catch (Throwable ex) {
			failure = ex;
		}
		invoker().end(event, failure);
		return true;
	}

	private boolean subscribe(@Nullable Mono<Void> mono, Call call) {
		if (mono == null) {
			throw new IllegalStateException("The handler returned null instead of a Mono");
		}
		this.call = call;
		call.begin(mono);
		return call.isDoneInPlace();
	}

	@Override
	void cancelCall(Object entry) {
		this.cancelled = entry;
		Call call = this.call;
		if (call != null && call.entry == entry) {
			call.cancelIfLeft();
		}
	}

	/**
	 * Single call of the handler.
	 */
	private final class Call extends BaseSubscriber<Void> {

		private static final int SUBSCRIBING = 0;

		private static final int SUBSCRIBED = 1;

		private static final int DONE = 2;

		private final Object entry;

		private final CallbackEvent event;

		private final AtomicInteger state = new AtomicInteger(SUBSCRIBING);

		// written by the thread that sets the state to done

		private @Nullable Throwable failure;

		Call(Object entry, CallbackEvent event) {
			this.entry = entry;
			this.event = event;
		}

		void begin(Mono<Void> mono) {
			try {
				mono.subscribe(this);
			}
			catch (Throwable ex) {
				hookOnError(ex);
				finish();
			}
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

		// a call that ends before it was left is the draining thread's to go on from
		private void finish() {
			if (this.state.getAndSet(DONE) == SUBSCRIBED) {
				invoker().endLater(this.event, this.failure);
				drain(passed(this.entry, null), null);
			}
		}

		/**
		 * Whether the call had ended before it was left.
		 * @return {@code false} if the drain goes on when it ends
		 */
		boolean isDoneInPlace() {
			// read the clock only if the call may be left
			long occupied = (this.state.get() == SUBSCRIBING) ? invoker().occupied() : 0;
			if (!this.state.compareAndSet(SUBSCRIBING, SUBSCRIBED)) {
				invoker().end(this.event, this.failure);
				return true;
			}
			handler().activity().delays().occupied(this.event, occupied);
			if (AsyncLane.this.cancelled == this.entry) {
				abandon();
			}
			return false;
		}

		void cancelIfLeft() {
			if (this.state.get() == SUBSCRIBED) {
				abandon();
			}
		}

		// the call ends also if the handler's own code throws when it is cancelled
		private void abandon() {
			try {
				cancel();
			}
			catch (Throwable ex) {
				hookOnError(ex);
				finish();
			}
		}

	}

}
