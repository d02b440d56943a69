package dev.llmcallbacks.autoconfigure;

import org.springframework.ai.chat.model.ChatModel;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

import dev.llmcallbacks.springai.SpringAiChatModel;

/**
 * Auto-configuration for a {@link dev.llmcallbacks.model.ChatModel} of the application's
 * single model of Spring AI, where no provider is configured.
 */
@AutoConfiguration(after = LlmChatModelAutoConfiguration.class, before = LlmChatClientAutoConfiguration.class,
		afterName = { "org.springframework.ai.model.anthropic.autoconfigure.AnthropicChatAutoConfiguration",
				"org.springframework.ai.model.bedrock.converse.autoconfigure.BedrockConverseProxyChatAutoConfiguration",
				"org.springframework.ai.model.deepseek.autoconfigure.DeepSeekChatAutoConfiguration",
				"org.springframework.ai.model.google.genai.autoconfigure.chat.GoogleGenAiChatAutoConfiguration",
				"org.springframework.ai.model.mistralai.autoconfigure.MistralAiChatAutoConfiguration",
				"org.springframework.ai.model.ollama.autoconfigure.OllamaChatAutoConfiguration",
				"org.springframework.ai.model.openai.autoconfigure.OpenAiChatAutoConfiguration" })
@ConditionalOnClass(name = "org.springframework.ai.chat.client.ChatClient")
@ConditionalOnBooleanProperty(name = "callbacks.spring-ai.enabled", matchIfMissing = true)
public final class SpringAiChatModelAutoConfiguration {

	@Bean
	@ConditionalOnSingleCandidate(ChatModel.class)
	@ConditionalOnMissingBean(dev.llmcallbacks.model.ChatModel.class)
	SpringAiChatModel llmCallbacksSpringAiChatModel(ChatModel chatModel) {
		return new SpringAiChatModel(chatModel);
	}

}
