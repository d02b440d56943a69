package dev.llmcallbacks.autoconfigure;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

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

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.model.ChatModel;

/**
 * Explains to whoever injects a {@link ChatClient} why there is none.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 100)
class MissingChatClientFailureAnalyzer extends AbstractInjectionFailureAnalyzer<NoSuchBeanDefinitionException> {

	private static final Set<Class<?>> TYPES = Set.of(ChatClient.class, ChatClient.Builder.class, ChatModel.class);

	private final BeanFactory beanFactory;

	MissingChatClientFailureAnalyzer(BeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause,
			@Nullable String description) {
		ResolvableType type = cause.getResolvableType();
		if (type == null || cause instanceof NoUniqueBeanDefinitionException || !TYPES.contains(type.toClass())) {
			return null;
		}
		String subject = (description != null) ? description : "A component";
		String missing = "%s required a bean of type '%s', ".formatted(subject, type.toClass().getName());
		List<String> chatModels = chatModels();
		if (chatModels.size() > 1) {
			return new FailureAnalysis(
					missing + "but there are several ChatModel beans, and none of them is primary: %s."
						.formatted(chatModels),
					"Mark one of them as @Primary, or build clients with ChatClient.builder(chatModel).", cause);
		}
		return new FailureAnalysis(missing + "but no provider of chat models is configured.",
				"Set 'callbacks.openai.api-key' or 'callbacks.anthropic.api-key' (if it refers to an environment "
						+ "variable, set that too), or 'callbacks.openai.base-url' or 'callbacks.anthropic.base-url' "
						+ "for a server that wants no key, or define a ChatModel bean.",
				cause);
	}

	private List<String> chatModels() {
		return (this.beanFactory instanceof ListableBeanFactory listable)
				? Arrays
					.asList(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(listable, ChatModel.class, true, false))
				: List.of();
	}

}
