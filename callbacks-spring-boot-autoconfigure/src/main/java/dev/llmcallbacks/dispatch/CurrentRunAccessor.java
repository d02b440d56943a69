package dev.llmcallbacks.dispatch;

import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

/**
 * Internal to the library: carries the current run between threads and the Reactor
 * Context for Micrometer's context propagation. Found by {@link java.util.ServiceLoader}.
 */
public final class CurrentRunAccessor implements ThreadLocalAccessor<Object> {

	@Override
	public Object key() {
		return CurrentRun.KEY;
	}

	@Override
	public @Nullable Object getValue() {
		return CurrentRun.contextOnThread();
	}

	@Override
	public void setValue(Object value) {
		CurrentRun.replace((RunContext) value);
	}

	@Override
	public void setValue() {
		CurrentRun.replace(null);
	}

}
