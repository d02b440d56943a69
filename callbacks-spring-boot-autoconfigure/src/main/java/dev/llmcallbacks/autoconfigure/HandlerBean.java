package dev.llmcallbacks.autoconfigure;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.OrderUtils;
import org.springframework.util.ClassUtils;

import dev.llmcallbacks.callback.LlmCallback;

/**
 * A bean as far as it can be known without creating it.
 *
 * @param beanFactory where the bean lives
 * @param name the bean's name
 * @param targetName the name under which the bean itself is to be had; another one when
 * the bean is a scoped proxy
 * @param type the bean's class, not that of a proxy
 */
record HandlerBean(ConfigurableListableBeanFactory beanFactory, String name, String targetName, Class<?> type) {

	/**
	 * Look at a bean.
	 * @param beanFactory where the bean lives
	 * @param name the bean's name
	 * @return the bean, or {@code null} if its class is not known
	 */
	static @Nullable HandlerBean of(ConfigurableListableBeanFactory beanFactory, String name) {
		String scopedTarget = ScopedProxyUtils.getTargetBeanName(name);
		String targetName = beanFactory.containsBeanDefinition(scopedTarget) ? scopedTarget : name;
		Class<?> type = targetType(beanFactory, targetName);
		return (type != null) ? new HandlerBean(beanFactory, name, targetName, ClassUtils.getUserClass(type)) : null;
	}

	private static @Nullable Class<?> targetType(ConfigurableListableBeanFactory beanFactory, String name) {
		Class<?> exposed = beanFactory.getType(name, false);
		Object singleton = existingSingleton(beanFactory, name);
		if (exposed == null || singleton == null) {
			return (exposed != null) ? originalType(beanFactory, name, exposed) : null;
		}
		return AopProxyUtils.ultimateTargetClass(singleton);
	}

	private static Class<?> originalType(ConfigurableListableBeanFactory beanFactory, String name, Class<?> exposed) {
		Object original = beanFactory.containsBeanDefinition(name)
				? beanFactory.getMergedBeanDefinition(name).getAttribute(AutoProxyUtils.ORIGINAL_TARGET_CLASS_ATTRIBUTE)
				: null;
		return (original instanceof Class<?> originalType) ? originalType : exposed;
	}

	private static @Nullable Object existingSingleton(ConfigurableListableBeanFactory beanFactory, String name) {
		Object singleton = beanFactory.containsSingleton(name) ? beanFactory.getSingleton(name) : null;
		return (singleton instanceof FactoryBean) ? null : singleton;
	}

	/**
	 * Return the annotation of the {@code @Bean} method, else of the class.
	 * @return the annotation, or {@code null}
	 */
	@Nullable LlmCallback annotation() {
		Method factoryMethod = factoryMethod();
		LlmCallback annotation = (factoryMethod != null) ? find(factoryMethod) : null;
		return (annotation != null) ? annotation : find(this.type);
	}

	private static @Nullable LlmCallback find(AnnotatedElement element) {
		return AnnotatedElementUtils.findMergedAnnotation(element, LlmCallback.class);
	}

	/**
	 * Return the bean's order, looked for where the bean factory looks.
	 * @return the order, or {@code null} if nothing is said of it
	 */
	@Nullable Integer order() {
		BeanDefinition definition = definition();
		if (definition != null
				&& definition.getAttribute(AbstractBeanDefinition.ORDER_ATTRIBUTE) instanceof Integer order) {
			return order;
		}
		Method factoryMethod = factoryMethod();
		Integer order = (factoryMethod != null) ? OrderUtils.getOrder(factoryMethod) : null;
		if (order != null) {
			return order;
		}
		return (existingSingleton(this.beanFactory, this.targetName) instanceof Ordered ordered)
				? Integer.valueOf(ordered.getOrder()) : OrderUtils.getOrder(this.type);
	}

	private @Nullable Method factoryMethod() {
		return (definition() instanceof RootBeanDefinition root) ? root.getResolvedFactoryMethod() : null;
	}

	boolean isPrototype() {
		BeanDefinition definition = definition();
		return definition != null && definition.isPrototype();
	}

	/**
	 * Return the name of the bean's scope if it is one that handlers cannot have.
	 * @return the scope, or {@code null}
	 */
	@Nullable String unsupportedScope() {
		BeanDefinition definition = definition();
		return (definition != null && !definition.isSingleton() && !definition.isPrototype()) ? definition.getScope()
				: null;
	}

	private @Nullable BeanDefinition definition() {
		return this.beanFactory.containsBeanDefinition(this.targetName)
				? this.beanFactory.getMergedBeanDefinition(this.targetName) : null;
	}

	/**
	 * Return the class that others see: that of a proxy where there is one.
	 * @return the class, as far as it is known
	 */
	Class<?> exposedType() {
		Class<?> exposed = this.beanFactory.getType(this.targetName, false);
		return (exposed != null) ? exposed : this.type;
	}

	Object get() {
		return this.beanFactory.getBean(this.targetName);
	}

	/**
	 * Destroy an instance of a prototype.
	 */
	void destroy(Object instance) {
		Object target = instance;
		for (Object next = instance; next != null; next = AopProxyUtils.getSingletonTarget(next)) {
			target = next;
		}
		this.beanFactory.destroyBean(this.targetName, target);
	}

	@Override
	public String toString() {
		return "bean '" + this.name + "' of " + this.type.getName();
	}

}
