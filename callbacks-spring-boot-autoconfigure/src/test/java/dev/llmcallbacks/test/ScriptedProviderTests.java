package dev.llmcallbacks.test;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.client.RetryPolicy;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.model.AuthenticationException;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.ConnectionFailedException;
import dev.llmcallbacks.model.ContentFilteredException;
import dev.llmcallbacks.model.InvalidRequestException;
import dev.llmcallbacks.model.ModelNotFoundException;
import dev.llmcallbacks.model.OverloadedException;
import dev.llmcallbacks.model.PermissionDeniedException;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.model.RateLimitedException;
import dev.llmcallbacks.model.ServerErrorException;
import dev.llmcallbacks.model.StreamTruncatedException;
import dev.llmcallbacks.provider.anthropic.AnthropicChatModel;
import dev.llmcallbacks.provider.openai.OpenAiApi;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;
import dev.llmcallbacks.run.Outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ScriptedProvider}, with the library's own clients.
 */
class ScriptedProviderTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final ProviderError ERROR = new ProviderError("scripted", null, null, null, "words of the test",
			null, Duration.ofSeconds(2));

	private final ScriptedChatModel model = new ScriptedChatModel();

	private final ScriptedProvider provider = ScriptedProvider.start(this.model);

	@AfterEach
	void stop() {
		this.provider.close();
	}

	@ParameterizedTest
	@EnumSource
	void shouldStreamTheAnswer(Client client) {
		this.model.answer(ScriptedAnswer.reasoning("Let me ", "think.")
			.then(ScriptedAnswer.tokens("Why ", "not?"))
			.withUsage(new TokenUsage(7, 4, 11, 2, 0, 0)));
		LlmResult result = client.of(this.provider).prompt("Tell me a joke").result().block(TIMEOUT);
		assertThat(result).isNotNull();
		assertThat(result.text()).isEqualTo("Why not?");
		ChatGeneration generation = result.generations().get(0).get(0);
		assertThat(generation.message().reasoning()).isEqualTo("Let me think.");
		assertThat(generation.finishReason()).isEqualTo(FinishReason.STOP);
		assertThat(result.llmOutput().modelName()).isEqualTo("m");
		assertThat(result.llmOutput().tokenUsage().input()).isEqualTo(7);
		assertThat(result.llmOutput().tokenUsage().output()).isEqualTo(4);
		assertThat(result.llmOutput().tokenUsage().cacheRead()).isEqualTo(2);
		Awaitility.await().until(() -> this.model.calls().get(0).outcome() == Outcome.COMPLETED);
	}

	@ParameterizedTest
	@EnumSource
	void shouldAnswerAsAWhole(Client client) {
		this.model.answer(ScriptedAnswer.tokens("Why ", "not?"));
		LlmResult result = client.of(this.provider).prompt("Tell me a joke").streaming(false).result().block(TIMEOUT);
		assertThat(result).isNotNull();
		assertThat(result.text()).isEqualTo("Why not?");
		assertThat(result.llmOutput().tokenUsage().input()).isEqualTo(4);
		assertThat(result.llmOutput().tokenUsage().output()).isEqualTo(2);
	}

	@ParameterizedTest
	@EnumSource
	void shouldCutOffWhatIsTooLong(Client client) {
		this.model.answer(ScriptedAnswer.tokens("a", "b", "c"));
		LlmResult result = client.of(this.provider).prompt("Hi").maxTokens(2).result().block(TIMEOUT);
		assertThat(result).isNotNull();
		assertThat(result.text()).isEqualTo("ab");
		assertThat(result.generations().get(0).get(0).finishReason()).isEqualTo(FinishReason.LENGTH);
	}

	@ParameterizedTest
	@EnumSource
	void shouldReadTheConversationAndRequestTools(Client client) {
		ToolCall call = new ToolCall("call_1", "ferry", "{\"to\":\"island\"}");
		this.model.answerAlways(ScriptedAnswer.toolCalls(call, new ToolCall("call_2", "ferry", "{}")));
		List<ChatMessage> messages = List.of(new SystemMessage("Be brief."), new HumanMessage("When?"),
				new AiMessage("", List.of(call)), new ToolMessage("call_1", "At ten."));
		ChatRequest request = new ChatRequest(messages, client.options(),
				List.of(new ToolDefinition("ferry", "Finds ferries", "{\"type\":\"object\"}")));
		for (boolean whole : new boolean[] { true, false }) {
			ChatModel asked = client.model(this.provider);
			AiMessage answer = whole
					? asked.call(request).map((response) -> response.generations().get(0).message()).block(TIMEOUT)
					: client.of(asked)
						.prompt(messages)
						.tools(request.tools())
						.result()
						.map((result) -> result.generations().get(0).get(0).message())
						.block(TIMEOUT);
			assertThat(answer).isNotNull();
			assertThat(answer.toolCalls()).extracting(ToolCall::id).containsExactly("call_1", "call_2");
			assertThat(answer.toolCalls()).extracting(ToolCall::arguments).containsExactly("{\"to\":\"island\"}", "{}");
		}
		assertThat(this.model.requests()).allSatisfy((read) -> {
			assertThat(read.messages()).extracting(ChatMessage::text)
				.containsExactly("Be brief.", "When?", "", "At ten.");
			assertThat(read.messages().get(2)).isInstanceOfSatisfying(AiMessage.class,
					(message) -> assertThat(message.toolCalls()).singleElement()
						.matches((made) -> made.id().equals("call_1") && made.name().equals("ferry")
								&& made.arguments().equals("{\"to\":\"island\"}")));
			assertThat(read.messages().get(3)).isEqualTo(new ToolMessage("call_1", "At ten."));
			assertThat(read.tools()).singleElement()
				.isEqualTo(new ToolDefinition("ferry", "Finds ferries", "{\"type\":\"object\"}"));
			assertThat(read.options().model()).isEqualTo("m");
		});
	}

	static Stream<Arguments> failures() {
		return Stream
			.of(new AuthenticationException("x", ERROR, null), new PermissionDeniedException("x", ERROR, null),
					new ModelNotFoundException("x", ERROR, null), new RateLimitedException("x", ERROR, null),
					new OverloadedException("x", ERROR, null), new ContentFilteredException("x", ERROR, null),
					new InvalidRequestException("x", ERROR, null), new ServerErrorException("x", ERROR, null))
			.flatMap((failure) -> Stream.of(Client.values()).map((client) -> Arguments.of(client, failure)));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void shouldFailAsTheProviderDoes(Client client, ChatModelException failure) {
		this.model.answer(ScriptedAnswer.failure(failure),
				ScriptedAnswer.tokens("a").then(ScriptedAnswer.failure(failure)));
		for (boolean begun : new boolean[] { false, true }) {
			assertThatExceptionOfType(failure.getClass())
				.isThrownBy(() -> client.of(this.provider).prompt("Hi").result().block(TIMEOUT))
				.withMessageContaining("words of the test")
				.satisfies((thrown) -> assertThat(thrown.getProviderError().retryAfter())
					.isEqualTo(begun ? null : Duration.ofSeconds(2)));
		}
	}

	@ParameterizedTest
	@EnumSource
	void shouldCloseTheConnectionWhenTheModelFailsOtherwise(Client client) {
		this.model.answer(ScriptedAnswer.failure(new IOException("broken")),
				ScriptedAnswer.tokens("a").then(ScriptedAnswer.failure(new IOException("broken"))));
		assertThatExceptionOfType(ConnectionFailedException.class)
			.isThrownBy(() -> client.of(this.provider).prompt("Hi").result().block(TIMEOUT));
		assertThatExceptionOfType(StreamTruncatedException.class)
			.isThrownBy(() -> client.of(this.provider).prompt("Hi").result().block(TIMEOUT));
	}

	@Test
	void shouldSayThatNothingIsScripted() {
		assertThatExceptionOfType(ServerErrorException.class)
			.isThrownBy(() -> Client.OPENAI.of(this.provider).prompt("Hi").result().block(TIMEOUT))
			.withMessageContaining("No answer is scripted");
	}

	@ParameterizedTest
	@EnumSource
	void shouldCancelTheModelWhenTheClientDisconnects(Client client) {
		this.model.answer(ScriptedAnswer.tokens("a").then(ScriptedAnswer.silence()));
		Disposable reader = client.of(this.provider).prompt("Hi").content().subscribe();
		Awaitility.await().until(() -> this.provider.openStreams() == 1);
		reader.dispose();
		Awaitility.await().until(() -> this.model.calls().get(0).outcome() == Outcome.CANCELLED);
		Awaitility.await().until(() -> this.provider.openStreams() == 0);
	}

	enum Client {

		OPENAI {
			@Override
			ChatModel model(ScriptedProvider provider) {
				return OpenAiChatModel.builder()
					.webClientBuilder(WebClient.builder())
					.baseUrl(provider.openAiBaseUrl())
					.apiKey("key")
					.build();
			}
		},

		RESPONSES {
			@Override
			ChatModel model(ScriptedProvider provider) {
				return OpenAiChatModel.builder()
					.webClientBuilder(WebClient.builder())
					.api(OpenAiApi.RESPONSES)
					.baseUrl(provider.openAiBaseUrl())
					.apiKey("key")
					.build();
			}
		},

		ANTHROPIC {
			@Override
			ChatModel model(ScriptedProvider provider) {
				return AnthropicChatModel.builder()
					.webClientBuilder(WebClient.builder())
					.baseUrl(provider.anthropicBaseUrl())
					.apiKey("key")
					.build();
			}
		};

		abstract ChatModel model(ScriptedProvider provider);

		ChatOptions options() {
			return ChatOptions.builder().model("m").maxTokens(100).build();
		}

		ChatClient of(ScriptedProvider provider) {
			return of(model(provider));
		}

		ChatClient of(ChatModel model) {
			return ChatClient.builder(model)
				.defaultOptions(options())
				.retryPolicy(new RetryPolicy(1, Duration.ofMillis(1), Duration.ofMillis(1)))
				.build();
		}

	}

}
