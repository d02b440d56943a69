package dev.llmcallbacks.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.web.reactive.function.client.WebClient;

import dev.llmcallbacks.autoconfigure.ProviderConfigurations.ConnectionConfiguration;
import dev.llmcallbacks.autoconfigure.ProviderConfigurations.ModelConfiguration;
import dev.llmcallbacks.model.ChatModel;

/**
 * Auto-configuration for the connection details and a {@link ChatModel} of each
 * configured provider. With two of them, {@code callbacks.chat.provider} says which one
 * is primary. The models back off to a {@code ChatModel} of the application's own.
 */
@AutoConfiguration(after = WebClientAutoConfiguration.class)
@ConditionalOnClass(WebClient.class)
@EnableConfigurationProperties({ LlmCallbacksProperties.class, LlmChatProperties.class, LlmTimeoutProperties.class,
		LlmHttpProperties.class, OpenAiProperties.class, AnthropicProperties.class })
@Import({ ConnectionConfiguration.class, ModelConfiguration.class })
public final class LlmChatModelAutoConfiguration {

}
