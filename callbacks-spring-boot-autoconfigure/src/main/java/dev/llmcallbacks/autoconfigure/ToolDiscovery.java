package dev.llmcallbacks.autoconfigure;

import java.lang.reflect.Method;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.log.LogMessage;

import dev.llmcallbacks.tool.LlmTool;
import dev.llmcallbacks.tool.Tools;

/**
 * Finds the {@link LlmTool @LlmTool} methods of an application by looking at the types of
 * its beans, without creating any.
 */
final class ToolDiscovery {

	private static final Log logger = LogFactory.getLog(ToolDiscovery.class);

	private final ConfigurableListableBeanFactory beanFactory;

	ToolDiscovery(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * Find all tools.
	 * @return the tools, in the order in which their beans were defined
	 */
	Tools findAll() {
		Tools tools = Tools.of();
		for (String name : this.beanFactory.getBeanNamesForType(Object.class, true, false)) {
			HandlerBean bean = ScopedProxyUtils.isScopedTarget(name) ? null : beanWithTools(name);
			tools = (bean != null) ? add(bean, tools) : tools;
		}
		return tools;
	}

	private @Nullable HandlerBean beanWithTools(String name) {
		try {
			HandlerBean bean = HandlerBean.of(this.beanFactory, name);
			return (bean != null && !methods(bean.type()).isEmpty()) ? bean : null;
		}
		catch (RuntimeException | LinkageError ex) {
			// As with event listeners: probably the type of a lazy bean that is never
			// used
			logger.debug(LogMessage.format("Could not look for tools in bean '%s'", name), ex);
			return null;
		}
	}

	private static Set<Method> methods(Class<?> type) {
		return (AnnotationUtils.isCandidateClass(type, LlmTool.class)
				&& !type.getName().startsWith("org.springframework."))
						? MethodIntrospector.selectMethods(type,
								(Method method) -> AnnotatedElementUtils.hasAnnotation(method, LlmTool.class))
						: Set.of();
	}

	private Tools add(HandlerBean bean, Tools tools) {
		try {
			methods(bean.type()).forEach((method) -> AopUtils.selectInvocableMethod(method, bean.exposedType()));
		}
		catch (IllegalStateException ex) {
			throw new FailureAnalyzedException(
					"An @LlmTool method of %s is hidden by the proxy that the bean is wrapped in: %s".formatted(bean,
							ex.getMessage()),
					"Declare the method in an interface of the bean, or have the bean proxied by class, "
							+ "for example with 'spring.aop.proxy-target-class=true'.",
					ex);
		}
		try {
			return tools.and(Tools.from(bean.type(), () -> this.beanFactory.getBean(bean.name())));
		}
		catch (IllegalArgumentException ex) {
			throw new FailureAnalyzedException("The tools of %s cannot be used: %s.".formatted(bean, ex.getMessage()),
					"Correct the @LlmTool method, or remove the annotation. Parameters may be of any type that "
							+ "Jackson reads, and each tool has a name of its own.",
					ex);
		}
		catch (IllegalStateException ex) {
			throw new FailureAnalyzedException("The tools of %s cannot be used. %s.".formatted(bean, ex.getMessage()),
					"Add the dependency, which is optional for the sake of applications without tools.", ex);
		}
	}

}
