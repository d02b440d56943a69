package dev.llmcallbacks.dispatch;

import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import dev.llmcallbacks.run.RunType;

/**
 * Mark of a call for which a run has been opened, so that a client further down that
 * opens runs, too, does not open another one for the same call. The outermost run is the
 * only one, whichever library wraps the other.
 * <p>
 * Code that opens a run marks the call that it makes inside it, with {@link #in(Context)}
 * or {@link #call(Callable)}, and first checks {@link #isClaimed} whether it is inside
 * such a call itself. The mark belongs to one run: it does not apply to runs opened
 * inside it, nor to callbacks of its handlers.
 */
public final class ClaimedCall {

	private static final String KEY = "dev.llmcallbacks.claimed";

	private static final ThreadLocal<@Nullable RunHandle> onThread = new ThreadLocal<>();

	private ClaimedCall() {
	}

	/**
	 * Mark a reactive call as that of the current run, which is found in the context,
	 * else on the thread. To be used as {@code call.contextWrite(ClaimedCall::in)} on the
	 * work of a run.
	 * @param context the context
	 * @return the context with the mark, or the same context without a current run
	 */
	public static Context in(Context context) {
		RunContext current = CurrentRun.contextFromOrOnThread(context);
		return (current != null) ? context.put(KEY, current.handle()) : context;
	}

	/**
	 * Make a blocking call, marked as that of the current run of the thread.
	 * @param <T> the type of result
	 * @param call the call
	 * @return what the call returns
	 * @throws Exception what the call throws
	 */
	public static <T> T call(Callable<? extends T> call) throws Exception {
		RunContext current = CurrentRun.contextOnThread();
		RunHandle previous = onThread.get();
		onThread.set((current != null) ? current.handle() : null);
		try {
			return call.call();
		}
		finally {
			onThread.set(previous);
		}
	}

	/**
	 * Return whether a call that is about to be made is that of the current run.
	 * @param type the type of run that would be opened for the call
	 * @param context the Reactor Context, which is empty for a blocking call
	 * @return whether the current run has this type, and has been opened for this call
	 */
	public static boolean isClaimed(RunType type, ContextView context) {
		RunContext current = CurrentRun.contextFromOrOnThread(context);
		if (current == null || current.ofCallback() || current.run().type() != type) {
			return false;
		}
		return current.handle() == context.getOrDefault(KEY, null) || current.handle() == onThread.get();
	}

}
