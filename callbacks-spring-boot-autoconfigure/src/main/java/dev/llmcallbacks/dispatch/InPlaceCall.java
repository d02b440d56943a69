package dev.llmcallbacks.dispatch;

import java.util.concurrent.Callable;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Call of blocking code as a run, on the current thread. Cancelling the run interrupts
 * the thread while the code runs, and never what the thread does next.
 *
 * @param <T> the type of value
 */
final class InPlaceCall<T> {

	private final HandFedRun<T> run;

	// guarded by this

	private @Nullable Thread thread;

	private boolean cancelled;

	private InPlaceCall(HandFedRun<T> run) {
		this.run = run;
		run.onCancel(this::cancel);
	}

	/**
	 * Open a run, wait for the handlers of the start event, call the code, and wait for
	 * those of the terminal event.
	 * @param <T> the type of value
	 * @param opening opens the run
	 * @param code the code
	 * @return what the code returns
	 * @throws Exception what the code throws, or what the run has ended with
	 */
	static <T> T call(Supplier<HandFedRun<T>> opening, Callable<? extends T> code) throws Exception {
		InPlaceCall<T> call;
		// meant for the code
		boolean interrupted = Thread.interrupted();
		try {
			call = new InPlaceCall<>(opening.get());
			call.run.awaitStart();
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
		return call.call(code);
	}

	private T call(Callable<? extends T> code) throws Exception {
		T value;
		try {
			value = this.run.callInPlace(() -> enterAndCall(code));
		}
		catch (Throwable ex) {
			this.run.fail(ex);
			awaitFailure(ex);
			throw ex;
		}
		if (value != null) {
			this.run.accept(value);
		}
		this.run.complete();
		this.run.awaitEnd();
		return value;
	}

	// throws what the run has ended with, if that is not what the code has thrown, unless
	// the enclosing run has been stopped together with the code
	private void awaitFailure(Throwable failure) {
		try {
			this.run.awaitEnd();
		}
		catch (Throwable ex) {
			if (this.run.isEnclosingRunAborted()) {
				return;
			}
			if (ex != failure && !(failure instanceof InterruptedException)) {
				ex.addSuppressed(failure);
			}
			throw ex;
		}
	}

	private T enterAndCall(Callable<? extends T> code) throws Exception {
		synchronized (this) {
			if (this.cancelled) {
				throw new InterruptedException("The run was cancelled before its work began");
			}
			this.thread = Thread.currentThread();
		}
		try {
			return code.call();
		}
		finally {
			leave();
		}
	}

	private synchronized void leave() {
		this.thread = null;
		if (this.cancelled) {
			// the interrupt was meant for the code
			Thread.interrupted();
		}
	}

	// under the lock, so that the code cannot return meanwhile
	private synchronized void cancel() {
		this.cancelled = true;
		if (this.thread != null) {
			this.thread.interrupt();
		}
	}

}
