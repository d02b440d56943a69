package dev.llmcallbacks.autoconfigure;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.util.ClassUtils;

import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.handlers.TokenCostHandler;
import dev.llmcallbacks.observation.HandlerMeters;
import dev.llmcallbacks.observation.LlmMeterHandler;
import dev.llmcallbacks.observation.MeterBuckets;

/**
 * Auto-configuration for the meters of calls and of handlers, where there is a
 * {@link MeterRegistry}. The durations of runs are those of their observations.
 */
@AutoConfiguration(after = LlmCallbacksAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
@EnableConfigurationProperties(LlmObservationProperties.class)
public final class LlmMetricsAutoConfiguration {

	/** Registers a counter with the name that the conventions have for a summary. */
	private static final String SPRING_AI_METERS = "org.springframework.ai.chat.observation.ChatModelMeterObservationHandler";

	// Before the application's properties, which may have other buckets
	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	@ConditionalOnMissingBean
	static MeterBuckets llmCallbacksMeterBuckets(LlmObservationProperties properties) {
		return new MeterBuckets(properties.getConventions());
	}

	@Bean
	@LlmCallback
	@ConditionalOnMissingBean
	LlmMeterHandler llmCallbacksMeterHandler(MeterRegistry registry, LlmObservationProperties properties,
			ConfigurableListableBeanFactory beanFactory) {
		String usageMeter = properties.getTokenUsageMeter();
		if (usageMeter == null) {
			usageMeter = hasSpringAiMeters(beanFactory) ? "llm.callbacks.token.usage" : LlmMeterHandler.TOKEN_USAGE;
		}
		return new LlmMeterHandler(registry, properties.getConventions(), usageMeter);
	}

	private static boolean hasSpringAiMeters(ConfigurableListableBeanFactory beanFactory) {
		ClassLoader classLoader = beanFactory.getBeanClassLoader();
		return ClassUtils.isPresent(SPRING_AI_METERS, classLoader) && beanFactory
			.getBeanNamesForType(ClassUtils.resolveClassName(SPRING_AI_METERS, classLoader), true, false).length > 0;
	}

	@Bean
	@ConditionalOnBean(CallbackManager.class)
	@ConditionalOnMissingBean
	HandlerMeters llmCallbacksHandlerMeters(CallbackManager callbackManager) {
		return new HandlerMeters(callbackManager);
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(name = LlmCostAutoConfiguration.HANDLER_BEAN_NAME)
	TokenCostMeters llmCallbacksTokenCostMeters(
			@Qualifier(LlmCostAutoConfiguration.HANDLER_BEAN_NAME) TokenCostHandler handler) {
		return new TokenCostMeters(handler);
	}

}
