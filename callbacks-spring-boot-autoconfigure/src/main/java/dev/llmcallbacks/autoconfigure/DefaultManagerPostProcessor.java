package dev.llmcallbacks.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.PriorityOrdered;
import org.springframework.util.function.SingletonSupplier;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.ManagerHolder;

/**
 * Lets the application's {@link CallbackManager} open the runs of those chains, agents,
 * retrievers and tools that are beans and were given no manager. The manager is asked for
 * when the first run opens. Acts before proxies are created, so that they wrap the bean
 * with the manager.
 */
final class DefaultManagerPostProcessor implements BeanPostProcessor, PriorityOrdered {

	private final SingletonSupplier<@Nullable CallbackManager> manager;

	DefaultManagerPostProcessor(ObjectProvider<CallbackManager> callbackManager) {
		this.manager = SingletonSupplier.of(callbackManager::getIfUnique);
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		return (bean instanceof ManagerHolder holder && holder.managerSupplier() == null)
				? holder.withDefaultManager(this.manager) : bean;
	}

	// What a factory bean creates is not seen before
	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return postProcessBeforeInitialization(bean, beanName);
	}

}
