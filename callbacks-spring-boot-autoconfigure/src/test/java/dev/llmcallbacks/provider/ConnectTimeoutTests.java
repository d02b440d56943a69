package dev.llmcallbacks.provider;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import io.netty.channel.ConnectTimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.model.ConnectionFailedException;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what is said of a connection that takes too long.
 */
class ConnectTimeoutTests {

	@Test
	@DisplayName("G30 a connection that takes too long is an error that names its property, and a retry can help")
	void shouldNameThePropertyWhenAConnectionTakesTooLong() {
		WebClient.Builder webClient = WebClient.builder()
			.exchangeFunction((request) -> Mono.error(new WebClientRequestException(new ConnectTimeoutException("slow"),
					HttpMethod.POST, URI.create("http://localhost"), new HttpHeaders())));
		OpenAiChatModel model = OpenAiChatModel.builder()
			.webClientBuilder(webClient)
			.baseUrl("http://localhost")
			.build();
		List<ChatMessage> messages = List.of(new HumanMessage("Hi"));
		ChatRequest request = new ChatRequest(messages, ChatOptions.builder().model("m").build(), List.of());
		StepVerifier.create(model.stream(request)).expectErrorSatisfies((ex) -> {
			assertThat(ex).isInstanceOf(ConnectionFailedException.class)
				.hasMessageContaining("'callbacks.timeouts.connect'");
			assertThat(((ConnectionFailedException) ex).isRetryable()).isTrue();
		}).verify(Duration.ofSeconds(10));
	}

}
