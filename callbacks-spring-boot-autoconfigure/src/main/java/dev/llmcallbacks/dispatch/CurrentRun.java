package dev.llmcallbacks.dispatch;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.micrometer.context.ContextSnapshotFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import dev.llmcallbacks.run.Run;

/**
 * Access to the current run: the run that becomes the parent of a run opened here.
 * <p>
 * It is carried by the Reactor Context along any chain of operators, and by the thread
 * wherever the library itself calls blocking code. {@code wrap} carries it from such a
 * thread to threads that nothing else carries it to.
 */
public final class CurrentRun {

	/** Key of the {@link RunContext} in Reactor and propagation contexts. */
	static final String KEY = "dev.llmcallbacks.run";

	private static final ThreadLocal<@Nullable RunContext> onThread = new ThreadLocal<>();

	private static final ContextSnapshotFactory snapshots = ContextSnapshotFactory.builder().build();

	private CurrentRun() {
	}

	/**
	 * Return the current run of the current thread.
	 * @return the run, or nothing outside of any run
	 */
	public static Optional<Run> get() {
		return Optional.ofNullable(onThread.get()).map(RunContext::run);
	}

	/**
	 * Return the current run of a Reactor Context.
	 * @param context the context
	 * @return the run, or nothing outside of any run
	 */
	public static Optional<Run> from(ContextView context) {
		return Optional.ofNullable(contextFrom(context)).map(RunContext::run);
	}

	/**
	 * Return the manager that opens a run here: the one that opened the current run (that
	 * of the Reactor Context, else that of the thread), else the given one, else a shared
	 * one without handlers.
	 * @param context the context
	 * @param given the manager where there is no current run, or {@code null}
	 * @return the manager
	 */
	public static CallbackManager manager(ContextView context, @Nullable CallbackManager given) {
		RunContext current = contextFromOrOnThread(context);
		if (current != null) {
			return current.manager();
		}
		return (given != null) ? given : SharedManager.INSTANCE;
	}

	/**
	 * Return the Reactor Context of the current run, which is found in the given context,
	 * else on the thread.
	 * @param context the context
	 * @return the Reactor Context of the run's work; empty outside of any run
	 */
	public static ContextView reactorContext(ContextView context) {
		RunContext current = contextFromOrOnThread(context);
		return (current != null) ? current.handle().reactorContext() : Context.empty();
	}

	/**
	 * Carry the current thread's run into a task.
	 * @param task the task
	 * @return a task during which that run is the current one, on any thread
	 */
	public static Runnable wrap(Runnable task) {
		RunContext captured = onThread.get();
		return () -> callWith(captured, () -> {
			task.run();
			return true;
		});
	}

	/**
	 * Carry the current thread's run into a task.
	 * @param <T> the type of result
	 * @param task the task
	 * @return a task during which that run is the current one, on any thread
	 */
	public static <T> Callable<T> wrap(Callable<T> task) {
		RunContext captured = onThread.get();
		return () -> {
			RunContext previous = replace(captured);
			try {
				return task.call();
			}
			finally {
				replace(previous);
			}
		};
	}

	/**
	 * Carry the current thread's run into a supplier.
	 * @param <T> the type of result
	 * @param supplier the supplier
	 * @return a supplier during which that run is the current one, on any thread
	 */
	public static <T> Supplier<T> wrap(Supplier<T> supplier) {
		RunContext captured = onThread.get();
		return () -> callWith(captured, supplier);
	}

	/**
	 * Carry the run of each thread that submits a task into the task.
	 * @param executor the executor that runs the tasks
	 * @return an executor whose tasks have the submitting thread's current run
	 */
	public static Executor wrap(Executor executor) {
		return (task) -> executor.execute(wrap(task));
	}

	/**
	 * Write the current thread's run into a Reactor Context, with the mark that it is
	 * inside a handler's callback if it is, and the thread's registered thread-local
	 * values. What the context holds already takes precedence.
	 * @param context the context
	 * @return the context
	 */
	public static Context captureInto(Context context) {
		return snapshots.captureAll(context).updateContext(context);
	}

	/**
	 * Capture the current thread's run for tasks that a client of another library calls
	 * later, on threads of its own.
	 * @return an executor that executes each task on the thread that submits it, with the
	 * captured run as the current one and no other change
	 */
	public static Executor inPlace() {
		RunContext captured = onThread.get();
		return (task) -> {
			RunContext previous = replace(captured);
			try {
				task.run();
			}
			finally {
				replace(previous);
			}
		};
	}

	/**
	 * Internal to the library: let a publisher that opens a run find the current run and
	 * the thread-locals of the subscribing thread, also where Reactor's automatic context
	 * propagation would clear them first. What the Reactor Context holds takes
	 * precedence: a thread may still have the values of the operator that called it last.
	 * To be the outermost operator.
	 * @param <T> the type of value
	 * @param mono the publisher
	 * @return the publisher to subscribe to
	 */
	public static <T> Mono<T> captured(Mono<T> mono) {
		return Hooks.isAutomaticContextPropagationEnabled() ? mono.contextWrite(CurrentRun::captureInto) : mono;
	}

	/**
	 * Internal to the library: as {@link #captured(Mono)}.
	 * @param <T> the type of item
	 * @param flux the publisher
	 * @return the publisher to subscribe to
	 */
	public static <T> Flux<T> captured(Flux<T> flux) {
		return Hooks.isAutomaticContextPropagationEnabled() ? flux.contextWrite(CurrentRun::captureInto) : flux;
	}

	static @Nullable RunContext contextFrom(ContextView context) {
		return context.getOrDefault(KEY, null);
	}

	static @Nullable RunContext contextFromOrOnThread(ContextView context) {
		RunContext fromContext = contextFrom(context);
		return (fromContext != null) ? fromContext : onThread.get();
	}

	static @Nullable RunContext contextOnThread() {
		return onThread.get();
	}

	static Context write(RunContext runContext, Context context) {
		return context.put(KEY, runContext);
	}

	static @Nullable RunContext replace(@Nullable RunContext runContext) {
		RunContext previous = onThread.get();
		if (previous != runContext) {
			onThread.set(runContext);
		}
		return previous;
	}

	private static <T> T callWith(@Nullable RunContext runContext, Supplier<T> supplier) {
		RunContext previous = replace(runContext);
		try {
			return supplier.get();
		}
		finally {
			replace(previous);
		}
	}

	/** Manager that opens runs where none was given. Created on first use. */
	private static final class SharedManager {

		private static final CallbackManager INSTANCE = CallbackManager.builder().build();

	}

}
