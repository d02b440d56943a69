package dev.llmcallbacks.langchain4j;

import java.util.function.Supplier;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.rag.content.retriever.ContentRetriever;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.PriorityOrdered;

import dev.llmcallbacks.dispatch.CallbackManager;

/**
 * Internal to the library: lets each call of a model bean and of a content retriever bean
 * be a run. A bean keeps its class: its proxy is a subclass. A class that cannot have one
 * is left as it is, which is logged.
 */
public final class LangChain4jModelBeans implements BeanPostProcessor, SmartInitializingSingleton, PriorityOrdered {

	private final Bridge bridge;

	/**
	 * Create a post-processor.
	 * @param manager supplies the application's manager, not before the first call
	 * @param observed whether observations and meters of the library include calls of
	 * models
	 */
	public LangChain4jModelBeans(Supplier<CallbackManager> manager, boolean observed) {
		this.bridge = new Bridge(manager, observed);
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.bridge.enable();
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof ChatModel || bean instanceof StreamingChatModel) {
			return BeanProxies.create(bean, beanName, new ModelRunInterceptor(this.bridge, bean));
		}
		if (bean instanceof ContentRetriever) {
			return BeanProxies.create(bean, beanName,
					new RetrieverRunInterceptor(this.bridge, RunNames.of(bean, LangChain4jRetriever.NAME)));
		}
		return bean;
	}

}
