package dev.llmcallbacks.dispatch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Run;

/**
 * Scopes that the filters have opened for one run. What a filter throws is logged and
 * affects no other filter; an error of the virtual machine is kept for the caller.
 */
final class FilterScopes {

	private static final Log logger = LogFactory.getLog(RunFilter.class);

	/** The innermost first. */
	private final Deque<RunFilter.Scope> scopes = new ArrayDeque<>();

	private final Run run;

	private Context context;

	private @Nullable VirtualMachineError fatal;

	FilterScopes(List<RunFilter> filters, RunStart start, Context context) {
		this.run = start.run();
		this.context = context;
		for (RunFilter filter : filters) {
			try {
				RunFilter.Scope scope = filter.open(start, this.context);
				this.scopes.push(scope);
				this.context = scope.context();
			}
			catch (Throwable ex) {
				failed("Filter " + filter.getClass().getName() + " failed to open", start.run(), ex);
			}
		}
	}

	Context context() {
		return this.context;
	}

	/**
	 * Return an error of the virtual machine that a filter has thrown.
	 * @return the error, or {@code null}
	 */
	@Nullable VirtualMachineError fatal() {
		return this.fatal;
	}

	/**
	 * Whether a filter reads events of a type.
	 * @param type the type of event
	 * @return whether one does
	 */
	boolean read(Class<? extends CallbackEvent> type) {
		return this.scopes.stream().anyMatch((scope) -> reads(scope, type));
	}

	private boolean reads(RunFilter.Scope scope, Class<? extends CallbackEvent> type) {
		try {
			return scope.reads(type);
		}
		catch (Throwable ex) {
			failed(scope.getClass().getName() + " failed to say what it reads of", this.run, ex);
			return false;
		}
	}

	void close(RunEnd end) {
		for (RunFilter.Scope scope : this.scopes) {
			try {
				scope.close(end);
			}
			catch (Throwable ex) {
				failed(scope.getClass().getName() + " failed to close", end.run(), ex);
			}
		}
	}

	private void failed(String what, Run run, Throwable failure) {
		if (failure instanceof VirtualMachineError error) {
			this.fatal = error;
		}
		try {
			logger.warn(what + " run " + run.id(), failure);
		}
		catch (Throwable ex) {
			HandlerActivity.logUnprintable(what + " run " + run.id(), failure);
		}
	}

}
