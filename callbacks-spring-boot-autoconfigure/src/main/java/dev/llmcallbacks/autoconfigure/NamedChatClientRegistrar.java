package dev.llmcallbacks.autoconfigure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.model.ChatModel;

/**
 * Registers a model and a client for each name in {@code callbacks.clients.*}, which are
 * for those alone who qualify what they want with that name.
 */
final class NamedChatClientRegistrar implements ImportBeanDefinitionRegistrar {

	static final String BEAN_NAME_PREFIX = "llmCallbacksChatClient-";

	static final String MODEL_BEAN_NAME_PREFIX = "llmCallbacksChatModel-";

	private static final String FACTORY = "llmCallbacksNamedChatClients";

	private final Environment environment;

	NamedChatClientRegistrar(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		Map<String, List<String>> names = names().stream()
			.collect(Collectors.groupingBy(HandlerOverrides::uniform, LinkedHashMap::new, Collectors.toList()));
		names.forEach((uniform, same) -> register(name(uniform, same), registry));
	}

	private Set<String> names() {
		return Binder.get(this.environment)
			.bind(NamedChatClients.PREFIX, Bindable.mapOf(String.class, LlmClientProperties.class))
			.map(Map::keySet)
			.orElseGet(Set::of);
	}

	private static String name(String uniform, List<String> names) {
		// Environment variables know neither case nor dashes: they add to a name that has
		// them, and make none of their own
		List<String> written = (names.size() > 1) ? names.stream().filter((name) -> !name.equals(uniform)).toList()
				: names;
		if (written.size() > 1) {
			throw new FailureAnalyzedException(
					"Several chat clients have one name, which is compared without case and dashes: %s.".formatted(
							written),
					"Write the name in '%s.<name>.*' in one way.".formatted(NamedChatClients.PREFIX));
		}
		return written.get(0);
	}

	private static void register(String name, BeanDefinitionRegistry registry) {
		String modelBeanName = MODEL_BEAN_NAME_PREFIX + name;
		register(name, modelBeanName, definition(ChatModel.class, "model", name), registry);
		RootBeanDefinition client = definition(ChatClient.class, "client", name);
		client.getConstructorArgumentValues().addIndexedArgumentValue(1, new RuntimeBeanReference(modelBeanName));
		register(name, BEAN_NAME_PREFIX + name, client, registry);
	}

	private static RootBeanDefinition definition(Class<?> type, String factoryMethod, String name) {
		RootBeanDefinition definition = new RootBeanDefinition();
		definition.setTargetType(type);
		definition.setFactoryBeanName(FACTORY);
		definition.setFactoryMethodName(factoryMethod);
		definition.getConstructorArgumentValues().addIndexedArgumentValue(0, name);
		return definition;
	}

	private static void register(String name, String beanName, RootBeanDefinition definition,
			BeanDefinitionRegistry registry) {
		definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, name));
		definition.setDefaultCandidate(false);
		if (!registry.containsBeanDefinition(beanName)) {
			registry.registerBeanDefinition(beanName, definition);
		}
	}

}
