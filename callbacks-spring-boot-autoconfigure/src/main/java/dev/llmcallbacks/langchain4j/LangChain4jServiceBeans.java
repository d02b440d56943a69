package dev.llmcallbacks.langchain4j;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.function.Supplier;

import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderResult;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.PriorityOrdered;
import reactor.util.context.Context;

import dev.llmcallbacks.dispatch.CallbackManager;

/**
 * Internal to the library: lets each call of an AI service bean be a run, and the tools
 * that a dynamic {@link ToolProvider} bean adds while a call goes on. An AI service is
 * recognized by the handler of its JDK proxy.
 */
public final class LangChain4jServiceBeans implements BeanPostProcessor, PriorityOrdered {

	private static final String SERVICES = "dev.langchain4j.service.";

	private final Bridge bridge;

	/**
	 * Create a post-processor.
	 * @param manager supplies the application's manager, not before the first call
	 */
	public LangChain4jServiceBeans(Supplier<CallbackManager> manager) {
		this.bridge = new Bridge(manager, true);
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	// The interface of interceptors does not say that methods may return null
	@Override
	@SuppressWarnings("NullAway")
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (Proxy.isProxyClass(bean.getClass())) {
			InvocationHandler handler = Proxy.getInvocationHandler(bean);
			return handler.getClass().getName().startsWith(SERVICES) ? service(bean, handler) : bean;
		}
		return (bean instanceof ToolProvider provider && provider.isDynamic())
				? BeanProxies.create(bean, beanName, LangChain4jServiceBeans::provideTools) : bean;
	}

	private Object service(Object service, InvocationHandler handler) {
		Class<?>[] interfaces = service.getClass().getInterfaces();
		return Proxy.newProxyInstance(service.getClass().getClassLoader(), interfaces,
				new ServiceRunHandler(this.bridge, service, handler, interfaces[0].getSimpleName()));
	}

	private static @Nullable Object provideTools(MethodInvocation invocation) throws Throwable {
		Object result = invocation.proceed();
		return (result instanceof ToolProviderResult provided) ? withRuns(provided) : result;
	}

	private static ToolProviderResult withRuns(ToolProviderResult provided) {
		Context captured = Bridge.capture();
		if (captured == null) {
			return provided;
		}
		ToolProviderResult.Builder result = ToolProviderResult.builder();
		for (AiServiceTool tool : provided.aiServiceTools()) {
			result.add(tool.toBuilder().toolExecutor(RunTool.of(tool.toolExecutor(), captured)).build());
		}
		return result.build();
	}

}
