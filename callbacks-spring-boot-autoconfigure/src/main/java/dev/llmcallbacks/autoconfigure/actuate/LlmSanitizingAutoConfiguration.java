package dev.llmcallbacks.autoconfigure.actuate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import dev.llmcallbacks.autoconfigure.AnthropicProperties;
import dev.llmcallbacks.autoconfigure.LlmCallbacksProperties;
import dev.llmcallbacks.autoconfigure.LlmChatModelAutoConfiguration;
import dev.llmcallbacks.autoconfigure.LlmConnectionDetails;
import dev.llmcallbacks.autoconfigure.OpenAiProperties;

/**
 * Auto-configuration for a {@link SanitizingFunction} that keeps the secrets of
 * {@code callbacks.*} out of the {@code env} and {@code configprops} endpoints, even
 * where they show values.
 */
@AutoConfiguration(after = LlmChatModelAutoConfiguration.class)
@ConditionalOnClass(SanitizingFunction.class)
public final class LlmSanitizingAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	LlmSanitizingFunction llmCallbacksSanitizingFunction(ObjectProvider<LlmCallbacksProperties> properties,
			ObjectProvider<OpenAiProperties> openAi, ObjectProvider<AnthropicProperties> anthropic,
			ObjectProvider<LlmConnectionDetails> connections) {
		return new LlmSanitizingFunction(() -> secrets(properties, openAi, anthropic, connections));
	}

	private static Collection<String> secrets(ObjectProvider<LlmCallbacksProperties> properties,
			ObjectProvider<OpenAiProperties> openAi, ObjectProvider<AnthropicProperties> anthropic,
			ObjectProvider<LlmConnectionDetails> connections) {
		List<String> secrets = new ArrayList<>();
		openAi.ifAvailable((provider) -> {
			secrets.add(provider.getApiKey());
			secrets.addAll(provider.getHeaders().values());
		});
		anthropic.ifAvailable((provider) -> {
			secrets.add(provider.getApiKey());
			secrets.addAll(provider.getHeaders().values());
		});
		connections.forEach((details) -> {
			secrets.add(details.getApiKey());
			secrets.addAll(details.getHeaders().values());
		});
		properties.ifAvailable((callbacks) -> callbacks.getClients().values().forEach((client) -> {
			secrets.add(client.getApiKey());
			secrets.addAll(client.getHeaders().values());
		}));
		secrets.removeIf(Objects::isNull);
		return secrets;
	}

}
