package dev.llmcallbacks.autoconfigure;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.client.ClientRequest;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.provider.anthropic.AnthropicChatModel;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LlmConnectionDetails}.
 */
class ConnectionDetailsTests {

	private static final String KEY = "sk-secret-4711";

	private final Requests requests = new Requests();

	private final ApplicationContextRunner contextRunner = Applications.withoutModel()
		.withPropertyValues("callbacks.chat.model=m-1")
		.withBean(WebClientCustomizer.class, () -> this.requests);

	@Test
	@DisplayName("G32 a provider is configured when there are connection details")
	void shouldMakeAModelOfConnectionDetails() {
		this.contextRunner.withBean(OpenAiConnectionDetails.class, () -> new Details("http://localhost:1/v9", KEY))
			.run((context) -> {
				assertThat(context).hasSingleBean(OpenAiChatModel.class)
					.hasSingleBean(LlmConnectionDetails.class)
					.doesNotHaveBean(AnthropicChatModel.class);
				ClientRequest request = ask(context.getBean(ChatClient.class));
				assertThat(request.url()).hasToString("http://localhost:1/v9/chat/completions");
				assertThat(request.headers().getFirst(HttpHeaders.AUTHORIZATION)).isEqualTo("Bearer " + KEY);
			});
	}

	@Test
	void shouldPreferConnectionDetailsToProperties() {
		this.contextRunner.withBean(OpenAiConnectionDetails.class, () -> new Details("http://localhost:1", null))
			.withPropertyValues("callbacks.openai.api-key=" + KEY, "callbacks.openai.base-url=http://localhost:2")
			.run((context) -> {
				ClientRequest request = ask(context.getBean(ChatClient.class));
				assertThat(request.url()).hasToString("http://localhost:1/chat/completions");
				assertThat(request.headers().headerNames()).doesNotContain(HttpHeaders.AUTHORIZATION);
			});
	}

	@Test
	@DisplayName("S15 headers of properties are sent to the server of the properties only")
	void shouldNotSendHeadersOfPropertiesToAnotherServer() {
		this.contextRunner.withBean(OpenAiConnectionDetails.class, () -> new Details("http://localhost:1", null))
			.withPropertyValues("callbacks.openai.headers.api-key=" + KEY, "callbacks.openai.headers.X-Team=blue",
					"callbacks.clients.named.provider=openai", "callbacks.clients.named.model=m")
			.run((context) -> {
				assertThat(ask(context.getBean(ChatClient.class)).headers().headerNames()).doesNotContain("api-key",
						"X-Team");
				ask(context.getBean("llmCallbacksChatClient-named", ChatClient.class));
				assertThat(this.requests.made().get(1).headers().headerNames()).doesNotContain("api-key", "X-Team");
			});
	}

	@Test
	void shouldSendTheHeadersOfConnectionDetails() {
		OpenAiConnectionDetails details = new OpenAiConnectionDetails() {

			@Override
			public String getBaseUrl() {
				return "http://localhost:1";
			}

			@Override
			public Map<String, String> getHeaders() {
				return Map.of("X-Team", "red");
			}

		};
		this.contextRunner.withBean(OpenAiConnectionDetails.class, () -> details)
			.run((context) -> assertThat(ask(context.getBean(ChatClient.class)).headers().getFirst("X-Team"))
				.isEqualTo("red"));
	}

	@Test
	void shouldBackOffOneProviderAtATime() {
		this.contextRunner.withBean(OpenAiConnectionDetails.class, () -> new Details("http://localhost:1", null))
			.withPropertyValues("callbacks.anthropic.api-key=" + KEY, "callbacks.chat.provider=anthropic")
			.run((context) -> assertThat(context).hasSingleBean(OpenAiChatModel.class)
				.hasBean("llmCallbacksAnthropicConnectionDetails")
				.getBean("llmCallbacksChatModel")
				.isInstanceOf(AnthropicChatModel.class));
	}

	@Test
	@DisplayName("G32 what is wrong with connection details is said of them")
	void shouldNameTheConnectionDetails() {
		FailureAnalysis analysis = Applications.failure(this.contextRunner.withBean(OpenAiConnectionDetails.class,
				() -> new Details("https://api.openai.com/v1", null)));
		assertThat(analysis.getDescription()).contains("'OpenAiConnectionDetails.api-key' is not set");
	}

	private ClientRequest ask(ChatClient client) {
		client.prompt("Hello").text().onErrorComplete().block(Applications.TIMEOUT);
		return this.requests.made().get(0);
	}

	private record Details(String getBaseUrl, @Nullable String getApiKey) implements OpenAiConnectionDetails {

	}

}
