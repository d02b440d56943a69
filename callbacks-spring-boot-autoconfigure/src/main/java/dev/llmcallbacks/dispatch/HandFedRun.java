package dev.llmcallbacks.dispatch;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.ContextView;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.run.Run;

/**
 * Default {@link OpenRun}.
 *
 * @param <T> the type of item
 */
final class HandFedRun<T> implements OpenRun<T> {

	private static final Log logger = LogFactory.getLog(CallbackManager.class);

	private final HandFedWork<T> work;

	private final LiveRun live;

	/** Thread-local values that the filters of the run have added. */
	private final @Nullable ThreadLocalValues added;

	/**
	 * Create the face of a run.
	 * @param work the work of the run
	 * @param live the run
	 */
	HandFedRun(HandFedWork<T> work, LiveRun live) {
		this.work = work;
		this.live = live;
		this.added = ThreadLocalValues.difference(live.reactorContext(), work.subscriber().currentContext());
	}

	@Override
	public Run run() {
		return this.live.run();
	}

	@Override
	public void emit(CallbackEvent event) {
		this.live.emit(event);
	}

	@Override
	public CompletionStage<Void> started() {
		return this.work.started().minimalCompletionStage();
	}

	@Override
	public void awaitStart() {
		if (!await(this.work.started())) {
			CancellationException interrupted = new CancellationException(
					"Run '%s' was cancelled because its thread was interrupted before the work began"
						.formatted(run().name()));
			this.live.cancel(interrupted);
			throw interrupted;
		}
	}

	@Override
	public void accept(T item) {
		this.work.accept(item);
	}

	@Override
	public CompletionStage<Void> passed() {
		return this.work.passed();
	}

	@Override
	public void complete() {
		this.work.end(null);
	}

	@Override
	public void fail(Throwable error) {
		if (this.live.isEnclosingRunAborted()) {
			this.live.cancel(LiveRun.enclosingRunHasEnded());
		}
		else {
			this.work.end(error);
		}
	}

	@Override
	public void cancel() {
		this.live.cancel(new CancellationException("Run '%s' was cancelled".formatted(run().name())));
	}

	@Override
	public void onCancel(Runnable action) {
		this.work.onCancel(action);
	}

	@Override
	public Runnable wrap(Runnable task) {
		return () -> {
			try {
				call(() -> {
					task.run();
					return true;
				}, this.live.threadLocals());
			}
			catch (Exception ex) {
				throw HandFedRun.<RuntimeException>raise(ex);
			}
		};
	}

	@Override
	public <V> Callable<V> wrap(Callable<V> task) {
		return () -> call(task, this.live.threadLocals());
	}

	@Override
	public ContextView context() {
		return this.live.reactorContext();
	}

	@Override
	public CompletionStage<Void> ended() {
		return this.work.ended().minimalCompletionStage();
	}

	@Override
	public void awaitEnd() {
		await(this.work.ended());
	}

	boolean isEnclosingRunAborted() {
		return this.live.isEnclosingRunAborted();
	}

	/**
	 * Call code of the run's own on the current thread, which keeps its thread-local
	 * values; the current run, and what the filters of the run have added, is set.
	 * @param <V> the type of result
	 * @param code the code
	 * @return what it returns
	 * @throws Exception what it throws
	 */
	<V> V callInPlace(Callable<V> code) throws Exception {
		return call(code, this.added);
	}

	private <V> V call(Callable<V> code, @Nullable ThreadLocalValues values) throws Exception {
		RunContext previous = CurrentRun.replace(this.live.context());
		ThreadLocalValues.Scope scope = (values != null) ? values.set(HandFedRun::withoutValue) : null;
		try {
			return code.call();
		}
		finally {
			if (scope != null) {
				scope.close();
			}
			CurrentRun.replace(previous);
		}
	}

	private static void withoutValue(Throwable failure) {
		HandlerActivity.warn(logger, 1, "Code is called without one of the run's thread-local values", failure);
	}

	// returns false when the thread has been interrupted
	private boolean await(CompletableFuture<Void> stage) {
		if (!stage.isDone() && !Schedulers.isInNonBlockingThread()) {
			try {
				stage.handle((nothing, error) -> true).get();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return false;
			}
			catch (ExecutionException ex) {
				throw new IllegalStateException(ex);
			}
		}
		Throwable error = this.work.error();
		if (error != null) {
			throw HandFedRun.<RuntimeException>raise(error);
		}
		return true;
	}

	/**
	 * Throw an exception as it is, also if it is a checked one.
	 * @param <E> the type that the compiler takes it for
	 * @param error the exception
	 * @return nothing: always throws
	 * @throws E the exception
	 */
	@SuppressWarnings("unchecked")
	static <E extends Throwable> E raise(Throwable error) throws E {
		throw (E) error;
	}

}
