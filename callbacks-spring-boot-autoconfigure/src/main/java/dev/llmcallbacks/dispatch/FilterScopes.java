package dev.llmcallbacks.dispatch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.util.context.Context;

import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;

/**
 * What the filters have put in force during one run.
 */
final class FilterScopes {

	private static final Log logger = LogFactory.getLog(RunFilter.class);

	/** The innermost first. */
	private final Deque<RunFilter.Scope> scopes = new ArrayDeque<>();

	private Context context;

	FilterScopes(List<RunFilter> filters, RunStart start, Context context) {
		this.context = context;
		for (RunFilter filter : filters) {
			try {
				RunFilter.Scope scope = filter.open(start, this.context);
				this.context = scope.context();
				this.scopes.push(scope);
			}
			catch (RuntimeException ex) {
				logger.warn("Filter " + filter.getClass().getName() + " failed to open run " + start.run().id(), ex);
			}
		}
	}

	Context context() {
		return this.context;
	}

	void close(RunEnd end) {
		for (RunFilter.Scope scope : this.scopes) {
			try {
				scope.close(end);
			}
			catch (RuntimeException ex) {
				logger.warn(scope.getClass().getName() + " failed to close run " + end.run().id(), ex);
			}
		}
	}

}
