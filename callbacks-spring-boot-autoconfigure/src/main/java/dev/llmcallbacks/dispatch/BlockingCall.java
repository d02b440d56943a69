package dev.llmcallbacks.dispatch;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.ContextView;

/**
 * Single call of blocking code on a thread that may block, with the current run and the
 * application's thread-local values. Its result is emitted on another thread. Cancelling
 * interrupts the thread while the code runs, and never what the thread does next.
 *
 * @param <T> the type of value
 */
final class BlockingCall<T> implements ResilientExecutor.Task {

	private static final Log logger = LogFactory.getLog(BlockingCall.class);

	private static final AtomicLong rejected = new AtomicLong();

	private final Callable<? extends T> work;

	private final MonoSink<T> sink;

	private final @Nullable RunContext current;

	private final @Nullable ThreadLocalValues threadLocals;

	// guarded by this

	private @Nullable Thread thread;

	private boolean cancelled;

	private BlockingCall(Callable<? extends T> work, MonoSink<T> sink) {
		ContextView context = sink.contextView();
		RunContext fromContext = CurrentRun.contextFrom(context);
		this.work = work;
		this.sink = sink;
		this.current = (fromContext != null) ? fromContext : CurrentRun.contextOnThread();
		this.threadLocals = ThreadLocalValues.capture(context,
				(this.current != null) ? this.current.handle().threadLocals() : null);
	}

	/**
	 * Create a {@code Mono} that calls blocking code when it is subscribed to.
	 * @param <T> the type of value
	 * @param executor the executor whose threads may block
	 * @param work the code
	 * @return the value, empty if it is {@code null}; fails with what the code throws
	 */
	static <T> Mono<T> on(ResilientExecutor executor, Callable<? extends T> work) {
		return Mono.create((sink) -> {
			BlockingCall<T> call = new BlockingCall<>(work, sink);
			sink.onCancel(call::cancel);
			executor.execute(call);
		});
	}

	@Override
	public void run() {
		synchronized (this) {
			if (this.cancelled) {
				return;
			}
			this.thread = Thread.currentThread();
		}
		Throwable failure = null;
		T value = null;
		RunContext previous = CurrentRun.replace(this.current);
		ThreadLocalValues.Scope scope = (this.threadLocals != null) ? this.threadLocals.set(BlockingCall::withoutValue)
				: null;
		try {
			value = this.work.call();
		}
		catch (Throwable ex) {
			failure = ex;
		}
		finally {
			if (scope != null) {
				scope.close();
			}
			CurrentRun.replace(previous);
		}
		end(value, failure);
	}

	@Override
	public void rejected(Throwable reason) {
		HandlerActivity.warn(logger, rejected.incrementAndGet(),
				"The executor of blocking work rejected a call, which is submitted again", reason);
	}

	@Override
	public synchronized boolean isObsolete() {
		return this.cancelled;
	}

	private void end(@Nullable T value, @Nullable Throwable failure) {
		boolean cancelled;
		synchronized (this) {
			this.thread = null;
			cancelled = this.cancelled;
		}
		if (cancelled) {
			// the interrupt was meant for the code
			Thread.interrupted();
			if (failure != null && !(failure instanceof InterruptedException)) {
				Operators.onErrorDropped(failure, this.sink.currentContext());
			}
		}
		else if (failure != null) {
			// the failure is signalled before anything else happens with it
			Schedulers.parallel().schedule(() -> this.sink.error(failure));
		}
		else {
			Schedulers.parallel().schedule(() -> this.sink.success(value));
		}
		Exceptions.throwIfJvmFatal(failure);
	}

	// under the lock, so that the code cannot return meanwhile
	private synchronized void cancel() {
		this.cancelled = true;
		if (this.thread != null) {
			this.thread.interrupt();
		}
	}

	private static void withoutValue(Throwable failure) {
		HandlerActivity.warn(logger, 1, "Blocking code is called without one of the run's thread-local values",
				failure);
	}

}
