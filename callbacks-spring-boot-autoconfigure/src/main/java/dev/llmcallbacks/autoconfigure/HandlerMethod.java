package dev.llmcallbacks.autoconfigure;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Set;

import org.springframework.aop.support.AopUtils;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.OrderUtils;
import org.springframework.util.ReflectionUtils;

import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.callback.ReturnedValue;
import dev.llmcallbacks.event.CallbackEvent;

/**
 * An annotated method: it hears of one type of event.
 */
final class HandlerMethod {

	private final HandlerBean bean;

	private final Method method;

	private final Class<?> eventType;

	HandlerMethod(HandlerBean bean, Method method) {
		this.bean = bean;
		this.method = method;
		this.eventType = (method.getParameterCount() == 1)
				? ResolvableType.forMethodParameter(method, 0, bean.type()).toClass() : void.class;
		check();
	}

	private void check() {
		if (!CallbackEvent.class.isAssignableFrom(this.eventType)) {
			throw failure("must take one parameter, whose type is that of an event",
					"Give it one parameter of a type of the CallbackEvent hierarchy, for example LlmEnd or RunEnd.");
		}
		if (Modifier.isStatic(this.method.getModifiers())) {
			throw failure("is static", "Make it an instance method.");
		}
		if (!isBlocking() && !isReactive()) {
			throw failure("returns '" + this.method.getReturnType().getSimpleName() + "'",
					"Let it return void if it may block, else Mono<Void>, a CompletionStage or another reactive type.");
		}
		if (HandlerType.isAsync(this.method) || HandlerType.isAsync(this.bean.type())) {
			throw HandlerType.async("The " + this, this.method);
		}
		invocable(this.bean.exposedType());
	}

	private boolean isBlocking() {
		return this.method.getReturnType() == void.class;
	}

	private boolean isReactive() {
		return ReturnedValue.isReactive(this.method.getReturnType());
	}

	private Method invocable(Class<?> exposedType) {
		try {
			return AopUtils.selectInvocableMethod(this.method, exposedType);
		}
		catch (IllegalStateException ex) {
			throw failure("is hidden by the proxy that the bean is wrapped in",
					Modifier.isPrivate(this.method.getModifiers()) ? "Make the method package-private, or more visible."
							: "Declare the method in an interface of the bean, or have the bean proxied by class, "
									+ "for example with 'spring.aop.proxy-target-class=true'.");
		}
	}

	private FailureAnalyzedException failure(String what, String action) {
		return new FailureAnalyzedException("The %s %s.".formatted(this, what), action);
	}

	HandlerCandidate candidate(LlmCallback annotation) {
		Integer order = OrderUtils.getOrder(this.method);
		return new HandlerCandidate(this.bean, toString(), this.bean.name() + "-" + this.method.getName(), annotation,
				isBlocking() ? MethodCallbackHandler.class : AsyncMethodCallbackHandler.class,
				(order != null) ? order : this.bean.order(), this::bind, this.method,
				Set.of(this.eventType.asSubclass(CallbackEvent.class)));
	}

	private LlmCallbackHandler bind(Object target) {
		Method invocable = invocable(target.getClass());
		ReflectionUtils.makeAccessible(invocable);
		BoundMethod bound = new BoundMethod(target, invocable, this.eventType);
		return isBlocking() ? new MethodCallbackHandler(bound) : new AsyncMethodCallbackHandler(bound);
	}

	@Override
	public String toString() {
		return "@LlmCallback method '" + this.method.getName() + "' of " + this.bean;
	}

}
