package dev.llmcallbacks.autoconfigure;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;

import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.dispatch.HandlerRegistration;
import dev.llmcallbacks.dispatch.HandlerRegistration.Instance;
import dev.llmcallbacks.dispatch.HandlerRegistration.Scope;
import dev.llmcallbacks.dispatch.HandlerSettings;
import dev.llmcallbacks.event.CallbackEvent;

/**
 * A handler that was found: a bean, or a method of one.
 *
 * @param bean the bean
 * @param description what it is, for messages
 * @param defaultName the handler's name unless the annotation has one
 * @param annotation the annotation
 * @param type the type of handler
 * @param order the handler's order, or {@code null} if nothing is said of it
 * @param adapter makes a handler of the bean
 * @param method the annotated method, or {@code null} if the bean is the handler
 * @param events the types of events that a method's parameter lets through; all when
 * empty
 */
record HandlerCandidate(HandlerBean bean, String description, String defaultName, LlmCallback annotation,
		Class<? extends LlmCallbackHandler> type, @Nullable Integer order, Function<Object, LlmCallbackHandler> adapter,
		@Nullable Method method, Set<Class<? extends CallbackEvent>> events) {

	HandlerCandidate(HandlerBean bean, String description, String defaultName, LlmCallback annotation,
			Class<? extends LlmCallbackHandler> type, @Nullable Integer order,
			Function<Object, LlmCallbackHandler> adapter) {
		this(bean, description, defaultName, annotation, type, order, adapter, null, Set.of());
	}

	HandlerRegistration register(String name, HandlerSettings settings, boolean enabled) {
		Scope scope = this.bean.isPrototype() ? Scope.PER_ROOT_RUN : Scope.SHARED;
		HandlerSettings own = settings.events().isEmpty() ? settings.mutate().events(this.events).build() : settings;
		return new HandlerRegistration(name, this.type, this::instance, scope,
				(this.order != null) ? this.order : Ordered.LOWEST_PRECEDENCE, own, enabled, this.method);
	}

	// the methods of a prototype bean share the root run's one instance
	private Instance instance(Map<Object, Object> attributes) {
		Object existing = attributes.get(this.bean);
		Object instance = (existing != null) ? existing : this.bean.get();
		attributes.put(this.bean, instance);
		boolean destroys = existing == null && this.bean.isPrototype();
		LlmCallbackHandler handler = this.adapter.apply(instance);
		return new Instance(handler, this.bean.isPrototype() ? instance : handler, () -> {
			if (destroys) {
				this.bean.destroy(instance);
			}
		});
	}

}
