package dev.llmcallbacks.autoconfigure;

import java.util.Map;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

import dev.llmcallbacks.handlers.TokenCostHandler;

/**
 * Auto-configuration for a {@link TokenCostHandler}, if {@code callbacks.prices} has a
 * price.
 */
@AutoConfiguration(before = LlmCallbacksAutoConfiguration.class)
@Conditional(LlmCostAutoConfiguration.OnPrice.class)
@EnableConfigurationProperties(LlmCostProperties.class)
public final class LlmCostAutoConfiguration {

	static final String HANDLER_BEAN_NAME = "llmCallbacksTokenCostHandler";

	@Bean(HANDLER_BEAN_NAME)
	@ConditionalOnMissingBean
	TokenCostHandler llmCallbacksTokenCostHandler(LlmCostProperties properties) {
		return properties.toHandler();
	}

	static final class OnPrice extends SpringBootCondition {

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			ConditionMessage.Builder message = ConditionMessage.forCondition("Price of a model");
			BindResult<Map<String, String>> prices = Binder.get(context.getEnvironment())
				.bind("callbacks.prices", Bindable.mapOf(String.class, String.class));
			return prices.isBound() ? ConditionOutcome.match(message.foundExactly("callbacks.prices"))
					: ConditionOutcome.noMatch(message.didNotFind("property").items("callbacks.prices"));
		}

	}

}
