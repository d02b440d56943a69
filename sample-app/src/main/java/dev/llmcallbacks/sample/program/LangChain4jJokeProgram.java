package dev.llmcallbacks.sample.program;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/**
 * The joke program on a client of LangChain4j, in the profile {@code langchain4j}: the
 * same two handlers receive the same events of it.
 */
@Configuration(proxyBeanMethods = false)
@Profile("langchain4j")
class LangChain4jJokeProgram {

	private static final Duration TIMEOUT = Duration.ofMinutes(2);

	@Bean
	StreamingChatModel streamingChatModel(
			@Value("${callbacks.openai.base-url:https://api.openai.com/v1}") String baseUrl,
			@Value("${callbacks.openai.api-key}") String apiKey, @Value("${sample.models.openai}") String model) {
		return OpenAiStreamingChatModel.builder()
			.baseUrl(baseUrl)
			.apiKey(apiKey)
			.modelName(model)
			.maxTokens(25)
			.build();
	}

	@Bean
	ApplicationRunner langChain4jJoke(StreamingChatModel streamingChatModel) {
		return JokeHandlers.printing(() -> {
			CompletableFuture<ChatResponse> response = new CompletableFuture<>();
			streamingChatModel.chat("Tell me a joke", new StreamingChatResponseHandler() {

				@Override
				public void onCompleteResponse(ChatResponse completeResponse) {
					response.complete(completeResponse);
				}

				@Override
				public void onError(Throwable error) {
					response.completeExceptionally(error);
				}

			});
			return response.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS).aiMessage().text();
		});
	}

}
