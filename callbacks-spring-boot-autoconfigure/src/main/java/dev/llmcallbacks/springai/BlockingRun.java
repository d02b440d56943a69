package dev.llmcallbacks.springai;

import java.util.UUID;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.dispatch.RunEvents;
import dev.llmcallbacks.dispatch.RunSpec;
import dev.llmcallbacks.run.Run;

/**
 * Mark of the run of a blocking call, in its Reactor Context. A run that is opened
 * directly inside it, on the same thread, cannot outlive the call: it is attached, so
 * that it ends before the outer run and is cancelled with it.
 */
final class BlockingRun {

	private final Thread thread = Thread.currentThread();

	private volatile @Nullable UUID runId;

	private BlockingRun() {
	}

	/**
	 * Call blocking code as a run, on the current thread.
	 * @param <T> the type of value
	 * @param manager opens the run
	 * @param spec the specification of the run
	 * @param events creates the events
	 * @param context the Reactor Context with the parent; if it is empty, the parent is
	 * that of the thread
	 * @param code the code
	 * @return what the code returns
	 */
	static <T> T call(CallbackManager manager, RunSpec spec, RunEvents<T> events, ContextView context,
			Callable<? extends T> code) {
		BlockingRun mark = new BlockingRun();
		Context parent = Context.of(context.isEmpty() ? attached() : context);
		return manager.callInPlace(spec, events, parent.put(BlockingRun.class, mark), () -> {
			mark.runId = CurrentRun.get().map(Run::id).orElse(null);
			return code.call();
		});
	}

	private static Context attached() {
		BlockingRun outer = CurrentRun.reactorContext(Context.empty()).getOrDefault(BlockingRun.class, null);
		boolean inside = outer != null && outer.thread == Thread.currentThread()
				&& CurrentRun.get().filter((run) -> run.id().equals(outer.runId)).isPresent();
		return inside ? CurrentRun.captureInto(Context.empty()) : Context.empty();
	}

}
