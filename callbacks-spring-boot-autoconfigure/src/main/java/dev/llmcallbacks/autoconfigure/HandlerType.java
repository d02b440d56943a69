package dev.llmcallbacks.autoconfigure;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.util.ClassUtils;

import dev.llmcallbacks.callback.CallbackMethod;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.event.CallbackEvent;

/**
 * What a bean must be to be a handler itself.
 */
final class HandlerType {

	private static final String NO_ASYNC = "Remove @Async from '%s'. Handlers that may block are called on threads of "
			+ "the executor anyway, see 'callbacks.executor' and the annotation's attribute 'executor'.";

	private HandlerType() {
	}

	static boolean isHandler(HandlerBean bean) {
		return LlmCallbackHandler.class.isAssignableFrom(bean.type());
	}

	static HandlerCandidate candidate(HandlerBean bean, LlmCallback annotation) {
		if (!isHandler(bean)) {
			throw noHandler(bean, bean.type());
		}
		Class<? extends LlmCallbackHandler> type = bean.type().asSubclass(LlmCallbackHandler.class);
		async(type).ifPresent((element) -> {
			throw async("The @LlmCallback " + bean, element);
		});
		return new HandlerCandidate(bean, "@LlmCallback " + bean, bean.name(), annotation, type, bean.order(),
				(instance) -> cast(bean, instance));
	}

	private static LlmCallbackHandler cast(HandlerBean bean, Object instance) {
		if (instance instanceof LlmCallbackHandler handler) {
			return handler;
		}
		throw noHandler(bean, instance.getClass());
	}

	private static FailureAnalyzedException noHandler(HandlerBean bean, Class<?> type) {
		return new FailureAnalyzedException(
				"The @LlmCallback bean '%s' is no handler: %s implements neither CallbackHandler nor ".formatted(
						bean.name(), type.getName()) + "AsyncCallbackHandler, and none of its methods is annotated.",
				"Implement one of the two, let the @Bean method declare a return type that does, "
						+ "or annotate the method that is to be called.");
	}

	static boolean isAsync(AnnotatedElement element) {
		return AnnotatedElementUtils.hasAnnotation(element, Async.class);
	}

	static FailureAnalyzedException async(String handler, AnnotatedElement element) {
		return new FailureAnalyzedException(handler + " is @Async: nobody would know when it has finished.",
				NO_ASYNC.formatted(element));
	}

	private static Optional<AnnotatedElement> async(Class<?> type) {
		Stream<AnnotatedElement> methods = Arrays.stream(CallbackMethod.values())
			.map((method) -> method(type, "on" + method.eventType().getSimpleName(), method.eventType()));
		return Stream.concat(Stream.of(type, method(type, "onEvent", CallbackEvent.class)), methods)
			.filter(HandlerType::isAsync)
			.findFirst();
	}

	private static AnnotatedElement method(Class<?> type, String name, Class<?> eventType) {
		// A @Bean method may return but an LlmCallbackHandler, which has no such methods
		Method method = ClassUtils.getMethodIfAvailable(type, name, eventType);
		return (method != null) ? method : type;
	}

}
