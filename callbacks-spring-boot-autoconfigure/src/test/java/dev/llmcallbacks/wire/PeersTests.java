package dev.llmcallbacks.wire;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.client.RetryPolicy;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.RateLimitedException;
import dev.llmcallbacks.model.ServerErrorException;
import dev.llmcallbacks.model.UnreadableResponseException;
import dev.llmcallbacks.provider.anthropic.AnthropicChatModel;
import dev.llmcallbacks.provider.openai.OpenAiApi;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;
import dev.llmcallbacks.test.EventRecorder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Talks to a server of all protocols that was made by others.
 */
class PeersTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static @Nullable AimockProcess peer;

	private final EventRecorder log = new EventRecorder();

	@BeforeAll
	static void start() throws IOException, InterruptedException {
		peer = AimockProcess.start();
	}

	@AfterAll
	static void stop() {
		if (peer != null) {
			peer.close();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "openai", "responses", "anthropic" })
	@DisplayName("G25 an answer of an independent server is read, streamed or not")
	void shouldReadAnswerOfPeer(String protocol) {
		for (boolean streaming : new boolean[] { true, false }) {
			LlmResult result = client(protocol, Map.of()).prompt("hello").streaming(streaming).result().block(TIMEOUT);
			assertThat(result.text()).isEqualTo("Grüße 🦅, how can I help you today?");
			assertThat(result.generations().get(0).get(0).finishReason()).isEqualTo(FinishReason.STOP);
		}
		assertThat(this.log.events(LlmEnd.class)).hasSize(2);
		assertThat(this.log.runs().get(0).text()).isEqualTo("Grüße 🦅, how can I help you today?");
	}

	@ParameterizedTest
	@ValueSource(strings = { "openai", "responses", "anthropic" })
	@DisplayName("G25 a tool call of an independent server is read")
	void shouldReadToolCallOfPeer(String protocol) {
		LlmResult result = client(protocol, Map.of()).prompt("weather").result().block(TIMEOUT);
		ChatGeneration generation = result.generations().get(0).get(0);
		assertThat(generation.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
		assertThat(generation.message().toolCalls()).singleElement().satisfies((call) -> {
			assertThat(call.name()).isEqualTo("weather");
			assertThat(call.parsedArguments()).isEqualTo(Map.of("city", "Köln"));
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "openai", "responses", "anthropic" })
	@DisplayName("G28 an independent server's faults are typed failures")
	void shouldFailWithTypedExceptionWhenPeerMakesTrouble(String protocol) {
		assertThat(failure(protocol, "drop")).isInstanceOf(ServerErrorException.class);
		assertThat(failure(protocol, "malformed")).isInstanceOf(UnreadableResponseException.class);
		assertThat(failure(protocol, "disconnect").isRetryable()).isTrue();
		ChatModelException limited = failure(protocol, "ratelimit");
		assertThat(limited).isInstanceOf(RateLimitedException.class);
		assertThat(limited.getProviderError().retryAfter()).isNotNull();
	}

	private ChatModelException failure(String protocol, String fault) {
		this.log.reset();
		client(protocol, Map.of("x-aimock-chaos-" + fault, "1")).prompt("hello")
			.stream()
			.onErrorComplete()
			.blockLast(TIMEOUT);
		assertThat(this.log.events(LlmError.class)).as(fault).hasSize(1);
		Throwable error = this.log.events(LlmError.class).get(0).error();
		assertThat(error).as(fault).isInstanceOf(ChatModelException.class);
		return (ChatModelException) error;
	}

	private ChatClient client(String protocol, Map<String, String> headers) {
		ChatModel model = !protocol.equals("anthropic")
				? OpenAiChatModel.builder()
					.api(protocol.equals("responses") ? OpenAiApi.RESPONSES : OpenAiApi.CHAT_COMPLETIONS)
					.baseUrl(peer.url() + "/v1")
					.apiKey("any")
					.headers(headers)
					.defaultOptions(ChatOptions.builder().model("gpt-4o").build())
					.build()
				: AnthropicChatModel.builder()
					.baseUrl(peer.url())
					.apiKey("any")
					.headers(headers)
					.defaultOptions(ChatOptions.builder().model("claude-sonnet-4-5").maxTokens(100).build())
					.build();
		return ChatClient.builder(model)
			.callbacks(this.log)
			.retryPolicy(new RetryPolicy(1, Duration.ZERO, Duration.ZERO))
			.build();
	}

}
