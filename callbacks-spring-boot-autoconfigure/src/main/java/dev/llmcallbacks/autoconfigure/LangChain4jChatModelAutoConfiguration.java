package dev.llmcallbacks.autoconfigure;

import dev.langchain4j.model.chat.StreamingChatModel;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

import dev.llmcallbacks.langchain4j.LangChain4jChatModel;
import dev.llmcallbacks.model.ChatModel;

/**
 * Auto-configuration for a {@link ChatModel} that calls LangChain4j's
 * {@link StreamingChatModel}, where there is one and no provider is configured.
 */
@AutoConfiguration(after = LlmChatModelAutoConfiguration.class, before = LlmChatClientAutoConfiguration.class,
		afterName = { "dev.llmcallbacks.autoconfigure.SpringAiChatModelAutoConfiguration",
				"dev.langchain4j.anthropic.spring.AnthropicAutoConfiguration",
				"dev.langchain4j.azure.openai.spring.AzureOpenAiAutoConfiguration",
				"dev.langchain4j.googleaigemini.spring.GoogleAiGeminiAutoConfiguration",
				"dev.langchain4j.mistralai.spring.MistralAiAutoConfiguration",
				"dev.langchain4j.model.githubmodels.spring.GitHubModelsAutoConfiguration",
				"dev.langchain4j.ollama.spring.OllamaAutoConfiguration",
				"dev.langchain4j.openai.spring.OpenAiAutoConfiguration",
				"dev.langchain4j.openaiofficial.spring.OpenAiOfficialAutoConfiguration",
				"dev.langchain4j.vertexai.gemini.spring.VertexAiGeminiAutoConfiguration" })
@ConditionalOnClass(StreamingChatModel.class)
@ConditionalOnBooleanProperty(name = "callbacks.langchain4j.enabled", matchIfMissing = true)
@EnableConfigurationProperties(LangChain4jProperties.class)
public final class LangChain4jChatModelAutoConfiguration {

	@Bean
	@ConditionalOnSingleCandidate(StreamingChatModel.class)
	@ConditionalOnMissingBean(ChatModel.class)
	LangChain4jChatModel llmCallbacksLangChain4jChatModel(StreamingChatModel streamingChatModel) {
		return new LangChain4jChatModel(streamingChatModel);
	}

}
