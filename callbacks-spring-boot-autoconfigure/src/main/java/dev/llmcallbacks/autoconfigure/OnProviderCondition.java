package dev.llmcallbacks.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

import dev.llmcallbacks.autoconfigure.LlmChatProperties.Provider;

/**
 * Condition of {@link ConditionalOnProvider}. A key that refers to a variable that is not
 * set does not count: a configuration may refer to the keys of both providers, and the
 * environment decides which of them exists.
 */
class OnProviderCondition extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		Provider provider = metadata.getAnnotations()
			.get(ConditionalOnProvider.class)
			.getEnum(MergedAnnotation.VALUE, Provider.class);
		String apiKey = property(provider, "api-key", context.getEnvironment());
		String baseUrl = property(provider, "base-url", context.getEnvironment());
		ConditionMessage.Builder message = ConditionMessage.forCondition(ConditionalOnProvider.class);
		if (ProviderAddress.isKey(apiKey) || StringUtils.hasText(baseUrl)) {
			return ConditionOutcome.match(message.because(provider.id() + " is configured"));
		}
		return ConditionOutcome.noMatch(message.didNotFind("property", "properties")
			.items(provider.prefix() + ".api-key", provider.prefix() + ".base-url"));
	}

	private static @Nullable String property(Provider provider, String name, Environment environment) {
		return Binder.get(environment).bind(provider.prefix() + "." + name, String.class).orElse(null);
	}

}
