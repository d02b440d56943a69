package dev.llmcallbacks.dispatch;

import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;

import io.micrometer.context.ContextSnapshotFactory;
import reactor.core.Exceptions;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.ContextView;

/**
 * Blocking code on its way to a thread that may block. What comes out of it goes on
 * elsewhere.
 *
 * @param <T> the type of value
 */
final class BlockingCall<T> implements Consumer<MonoSink<T>> {

	private static final ContextSnapshotFactory snapshots = ContextSnapshotFactory.builder().build();

	private final Callable<? extends T> work;

	private final Executor executor;

	private final ContextView context;

	BlockingCall(Callable<? extends T> work, Executor executor, ContextView context) {
		this.work = work;
		this.executor = executor;
		this.context = context;
	}

	@Override
	public void accept(MonoSink<T> sink) {
		FutureTask<Void> task = new FutureTask<>(snapshots.captureAll(this.context).wrap(() -> call(sink)), null);
		sink.onCancel(() -> task.cancel(true));
		this.executor.execute(task);
	}

	private void call(MonoSink<T> sink) {
		try {
			T value = this.work.call();
			Schedulers.parallel().schedule(() -> sink.success(value));
		}
		catch (Throwable ex) {
			Exceptions.throwIfJvmFatal(ex);
			Schedulers.parallel().schedule(() -> sink.error(ex));
		}
	}

}
