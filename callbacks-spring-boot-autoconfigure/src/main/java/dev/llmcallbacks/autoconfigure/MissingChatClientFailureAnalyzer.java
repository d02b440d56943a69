package dev.llmcallbacks.autoconfigure;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.analyzer.AbstractInjectionFailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.model.ChatModel;

/**
 * Analyzes the failure to inject a {@link ChatClient} that does not exist.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 100)
class MissingChatClientFailureAnalyzer extends AbstractInjectionFailureAnalyzer<NoSuchBeanDefinitionException> {

	private static final Set<Class<?>> TYPES = Set.of(ChatClient.class, ChatClient.Builder.class, ChatModel.class);

	private static final String CONFIGURE = "Set 'callbacks.openai.api-key' or 'callbacks.anthropic.api-key', or "
			+ "'callbacks.openai.base-url' or 'callbacks.anthropic.base-url' for a server that requires no key, "
			+ "or define a ChatModel bean.";

	private final BeanFactory beanFactory;

	private final Environment environment;

	MissingChatClientFailureAnalyzer(BeanFactory beanFactory, Environment environment) {
		this.beanFactory = beanFactory;
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause,
			@Nullable String description) {
		ResolvableType type = cause.getResolvableType();
		if (type == null || cause instanceof NoUniqueBeanDefinitionException || !TYPES.contains(type.toClass())) {
			return null;
		}
		String missing = "%s required a bean of type '%s', "
			.formatted((description != null) ? description : "A component", type.toClass().getName());
		List<String> clients = namedClients();
		if (names(type.toClass()).anyMatch((name) -> !isNamed(name))) {
			return new FailureAnalysis(missing + "but none of the existing ones has the required qualifier.",
					clients.isEmpty()
							? "Remove the qualifier, or set 'callbacks.clients.<name>.*' for a client of that name."
							: "Let the qualifier be one of the clients' names, %s, or remove it.".formatted(clients),
					cause);
		}
		List<String> chatModels = names(ChatModel.class).filter((name) -> !isNamed(name)).toList();
		if (chatModels.size() > 1) {
			return new FailureAnalysis(
					missing + "but there are several ChatModel beans, and none of them is primary: %s."
						.formatted(chatModels),
					"Mark one of them as @Primary, or build clients with ChatClient.builder(chatModel).", cause);
		}
		String unresolved = UnresolvedKey.describe(this.environment);
		if (clients.isEmpty() && unresolved != null) {
			return new FailureAnalysis(
					missing + "but no provider of chat models is configured: %s.".formatted(unresolved),
					"Set the variable that the property refers to, for example as an environment variable. Or set "
							+ "'callbacks.openai.base-url' or 'callbacks.anthropic.base-url' for a server that requires "
							+ "no key, or define a ChatModel bean.",
					cause);
		}
		return new FailureAnalysis(
				missing + (clients.isEmpty() ? "but no provider of chat models is configured."
						: "but only clients with a name are configured: %s.".formatted(clients)),
				(clients.isEmpty() ? "" : "Name the client, as in @Qualifier(\"%s\"). Or set up a default one. "
					.formatted(clients.get(0))) + CONFIGURE,
				cause);
	}

	private List<String> namedClients() {
		return names(ChatClient.class).filter(MissingChatClientFailureAnalyzer::isNamed)
			.map((name) -> name.substring(NamedChatClientRegistrar.BEAN_NAME_PREFIX.length()))
			.toList();
	}

	private static boolean isNamed(String bean) {
		return bean.startsWith(NamedChatClientRegistrar.BEAN_NAME_PREFIX)
				|| bean.startsWith(NamedChatClientRegistrar.MODEL_BEAN_NAME_PREFIX);
	}

	private Stream<String> names(Class<?> type) {
		return (this.beanFactory instanceof ListableBeanFactory listable)
				? Arrays.stream(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(listable, type, true, false))
				: Stream.empty();
	}

}
