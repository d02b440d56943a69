package dev.llmcallbacks.autoconfigure;

import java.util.Arrays;
import java.util.List;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.type.AnnotatedTypeMetadata;

import dev.llmcallbacks.autoconfigure.LlmChatProperties.Provider;

/**
 * The condition behind {@link ConditionalOnProvider}.
 */
class OnProviderCondition extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		Provider[] providers = metadata.getAnnotations()
			.get(ConditionalOnProvider.class)
			.getEnumArray(MergedAnnotation.VALUE, Provider.class);
		List<String> missing = Arrays.stream(providers)
			.filter((provider) -> !ProviderSelection.isConfigured(provider, context.getEnvironment()))
			.map((provider) -> provider.prefix() + ".api-key or " + provider.prefix() + ".base-url")
			.toList();
		ConditionMessage.Builder message = ConditionMessage.forCondition(ConditionalOnProvider.class);
		return missing.isEmpty() ? ConditionOutcome.match(message.because("it is configured"))
				: ConditionOutcome.noMatch(message.didNotFind("property", "properties").items(missing));
	}

}
