package dev.llmcallbacks.dispatch;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import dev.llmcallbacks.run.Run;

/**
 * The run in force: the one that a run opened here and now becomes a child of.
 * <p>
 * It is carried by the Reactor Context along any chain of operators, and by the thread
 * wherever the library itself calls blocking code. {@code wrap} carries it over from
 * there to threads that nobody else carries it to.
 */
public final class CurrentRun {

	/** Key of the {@link RunContext} in Reactor and propagation contexts. */
	static final String KEY = "dev.llmcallbacks.run";

	private static final ThreadLocal<@Nullable RunContext> onThread = new ThreadLocal<>();

	private CurrentRun() {
	}

	/**
	 * Return the run in force on the current thread.
	 * @return the run, or nothing outside of any run
	 */
	public static Optional<Run> get() {
		return Optional.ofNullable(onThread.get()).map(RunContext::run);
	}

	/**
	 * Return the run in force in a Reactor Context.
	 * @param context the context
	 * @return the run, or nothing outside of any run
	 */
	public static Optional<Run> from(ContextView context) {
		return Optional.ofNullable(contextFrom(context)).map(RunContext::run);
	}

	/**
	 * Return the manager that opens a run here and now: the one that opened the run in
	 * force (that of the Reactor Context, else that of the thread), else the given one,
	 * else one without handlers.
	 * @param context the context
	 * @param given the manager where no run is in force, or {@code null}
	 * @return the manager
	 */
	public static CallbackManager manager(ContextView context, @Nullable CallbackManager given) {
		RunContext fromContext = contextFrom(context);
		RunContext current = (fromContext != null) ? fromContext : onThread.get();
		if (current != null) {
			return current.manager();
		}
		return (given != null) ? given : ManagerWithoutHandlers.INSTANCE;
	}

	/**
	 * Return what the run in force has in its Reactor Context, whichever way the run was
	 * found: in the given context, else on the thread.
	 * @param context the context
	 * @return the Reactor Context of the run's work; empty outside of any run
	 */
	public static ContextView reactorContext(ContextView context) {
		RunContext fromContext = contextFrom(context);
		RunContext current = (fromContext != null) ? fromContext : onThread.get();
		return (current != null) ? current.live().reactorContext() : Context.empty();
	}

	/**
	 * Carry the current thread's run into a task.
	 * @param task the task
	 * @return a task during which the run is in force on whatever thread it is run
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
	 * @return a task during which the run is in force on whatever thread it is called
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
	 * @return a supplier during which the run is in force on whatever thread it is called
	 */
	public static <T> Supplier<T> wrap(Supplier<T> supplier) {
		RunContext captured = onThread.get();
		return () -> callWith(captured, supplier);
	}

	/**
	 * Carry the run of whoever hands over a task into the task.
	 * @param executor the executor that runs the tasks
	 * @return an executor that does the same with the run in force
	 */
	public static Executor wrap(Executor executor) {
		return (task) -> executor.execute(wrap(task));
	}

	static @Nullable RunContext contextFrom(ContextView context) {
		return context.getOrDefault(KEY, null);
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

}
