package dev.llmcallbacks.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * Values of the application's registered thread-locals, captured in one place to be set
 * on other threads. The current run is not among them. Immutable.
 * <p>
 * Unlike a {@link io.micrometer.context.ContextSnapshot}, an accessor that throws affects
 * no other accessor, and leaves nothing behind on the thread.
 */
final class ThreadLocalValues {

	private final List<Value<?>> values;

	private ThreadLocalValues(List<Value<?>> values) {
		this.values = values;
	}

	/**
	 * Capture the values in effect here: those of the Reactor Context, else those of the
	 * current thread, else those of the run in which this happens.
	 * @param context the Reactor Context
	 * @param enclosing the values captured for the enclosing run, or {@code null}
	 * @return the values, or {@code null} if there are none
	 */
	static @Nullable ThreadLocalValues capture(ContextView context, @Nullable ThreadLocalValues enclosing) {
		List<Value<?>> values = null;
		for (ThreadLocalAccessor<?> accessor : ContextRegistry.getInstance().getThreadLocalAccessors()) {
			Value<?> value = CurrentRun.KEY.equals(accessor.key()) ? null : value(accessor, context, enclosing);
			if (value != null) {
				values = (values != null) ? values : new ArrayList<>(4);
				values.add(value);
			}
		}
		return (values != null) ? new ThreadLocalValues(values) : null;
	}

	/**
	 * Return the values that one Reactor Context has, and another one and the current
	 * thread have not.
	 * @param context the context
	 * @param without the other context
	 * @return the values, or {@code null} if there are none
	 */
	static @Nullable ThreadLocalValues difference(ContextView context, ContextView without) {
		List<Value<?>> values = null;
		for (ThreadLocalAccessor<?> accessor : ContextRegistry.getInstance().getThreadLocalAccessors()) {
			Object added = context.getOrDefault(accessor.key(), null);
			if (added != null && added != without.getOrDefault(accessor.key(), null)
					&& !CurrentRun.KEY.equals(accessor.key()) && added != fromThread(accessor)) {
				values = (values != null) ? values : new ArrayList<>(2);
				values.add(Value.of(accessor, added));
			}
		}
		return (values != null) ? new ThreadLocalValues(values) : null;
	}

	@SuppressWarnings("unchecked")
	private static <V> @Nullable Value<V> value(ThreadLocalAccessor<V> accessor, ContextView context,
			@Nullable ThreadLocalValues enclosing) {
		V value = context.hasKey(accessor.key()) ? (V) context.get(accessor.key()) : fromThread(accessor);
		if (value != null) {
			return new Value<>(accessor, value);
		}
		return (enclosing != null) ? (Value<V>) enclosing.find(accessor) : null;
	}

	private static <V> @Nullable V fromThread(ThreadLocalAccessor<V> accessor) {
		try {
			return accessor.getValue();
		}
		catch (RuntimeException ex) {
			return null;
		}
	}

	private @Nullable Value<?> find(ThreadLocalAccessor<?> accessor) {
		for (Value<?> value : this.values) {
			if (value.accessor == accessor) {
				return value;
			}
		}
		return null;
	}

	/**
	 * Set the values on the current thread.
	 * @param onFailure receives what an accessor throws, whose value is left alone
	 * @return restores the thread's own values when closed
	 */
	Scope set(Consumer<Throwable> onFailure) {
		List<Runnable> restores = new ArrayList<>(this.values.size());
		for (Value<?> value : this.values) {
			try {
				restores.add(value.set());
			}
			catch (Throwable ex) {
				onFailure.accept(ex);
			}
		}
		return () -> {
			for (int i = restores.size() - 1; i >= 0; i--) {
				try {
					restores.get(i).run();
				}
				catch (Throwable ex) {
					onFailure.accept(ex);
				}
			}
		};
	}

	/**
	 * Restores a thread's own values.
	 */
	@FunctionalInterface
	interface Scope extends AutoCloseable {

		@Override
		void close();

	}

	/**
	 * One captured value.
	 *
	 * @param <V> the type of value
	 * @param accessor sets the value
	 * @param value the value
	 */
	private record Value<V>(ThreadLocalAccessor<V> accessor, V value) {

		@SuppressWarnings("unchecked")
		static <V> Value<V> of(ThreadLocalAccessor<V> accessor, Object value) {
			return new Value<>(accessor, (V) value);
		}

		Runnable set() {
			V own = this.accessor.getValue();
			try {
				this.accessor.setValue(this.value);
			}
			catch (Throwable ex) {
				restore(own);
				throw ex;
			}
			return () -> restore(own);
		}

		private void restore(@Nullable V own) {
			if (own != null) {
				this.accessor.restore(own);
			}
			else {
				this.accessor.restore();
			}
		}

	}

}
