package dev.llmcallbacks.autoconfigure;

import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.observation.ObservationRunFilter;
import dev.llmcallbacks.observation.RunObservationConvention;

/**
 * Auto-configuration for the observation of runs, where there is an
 * {@link ObservationRegistry}. {@link RunObservationConvention} beans replace the default
 * conventions of the runs that they support, and a {@link RunContentFilter} bean decides
 * what is shown of their content.
 */
@AutoConfiguration(before = LlmCallbacksAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean(ObservationRegistry.class)
@EnableConfigurationProperties(LlmObservationProperties.class)
public final class LlmObservationAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ObservationRunFilter llmCallbacksObservationFilter(ObservationRegistry registry,
			LlmObservationProperties properties, ObjectProvider<RunObservationConvention> conventions,
			ObjectProvider<RunContentFilter> contentFilter) {
		return new ObservationRunFilter(registry, properties.getConventions(), conventions.orderedStream().toList(),
				properties.toContent(contentFilter.getIfAvailable()));
	}

}
