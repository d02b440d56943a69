package dev.llmcallbacks.langchain4j;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;

import org.aopalliance.intercept.MethodInterceptor;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.core.NativeDetector;
import org.springframework.core.log.LogMessage;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Proxies of beans that keep the class of the bean.
 */
final class BeanProxies {

	private static final Log logger = LogFactory.getLog(BeanProxies.class);

	private BeanProxies() {
	}

	/**
	 * Create a proxy of a bean.
	 * @param bean the bean
	 * @param beanName the name of the bean
	 * @param interceptor intercepts all calls
	 * @return the proxy, a subclass of the bean's class, or of its interfaces alone if
	 * the class is final and nobody can name it. The bean itself if its class cannot have
	 * a subclass, which is logged
	 */
	static Object create(Object bean, String beanName, MethodInterceptor interceptor) {
		Class<?> type = bean.getClass();
		boolean unnamed = !Modifier.isPublic(type.getModifiers())
				&& (Modifier.isFinal(type.getModifiers()) || type.isHidden());
		if (!unnamed && !canBeExtended(type)) {
			logger.info(LogMessage.format("Calls of the bean '%s' are not runs, because its class %s %s", beanName,
					type.getName(), NativeDetector.inNativeImage() ? "cannot have a subclass in a native image"
							: "is final or has final methods"));
			return bean;
		}
		ProxyFactory factory = new ProxyFactory();
		factory.setTarget(bean);
		factory.setInterfaces(ClassUtils.getAllInterfacesForClass(type));
		factory.setProxyTargetClass(!unnamed);
		factory.addAdvice(interceptor);
		return factory.getProxy(type.getClassLoader());
	}

	// a final method would be called on the proxy, which has no state
	private static boolean canBeExtended(Class<?> type) {
		return !NativeDetector.inNativeImage() && !Modifier.isFinal(type.getModifiers())
				&& Arrays.stream(ReflectionUtils.getUniqueDeclaredMethods(type, BeanProxies::isInherited))
					.noneMatch((method) -> Modifier.isFinal(method.getModifiers()));
	}

	private static boolean isInherited(Method method) {
		return method.getDeclaringClass() != Object.class && !Modifier.isStatic(method.getModifiers())
				&& !Modifier.isPrivate(method.getModifiers());
	}

}
