package dev.llmcallbacks.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.handlers.LoggingCallbackHandler;

/**
 * Auto-configuration for handlers that come with the library: a
 * {@link LoggingCallbackHandler}, when {@code callbacks.logging.enabled} asks for it.
 */
@AutoConfiguration(before = LlmCallbacksAutoConfiguration.class)
@EnableConfigurationProperties(LlmLoggingProperties.class)
public final class LlmHandlersAutoConfiguration {

	@Bean
	@LlmCallback
	@ConditionalOnBooleanProperty("callbacks.logging.enabled")
	@ConditionalOnMissingBean
	LoggingCallbackHandler llmCallbacksLoggingHandler(LlmLoggingProperties properties) {
		return properties.toHandler();
	}

}
