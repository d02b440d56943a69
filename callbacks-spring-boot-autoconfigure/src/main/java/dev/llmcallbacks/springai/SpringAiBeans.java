package dev.llmcallbacks.springai;

import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClient.ChatClientRequestSpec;
import org.springframework.ai.chat.client.DefaultChatClient.DefaultChatClientRequestSpec;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.NativeDetector;
import org.springframework.core.log.LogMessage;
import org.springframework.util.ClassUtils;

/**
 * Makes runs of the calls of Spring AI's beans: clients, the manager of tool calls,
 * models, vector stores and document retrievers. Beans keep their types: a bean whose
 * class is injected is a subclass of it, and one whose class is final is left as it is.
 */
public final class SpringAiBeans implements BeanPostProcessor {

	private static final Log logger = LogFactory.getLog(SpringAiBeans.class);

	/** Those that are on the class path. */
	private static final List<Class<?>> RETRIEVERS = Stream
		.of("org.springframework.ai.vectorstore.VectorStoreRetriever",
				"org.springframework.ai.rag.retrieval.search.DocumentRetriever")
		.filter((name) -> ClassUtils.isPresent(name, SpringAiBeans.class.getClassLoader()))
		.<Class<?>>map((name) -> ClassUtils.resolveClassName(name, SpringAiBeans.class.getClassLoader()))
		.toList();

	private final Supplier<SpringAiRuns> runs;

	private final boolean replaceFinalModels;

	private final Set<String> left = ConcurrentHashMap.newKeySet();

	/**
	 * Create a post-processor.
	 * @param runs supplies what opens the runs
	 * @param replaceFinalModels whether a model whose class is final is replaced by a
	 * proxy of its interfaces, for applications that inject the interface
	 */
	public SpringAiBeans(Supplier<SpringAiRuns> runs, boolean replaceFinalModels) {
		this.runs = runs;
		this.replaceFinalModels = replaceFinalModels;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof ChatClient) {
			return proxy(bean, new ClientInterceptor(), false);
		}
		if (bean instanceof ToolCallingManager manager && !(bean instanceof RunToolCallingManager)) {
			return isProxyable(bean) ? proxy(bean, new ToolsInterceptor(), true)
					: new RunToolCallingManager(manager, this.runs.get());
		}
		if (bean instanceof ChatModel) {
			return model(bean, beanName);
		}
		if (isRetriever(bean)) {
			return (isProxyable(bean) || isAnonymous(bean))
					? proxy(bean, new LazyInterceptor(() -> new RetrieverRunInterceptor(beanName, this.runs.get())),
							isProxyable(bean))
					: leave(bean, beanName);
		}
		return bean;
	}

	private Object model(Object bean, String beanName) {
		MethodInterceptor interceptor = new LazyInterceptor(() -> new ModelRunInterceptor(this.runs.get()));
		if (isProxyable(bean)) {
			return proxy(bean, interceptor, true);
		}
		return (this.replaceFinalModels || isAnonymous(bean)) ? proxy(bean, interceptor, false) : leave(bean, beanName);
	}

	private Object leave(Object bean, String beanName) {
		if (this.left.add(beanName)) {
			logger.info(LogMessage.format("Bean '%s' is left as it is because %s %s: calls that are not made "
					+ "through a ChatClient are not runs. Set 'callbacks.spring-ai.final-models=replace' if the "
					+ "application injects the interface only", beanName, bean.getClass().getName(),
					Modifier.isFinal(bean.getClass().getModifiers()) ? "is final"
							: "cannot have a subclass in a native image"));
		}
		return bean;
	}

	private static boolean isRetriever(Object bean) {
		return RETRIEVERS.stream().anyMatch((type) -> type.isInstance(bean));
	}

	private static boolean isProxyable(Object bean) {
		return !Modifier.isFinal(bean.getClass().getModifiers()) && !AopUtils.isJdkDynamicProxy(bean)
				&& !NativeDetector.inNativeImage();
	}

	// nobody can inject it by its class
	private static boolean isAnonymous(Object bean) {
		return bean.getClass().isHidden() || AopUtils.isJdkDynamicProxy(bean);
	}

	private static Object proxy(Object bean, MethodInterceptor interceptor, boolean targetClass) {
		ProxyFactory factory = new ProxyFactory(bean);
		factory.setProxyTargetClass(targetClass);
		factory.addAdvice(interceptor);
		return factory.getProxy(bean.getClass().getClassLoader());
	}

	/**
	 * Interceptor that is created with the first call, so that no bean is created early.
	 */
	private static final class LazyInterceptor implements MethodInterceptor {

		private final Supplier<? extends MethodInterceptor> source;

		private volatile @Nullable MethodInterceptor interceptor;

		LazyInterceptor(Supplier<? extends MethodInterceptor> source) {
			this.source = source;
		}

		@Override
		public Object invoke(MethodInvocation invocation) throws Throwable {
			MethodInterceptor interceptor = this.interceptor;
			if (interceptor == null) {
				interceptor = this.source.get();
				this.interceptor = interceptor;
			}
			return interceptor.invoke(invocation);
		}

	}

	/** Adds the advisors to the calls of a client that was not built with them. */
	private final class ClientInterceptor implements MethodInterceptor {

		@Override
		public Object invoke(MethodInvocation invocation) throws Throwable {
			Object returned = invocation.proceed();
			if (returned instanceof ChatClientRequestSpec spec && !hasAdvisor(spec)) {
				SpringAiRuns runs = SpringAiBeans.this.runs.get();
				return spec.advisors(new ClientRunAdvisor(runs), new ModelRunAdvisor(runs));
			}
			return returned;
		}

		private static boolean hasAdvisor(ChatClientRequestSpec spec) {
			return spec instanceof DefaultChatClientRequestSpec request && request.getAdvisors()
				.stream()
				.anyMatch((Advisor advisor) -> advisor instanceof ClientRunAdvisor);
		}

	}

	/** Makes runs of the calls of tools. */
	private final class ToolsInterceptor implements MethodInterceptor {

		@Override
		public Object invoke(MethodInvocation invocation) throws Throwable {
			if (!invocation.getMethod().getName().equals("executeToolCalls")
					|| !(invocation.getThis() instanceof ToolCallingManager manager)) {
				return invocation.proceed();
			}
			Object[] arguments = invocation.getArguments();
			return new RunToolCallingManager(manager, SpringAiBeans.this.runs.get()).executeToolCalls(
					(org.springframework.ai.chat.prompt.Prompt) arguments[0],
					(org.springframework.ai.chat.model.ChatResponse) arguments[1]);
		}

	}

}
