package dev.llmcallbacks.autoconfigure.test;

import java.util.List;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.test.ScriptedChatModel;

/**
 * Gives the names of all the application's models to the scripted one.
 */
@Order(Ordered.LOWEST_PRECEDENCE)
final class ChatModelReplacement implements BeanDefinitionRegistryPostProcessor {

	@Override
	public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
		ConfigurableListableBeanFactory beanFactory = (ConfigurableListableBeanFactory) registry;
		List<String> scripted = names(beanFactory, ScriptedChatModel.class);
		for (String name : names(beanFactory, ChatModel.class)) {
			if (!scripted.contains(name) && registry.containsBeanDefinition(name)) {
				registry.removeBeanDefinition(name);
				registry.registerAlias(scripted.get(0), name);
			}
		}
	}

	private static List<String> names(ConfigurableListableBeanFactory beanFactory, Class<?> type) {
		return List.of(beanFactory.getBeanNamesForType(type, true, false));
	}

}
