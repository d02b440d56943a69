package dev.llmcallbacks.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the responses of web applications whose calls fail.
 */
@AutoConfiguration
@EnableConfigurationProperties(LlmWebProperties.class)
public final class LlmWebAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBooleanProperty("callbacks.web.problem-details")
	ProblemDetailsAdvice llmCallbacksProblemDetailsAdvice() {
		return new ProblemDetailsAdvice();
	}

}
