package dev.llmcallbacks.sample.program;

import java.time.Duration;
import java.util.List;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/**
 * The joke program on a client of Spring AI, in the profile {@code spring-ai}: the same
 * two handlers receive the same events of it.
 */
@Configuration(proxyBeanMethods = false)
@Profile("spring-ai")
class SpringAiJokeProgram {

	private static final Duration TIMEOUT = Duration.ofMinutes(2);

	@Bean
	ChatClient springAiChatClient(@Value("${callbacks.openai.base-url:https://api.openai.com/v1}") String baseUrl,
			@Value("${callbacks.openai.api-key}") String apiKey, @Value("${sample.models.openai}") String model) {
		return ChatClient.create(OpenAiChatModel.builder()
			.options(OpenAiChatOptions.builder().baseUrl(baseUrl).apiKey(apiKey).model(model).maxTokens(25).build())
			.build());
	}

	@Bean
	ApplicationRunner springAiJoke(ChatClient springAiChatClient) {
		return JokeHandlers.printing(() -> {
			List<String> tokens = springAiChatClient.prompt("Tell me a joke")
				.stream()
				.content()
				.collectList()
				.blockOptional(TIMEOUT)
				.orElseThrow();
			return String.join("", tokens);
		});
	}

}
