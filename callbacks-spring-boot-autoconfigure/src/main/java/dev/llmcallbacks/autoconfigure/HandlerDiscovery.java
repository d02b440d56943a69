package dev.llmcallbacks.autoconfigure;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.Bean;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodIntrospector.MetadataLookup;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.log.LogMessage;

import dev.llmcallbacks.callback.LlmCallback;

/**
 * Finds the {@link LlmCallback @LlmCallback} beans and methods of an application by the
 * types of its beans, without creating any bean.
 */
final class HandlerDiscovery {

	private static final String WARN_PROPERTY = "callbacks.warn-unannotated-handlers";

	private static final Log logger = LogFactory.getLog(HandlerDiscovery.class);

	private final ConfigurableListableBeanFactory beanFactory;

	private final boolean warnUnannotated;

	HandlerDiscovery(ConfigurableListableBeanFactory beanFactory, boolean warnUnannotated) {
		this.beanFactory = beanFactory;
		this.warnUnannotated = warnUnannotated;
	}

	/**
	 * Find all handlers.
	 * @return the handlers, in the order in which their beans were defined
	 */
	List<HandlerCandidate> findAll() {
		return Stream.of(this.beanFactory.getBeanNamesForType(Object.class, true, false))
			.filter((name) -> !ScopedProxyUtils.isScopedTarget(name))
			.flatMap(this::find)
			.toList();
	}

	private Stream<HandlerCandidate> find(String name) {
		HandlerBean bean;
		LlmCallback annotation;
		Map<Method, LlmCallback> methods;
		try {
			bean = HandlerBean.of(this.beanFactory, name);
			if (bean == null) {
				return Stream.empty();
			}
			annotation = bean.annotation();
			methods = annotatedMethods(bean.type());
		}
		catch (RuntimeException | LinkageError ex) {
			// Probably the type of a lazy bean that is never used, as with event
			// listeners
			logger.debug(LogMessage.format("Could not look for handlers in bean '%s'", name), ex);
			return Stream.empty();
		}
		if (annotation != null || !methods.isEmpty()) {
			checkScope(bean);
		}
		else if (this.warnUnannotated && HandlerType.isHandler(bean)) {
			logger.warn(LogMessage.format("The %s is %s but is not annotated with @LlmCallback, so it receives no "
					+ "events of the application. Annotate its class or its @Bean method. If it is passed to clients or "
					+ "calls with callbacks(...) instead, set '%s' to false.", bean, HandlerType.describe(bean),
					WARN_PROPERTY));
		}
		List<HandlerCandidate> handlers = new ArrayList<>();
		if (annotation != null && (methods.isEmpty() || HandlerType.isHandler(bean))) {
			handlers.add(HandlerType.candidate(bean, annotation));
		}
		methods.forEach((method, onMethod) -> handlers.add(new HandlerMethod(bean, method).candidate(onMethod)));
		return handlers.stream();
	}

	private static Map<Method, LlmCallback> annotatedMethods(Class<?> type) {
		Map<Method, LlmCallback> sorted = new TreeMap<>(Comparator.comparing(Method::toString));
		if (AnnotationUtils.isCandidateClass(type, LlmCallback.class)
				&& !type.getName().startsWith("org.springframework.")) {
			MetadataLookup<@Nullable LlmCallback> lookup = HandlerDiscovery::annotation;
			sorted.putAll(MethodIntrospector.selectMethods(type, lookup));
		}
		return sorted;
	}

	private static @Nullable LlmCallback annotation(Method method) {
		// The handler is the bean that a @Bean method returns, not the method
		return AnnotatedElementUtils.hasAnnotation(method, Bean.class) ? null
				: AnnotatedElementUtils.findMergedAnnotation(method, LlmCallback.class);
	}

	private static void checkScope(HandlerBean bean) {
		String scope = bean.unsupportedScope();
		if (scope != null) {
			throw new FailureAnalyzedException(
					"The @LlmCallback %s has the scope '%s', but runs neither begin nor end with it.".formatted(bean,
							scope),
					"Make it a singleton, or a prototype if each root run is to have an instance of its own.");
		}
	}

}
