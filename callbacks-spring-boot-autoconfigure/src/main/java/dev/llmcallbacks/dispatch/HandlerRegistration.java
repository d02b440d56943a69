package dev.llmcallbacks.dispatch;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.OrderUtils;

import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.callback.LlmCallback.Delivery;
import dev.llmcallbacks.callback.LlmCallbackHandler;

/**
 * Registration of a handler with a {@link CallbackManager}.
 *
 * @param name the handler's name in logs and statistics
 * @param type the handler's class; of a proxied handler that of its target
 * @param source creates the handler: called when the first run opens for a shared
 * handler, by several threads if that happens at the same time, and once per root run
 * otherwise. It receives a map that belongs to the root run and is the same for all
 * registrations, for what several handlers have in common
 * @param scope number of instances of the handler
 * @param order the handler's place among the others, as of {@code @Order}
 * @param settings the settings of the handler
 * @param enabled whether it is called, until {@link CallbackManager#setEnabled} changes
 * it. A disabled handler is not created
 * @param method the method that the handler calls, or {@code null} if it is not a method
 */
public record HandlerRegistration(String name, Class<? extends LlmCallbackHandler> type,
		Function<Map<Object, Object>, Instance> source, Scope scope, int order, HandlerSettings settings,
		boolean enabled, @Nullable Method method) {

	public HandlerRegistration {
		Objects.requireNonNull(name, "'name' must not be null");
		Objects.requireNonNull(type, "'type' must not be null");
		Objects.requireNonNull(source, "'source' must not be null");
		Objects.requireNonNull(scope, "'scope' must not be null");
		Objects.requireNonNull(settings, "'settings' must not be null");
		if (scope == Scope.PER_ROOT_RUN && settings.delivery() == Delivery.INLINE) {
			throw new IllegalArgumentException("'delivery = INLINE' is not possible for a prototype "
					+ "handler: the thread that produced the event would have to wait for its turn. "
					+ "Use another delivery, or one handler for all runs");
		}
	}

	/**
	 * Create a registration of a handler that is not a method.
	 * @param name the handler's name in logs and statistics
	 * @param type the handler's class
	 * @param source creates the handler
	 * @param scope number of instances of the handler
	 * @param order the handler's place among the others
	 * @param settings the settings of the handler
	 * @param enabled whether it is called
	 */
	public HandlerRegistration(String name, Class<? extends LlmCallbackHandler> type,
			Function<Map<Object, Object>, Instance> source, Scope scope, int order, HandlerSettings settings,
			boolean enabled) {
		this(name, type, source, scope, order, settings, enabled, null);
	}

	/**
	 * Create a registration of a handler that is called.
	 * @param name the handler's name in logs and statistics
	 * @param type the handler's class
	 * @param source makes the handler
	 * @param scope how many handlers there are
	 * @param order the handler's place among the others
	 * @param settings how the handler wants to be called
	 */
	public HandlerRegistration(String name, Class<? extends LlmCallbackHandler> type,
			Function<Map<Object, Object>, Instance> source, Scope scope, int order, HandlerSettings settings) {
		this(name, type, source, scope, order, settings, true);
	}

	/**
	 * Register a handler that is not a bean. An {@code @LlmCallback} annotation on its
	 * class says how it is called; placeholders and names of beans have no meaning there.
	 * @param handler the handler
	 * @return the registration
	 */
	public static HandlerRegistration of(LlmCallbackHandler handler) {
		Class<?> type = AopProxyUtils.ultimateTargetClass(handler);
		LlmCallback annotation = AnnotatedElementUtils.findMergedAnnotation(type, LlmCallback.class);
		return of(handler, (annotation != null) ? HandlerSettings.of(annotation) : HandlerSettings.DEFAULT);
	}

	/**
	 * Register a handler that is not a bean.
	 * @param handler the handler
	 * @param settings how the handler wants to be called
	 * @return the registration
	 */
	public static HandlerRegistration of(LlmCallbackHandler handler, HandlerSettings settings) {
		Class<? extends LlmCallbackHandler> type = AopProxyUtils.ultimateTargetClass(handler)
			.asSubclass(LlmCallbackHandler.class);
		Instance instance = new Instance(handler);
		int order = (handler instanceof Ordered ordered) ? ordered.getOrder()
				: OrderUtils.getOrder(type, Ordered.LOWEST_PRECEDENCE);
		return new HandlerRegistration(type.getSimpleName(), type, (attributes) -> instance, Scope.SHARED, order,
				settings);
	}

	/**
	 * Number of instances of a registered handler.
	 */
	public enum Scope {

		/**
		 * One handler for all runs.
		 */
		SHARED,

		/**
		 * One instance for each root run and the runs inside it.
		 */
		PER_ROOT_RUN

	}

	/**
	 * A handler, and what to do when it is no longer needed.
	 *
	 * @param handler the handler or a proxy of it
	 * @param owner the object that the handler calls: handlers of one owner that are not
	 * to be entered by two threads take turns. As a rule the handler itself
	 * @param destroy called once after the root run's last event; never called for a
	 * shared handler
	 */
	public record Instance(LlmCallbackHandler handler, Object owner, Runnable destroy) {

		/**
		 * Create an instance that nothing has to be done with.
		 * @param handler the handler
		 */
		public Instance(LlmCallbackHandler handler) {
			this(handler, handler, () -> {
			});
		}

	}

}
