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

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.CallbackMethod;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.event.CallbackEvent;

/**
 * Checks whether a bean can be a handler itself.
 */
final class HandlerType {

	private static final String NO_ASYNC = "Remove @Async from '%s'. A CallbackHandler is called on a thread of an "
			+ "executor anyway, see 'callbacks.executor' and the annotation's attribute 'executor'.";

	private HandlerType() {
	}

	static boolean isHandler(HandlerBean bean) {
		return LlmCallbackHandler.class.isAssignableFrom(bean.type());
	}

	/**
	 * Return the interface that a handler bean implements, for messages.
	 * @param bean the bean
	 * @return the interface with its article; the common supertype of both if the type of
	 * the bean says no more
	 */
	static String describe(HandlerBean bean) {
		if (CallbackHandler.class.isAssignableFrom(bean.type())) {
			return "a CallbackHandler";
		}
		return AsyncCallbackHandler.class.isAssignableFrom(bean.type()) ? "an AsyncCallbackHandler"
				: "an LlmCallbackHandler";
	}

	static HandlerCandidate candidate(HandlerBean bean, LlmCallback annotation) {
		if (!isHandler(bean)) {
			throw notAHandler(bean, bean.type());
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
		throw notAHandler(bean, instance.getClass());
	}

	private static FailureAnalyzedException notAHandler(HandlerBean bean, Class<?> type) {
		return new FailureAnalyzedException(
				"The @LlmCallback bean '%s' is not a handler: %s implements neither CallbackHandler nor ".formatted(
						bean.name(), type.getName()) + "AsyncCallbackHandler, and none of its methods is annotated.",
				"Implement one of the two, declare a @Bean return type that does, "
						+ "or annotate the method that receives the events.");
	}

	static boolean isAsync(AnnotatedElement element) {
		return AnnotatedElementUtils.hasAnnotation(element, Async.class);
	}

	static FailureAnalyzedException async(String handler, AnnotatedElement element) {
		return new FailureAnalyzedException(handler + " is @Async, so that its completion could not be observed.",
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
		// A @Bean method may declare LlmCallbackHandler, which has no such methods
		Method method = ClassUtils.getMethodIfAvailable(type, name, eventType);
		return (method != null) ? method : type;
	}

}
