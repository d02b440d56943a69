package dev.llmcallbacks.springai;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.ResponseFormat;
import dev.llmcallbacks.message.Thinking;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolChoice;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.model.AuthenticationException;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.ConnectionFailedException;
import dev.llmcallbacks.model.InvalidRequestException;
import dev.llmcallbacks.model.ModelNotFoundException;
import dev.llmcallbacks.model.OverloadedException;
import dev.llmcallbacks.model.PermissionDeniedException;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.model.RateLimitedException;
import dev.llmcallbacks.model.ServerErrorException;
import dev.llmcallbacks.model.UnreadableResponseException;
import dev.llmcallbacks.model.UnsupportedMediaException;
import dev.llmcallbacks.model.UnsupportedOptionException;
import dev.llmcallbacks.provider.AnswerAssembler;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.test.ScriptedProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link SpringAiChatModel}: real models of Spring AI as models of this
 * library.
 */
class SpringAiChatModelTests {

	private static final Duration ADVISED = Duration.ofSeconds(7);

	private static final ProviderError ERROR = new ProviderError("test", null, null, null, "words of the test", null,
			ADVISED);

	private static final Media IMAGE = Media.of("image/png", new byte[] { 1, 2, 3 });

	private static final Media PDF = Media.of("application/pdf", new byte[] { 4, 5, 6 });

	private static final ToolDefinition FERRY = new ToolDefinition("ferry", "Finds ferries", """
			{"type":"object","properties":{"to":{"type":"string"}},"required":["to"]}""");

	private static final Map<String, Object> SCHEMA = Map.of("type", "object", "properties",
			Map.of("city", Map.of("type", "string")), "required", List.of("city"), "additionalProperties", false);

	private static final String THINKING = """
			event: message_start
			data: {"type":"message_start","message":{"id":"m1","type":"message","role":"assistant",\
			"model":"claude-test","content":[],"stop_reason":null,"stop_sequence":null,\
			"usage":{"input_tokens":3,"output_tokens":1}}}

			event: content_block_start
			data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"",\
			"signature":""}}

			event: content_block_delta
			data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Cats purr."}}

			event: content_block_delta
			data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2lnbmVk"}}

			event: content_block_stop
			data: {"type":"content_block_stop","index":0}

			event: content_block_start
			data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

			event: content_block_delta
			data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"A cat."}}

			event: content_block_stop
			data: {"type":"content_block_stop","index":1}

			event: message_delta
			data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},\
			"usage":{"input_tokens":3,"output_tokens":5}}

			event: message_stop
			data: {"type":"message_stop"}

			""";

	private final ScriptedChatModel script = new ScriptedChatModel();

	private final ScriptedProvider server = ScriptedProvider.start(this.script);

	@AfterEach
	void stop() {
		this.server.close();
	}

	private static ChatResponse answer(SpringAiApplications kind, SpringAiChatModel model, ChatRequest request) {
		return kind.isStreaming() ? model.stream(request)
			.collect(AnswerAssembler::new, AnswerAssembler::add)
			.map(AnswerAssembler::toResponse)
			.block(SpringAiApplications.TIMEOUT) : model.call(request).block(SpringAiApplications.TIMEOUT);
	}

	private ChatResponse answer(SpringAiApplications kind, ChatRequest request) {
		return answer(kind, new SpringAiChatModel(kind.model(this.server)), request);
	}

	private static ChatRequest ask(ChatOptions options, ChatMessage... messages) {
		return new ChatRequest(List.of(messages), options, List.of());
	}

	private static ChatRequest hello() {
		return ask(ChatOptions.NONE, new HumanMessage("Hi"));
	}

	static Stream<Arguments> failures() {
		return Stream
			.of(Arguments.of(new AuthenticationException("", ERROR, null), AuthenticationException.class, 401),
					Arguments.of(new PermissionDeniedException("", ERROR, null), PermissionDeniedException.class, 403),
					Arguments.of(new ModelNotFoundException("", ERROR, null), ModelNotFoundException.class, 404),
					Arguments.of(new RateLimitedException("", ERROR, null), RateLimitedException.class, 429),
					Arguments.of(new ServerErrorException("", ERROR, null), ServerErrorException.class, 500),
					Arguments.of(new InvalidRequestException("", ERROR, null), InvalidRequestException.class, 400))
			.flatMap((arguments) -> Stream.of(SpringAiApplications.values())
				.map((kind) -> Arguments.of(kind, arguments.get()[0], arguments.get()[1], arguments.get()[2])));
	}

	@ParameterizedTest
	@MethodSource("failures")
	@DisplayName("G38 an error of the provider has its type, its status and the advised wait")
	void shouldTranslateErrors(SpringAiApplications kind, ChatModelException scripted,
			Class<? extends ChatModelException> expected, int status) {
		this.script.answer(ScriptedAnswer.failure(scripted));
		assertThatExceptionOfType(expected).isThrownBy(() -> answer(kind, hello()))
			.withMessageContaining(kind.provider())
			.withMessageContaining("words of the test")
			.satisfies((ex) -> {
				assertThat(ex.getProviderError().status()).isEqualTo(status);
				assertThat(ex.getProviderError().message()).isEqualTo("words of the test");
				assertThat(ex.getProviderError().retryAfter()).isEqualTo(ADVISED);
				assertThat(ex.getCause()).isNotNull();
			});
	}

	@ParameterizedTest
	@EnumSource(names = { "OPENAI_STREAMED", "ANTHROPIC_STREAMED" })
	@DisplayName("G38 an error inside a stream comes after what has arrived, with its type")
	void shouldTranslateAnErrorInsideTheStream(SpringAiApplications kind) {
		this.script.answer(
				ScriptedAnswer.tokens("Why ").then(ScriptedAnswer.failure(new OverloadedException("", ERROR, null))));
		StringBuilder text = new StringBuilder();
		SpringAiChatModel model = new SpringAiChatModel(kind.model(this.server));
		assertThatExceptionOfType(OverloadedException.class)
			.isThrownBy(() -> model.stream(hello())
				.doOnNext((chunk) -> text.append(chunk.text()))
				.blockLast(SpringAiApplications.TIMEOUT))
			.withMessageContaining("words of the test");
		assertThat(text).hasToString("Why ");
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 a server that cannot be reached is a failed connection")
	void shouldTranslateAFailedConnection(SpringAiApplications kind) throws IOException {
		try (Socket bound = new Socket()) {
			// keeps the port from others, and does not listen
			bound.bind(new InetSocketAddress(0));
			SpringAiChatModel model = new SpringAiChatModel(kind.model("http://localhost:" + bound.getLocalPort()));
			assertThatExceptionOfType(ConnectionFailedException.class).isThrownBy(() -> answer(kind, model, hello()));
		}
	}

	@Test
	void shouldFailWhenThereIsNoAnswer() {
		SpringAiChatModel model = new SpringAiChatModel(
				(prompt) -> new org.springframework.ai.chat.model.ChatResponse(List.of()));
		assertThatExceptionOfType(UnreadableResponseException.class)
			.isThrownBy(() -> model.call(hello()).block(SpringAiApplications.TIMEOUT));
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 images and documents are sent to the model")
	void shouldSendMedia(SpringAiApplications kind) {
		this.script.answer(ScriptedAnswer.text("A cat."));
		answer(kind, ask(ChatOptions.NONE, new HumanMessage("What is it?", List.of(IMAGE, PDF))));
		List<Media> sent = this.script.requests().get(0).messages().get(0).media();
		assertThat(sent).extracting(Media::essence).containsExactly("image/png", "application/pdf");
		assertThat(sent).extracting(Media::data).containsExactly(IMAGE.data(), PDF.data());
		assertThat(this.script.requests().get(0).messages().get(0).text()).isEqualTo("What is it?");
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 an image is sent by its URL")
	void shouldSendAnImageByUrl(SpringAiApplications kind) {
		this.script.answer(ScriptedAnswer.text("A cat."));
		URI url = URI.create("https://example.com/cat.png");
		answer(kind, ask(ChatOptions.NONE, new HumanMessage("What is it?", List.of(Media.of("image/png", url)))));
		assertThat(this.script.requests().get(0).messages().get(0).media()).extracting(Media::uri).containsExactly(url);
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 a file that the model would not send is refused before the request")
	void shouldRefuseMediaBeforeTheRequest(SpringAiApplications kind) {
		Media video = Media.of("video/mp4", new byte[] { 7 });
		assertThatExceptionOfType(UnsupportedMediaException.class)
			.isThrownBy(() -> answer(kind, ask(ChatOptions.NONE, new HumanMessage("What is it?", List.of(video)))));
		assertThatExceptionOfType(UnsupportedMediaException.class).isThrownBy(() -> answer(kind,
				ask(ChatOptions.NONE, new AiMessage("", List.of(new ToolCall("call-1", "ferry", "{}"))),
						new ToolMessage("call-1", "", List.of(IMAGE)))));
		assertThatExceptionOfType(UnsupportedMediaException.class).isThrownBy(
				() -> answer(kind, ask(ChatOptions.NONE, new HumanMessage("And?", List.of(IMAGE.withoutData())))));
		assertThat(this.script.requests()).isEmpty();
	}

	private static JsonNode sent(SpringAiApplications kind, ChatRequest request) throws IOException {
		try (RecordingServer recorder = RecordingServer.refusing()) {
			SpringAiChatModel model = new SpringAiChatModel(kind.model(recorder.url()));
			Throwable thrown = catchThrowable(() -> answer(kind, model, request));
			assertThat(recorder.size()).as("%s", thrown).isEqualTo(1);
			return recorder.last();
		}
	}

	@Test
	@DisplayName("G38 every option that Spring AI has for OpenAI is sent")
	void shouldSendTheOptionsOfOpenAi() throws IOException {
		ChatOptions options = ChatOptions.builder()
			.seed(7L)
			.topP(0.9)
			.toolChoice(ToolChoice.tool("ferry"))
			.parallelToolCalls(false)
			.strictTools(true)
			.reasoningEffort("low")
			.promptCacheKey("key-1")
			.responseFormat(ResponseFormat.jsonSchema("place", SCHEMA))
			.extraBody(Map.of("verbosity", "low"))
			.build();
		JsonNode body = sent(SpringAiApplications.OPENAI_WHOLE,
				new ChatRequest(List.of(new HumanMessage("Hi")), options, List.of(FERRY)));
		assertThat(body.path("seed").asInt()).isEqualTo(7);
		assertThat(body.path("top_p").asDouble()).isEqualTo(0.9);
		assertThat(body.path("tool_choice").path("function").path("name").asString()).isEqualTo("ferry");
		assertThat(body.path("parallel_tool_calls").asBoolean(true)).isFalse();
		assertThat(body.path("tools").path(0).path("function").path("strict").asBoolean()).isTrue();
		assertThat(body.path("reasoning_effort").asString()).isEqualTo("low");
		assertThat(body.path("prompt_cache_key").asString()).isEqualTo("key-1");
		assertThat(body.path("response_format").path("json_schema").path("schema").path("properties").has("city"))
			.isTrue();
		assertThat(body.path("verbosity").asString()).isEqualTo("low");
	}

	@Test
	void shouldSendTheFormatOfAnyJsonToOpenAi() throws IOException {
		ChatOptions options = ChatOptions.builder().responseFormat(ResponseFormat.json()).build();
		assertThat(sent(SpringAiApplications.OPENAI_WHOLE, ask(options, new HumanMessage("Hi"))).path("response_format")
			.path("type")
			.asString()).isEqualTo("json_object");
	}

	@Test
	@DisplayName("G38 every option that Spring AI has for Anthropic is sent")
	void shouldSendTheOptionsOfAnthropic() throws IOException {
		ChatOptions options = ChatOptions.builder()
			.maxTokens(5000)
			.toolChoice(ToolChoice.tool("ferry"))
			.parallelToolCalls(false)
			.thinking(Thinking.budget(2000))
			.showReasoning(true)
			.reasoningEffort("low")
			.promptCacheTtl(Duration.ofHours(1))
			.responseFormat(ResponseFormat.jsonSchema("place", SCHEMA))
			.build();
		JsonNode body = sent(SpringAiApplications.ANTHROPIC_WHOLE,
				new ChatRequest(List.of(new HumanMessage("Hi")), options, List.of(FERRY)));
		assertThat(body.path("tool_choice").path("name").asString()).isEqualTo("ferry");
		assertThat(body.path("tool_choice").path("disable_parallel_tool_use").asBoolean()).isTrue();
		assertThat(body.path("thinking").path("type").asString()).isEqualTo("enabled");
		assertThat(body.path("thinking").path("budget_tokens").asInt()).isEqualTo(2000);
		assertThat(body.path("thinking").path("display").asString()).isEqualTo("summarized");
		assertThat(body.path("output_config").path("effort").asString()).isEqualTo("low");
		assertThat(body.path("output_config").path("format").path("schema").path("properties").has("city")).isTrue();
		assertThat(body.toString()).contains("\"ttl\":\"1h\"");
	}

	static Stream<Arguments> unsupported() {
		return Stream.of(
				Arguments.of(SpringAiApplications.OPENAI_WHOLE, "thinking",
						ChatOptions.builder().thinking(Thinking.adaptive())),
				Arguments.of(SpringAiApplications.OPENAI_WHOLE, "showReasoning",
						ChatOptions.builder().showReasoning(true)),
				Arguments.of(SpringAiApplications.OPENAI_WHOLE, "promptCacheTtl",
						ChatOptions.builder().promptCacheTtl(Duration.ofHours(1))),
				Arguments.of(SpringAiApplications.OPENAI_WHOLE, "seed", ChatOptions.builder().seed(1L << 40)),
				Arguments.of(SpringAiApplications.ANTHROPIC_STREAMED, "seed", ChatOptions.builder().seed(7L)),
				Arguments.of(SpringAiApplications.ANTHROPIC_STREAMED, "promptCacheKey",
						ChatOptions.builder().promptCacheKey("key-1")),
				Arguments.of(SpringAiApplications.ANTHROPIC_STREAMED, "strictTools",
						ChatOptions.builder().strictTools(true)),
				Arguments.of(SpringAiApplications.ANTHROPIC_STREAMED, "extraBody",
						ChatOptions.builder().extraBody(Map.of("a", 1))),
				Arguments.of(SpringAiApplications.ANTHROPIC_STREAMED, "responseFormat",
						ChatOptions.builder().responseFormat(ResponseFormat.json())),
				Arguments.of(SpringAiApplications.ANTHROPIC_STREAMED, "promptCacheTtl",
						ChatOptions.builder().promptCacheTtl(Duration.ofMinutes(7))));
	}

	@ParameterizedTest
	@MethodSource("unsupported")
	@DisplayName("G38 an option that the model does not have is refused before the request")
	void shouldRefuseOptionsBeforeTheRequest(SpringAiApplications kind, String option, ChatOptions.Builder options) {
		assertThatExceptionOfType(UnsupportedOptionException.class)
			.isThrownBy(() -> answer(kind, ask(options.build(), new HumanMessage("Hi"))))
			.satisfies((ex) -> assertThat(ex.getOption()).isEqualTo(option))
			.withMessageContaining("Spring AI's ");
		assertThat(this.script.requests()).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("further")
	@DisplayName("G38 an option that is not one of all models is refused for a model of which no more is known")
	void shouldRefuseOptionsOfOtherModels(String option, ChatOptions.Builder options) {
		SpringAiChatModel model = new SpringAiChatModel((prompt) -> {
			throw new AssertionError("The model was called");
		});
		assertThatExceptionOfType(UnsupportedOptionException.class)
			.isThrownBy(
					() -> model.call(ask(options.build(), new HumanMessage("Hi"))).block(SpringAiApplications.TIMEOUT))
			.satisfies((ex) -> assertThat(ex.getOption()).isEqualTo(option));
	}

	static Stream<Arguments> further() {
		return Stream.of(Arguments.of("seed", ChatOptions.builder().seed(7L)),
				Arguments.of("toolChoice", ChatOptions.builder().toolChoice(ToolChoice.REQUIRED)),
				Arguments.of("parallelToolCalls", ChatOptions.builder().parallelToolCalls(true)),
				Arguments.of("strictTools", ChatOptions.builder().strictTools(true)),
				Arguments.of("reasoningEffort", ChatOptions.builder().reasoningEffort("low")),
				Arguments.of("thinking", ChatOptions.builder().thinking(Thinking.adaptive())),
				Arguments.of("showReasoning", ChatOptions.builder().showReasoning(true)),
				Arguments.of("promptCacheKey", ChatOptions.builder().promptCacheKey("key-1")),
				Arguments.of("promptCacheTtl", ChatOptions.builder().promptCacheTtl(Duration.ofHours(1))),
				Arguments.of("responseFormat", ChatOptions.builder().responseFormat(ResponseFormat.json())),
				Arguments.of("extraBody", ChatOptions.builder().extraBody(Map.of("a", 1))));
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ANTHROPIC_STREAMED")
	@DisplayName("G34 G38 reasoning is part of the answer and goes back to the same provider only")
	void shouldSendReasoningBack(SpringAiApplications kind) throws IOException {
		this.script.answer(ScriptedAnswer.reasoning("Cats", " purr.").then(ScriptedAnswer.text("A cat.")));
		assertSentBack(kind, answer(kind, hello()));
	}

	@Test
	@DisplayName("G34 G38 Anthropic's signed thinking goes back as it came in a stream")
	void shouldSendSignedThinkingBack() throws IOException {
		try (RecordingServer claude = RecordingServer.streaming(THINKING)) {
			SpringAiChatModel model = new SpringAiChatModel(
					SpringAiApplications.ANTHROPIC_STREAMED.model(claude.url()));
			ChatResponse response = answer(SpringAiApplications.ANTHROPIC_STREAMED, model, hello());
			assertThat(assertSentBack(SpringAiApplications.ANTHROPIC_STREAMED, response))
				.contains("\"signature\":\"c2lnbmVk\"");
		}
	}

	private static String assertSentBack(SpringAiApplications kind, ChatResponse response) throws IOException {
		assertThat(response.generations()).hasSize(1);
		AiMessage answer = response.generations().get(0).message();
		assertThat(answer.text()).isEqualTo("A cat.");
		assertThat(answer.reasoning()).isEqualTo("Cats purr.");
		ChatRequest next = ask(ChatOptions.NONE, new HumanMessage("Hi"), answer, new HumanMessage("And?"));
		String sent = sent(kind, next).path("messages").path(1).toString();
		assertThat(sent).contains("Cats purr.");
		SpringAiApplications other = kind.isOpenAi() ? SpringAiApplications.ANTHROPIC_WHOLE
				: SpringAiApplications.OPENAI_WHOLE;
		assertThat(sent(other, next).path("messages").path(1).toString()).contains("A cat.").doesNotContain("purr");
		return sent;
	}

	@Test
	void shouldSendTheResultsOfARoundInOneMessage() throws IOException {
		JsonNode messages = sent(SpringAiApplications.ANTHROPIC_WHOLE,
				ask(ChatOptions.NONE, new HumanMessage("When?"),
						new AiMessage("",
								List.of(new ToolCall("call-1", "ferry", "{}"), new ToolCall("call-2", "ferry", "{}"))),
						new ToolMessage("call-1", "At ten."), new ToolMessage("call-2", "At noon."),
						new HumanMessage("Thanks.")))
			.path("messages");
		assertThat(messages).hasSize(4);
		assertThat(messages.path(2).path("content")).hasSize(2);
	}

	@Test
	void shouldRequestAgainWithEachSubscription() {
		SpringAiChatModel model = new SpringAiChatModel(new org.springframework.ai.chat.model.ChatModel() {

			@Override
			public org.springframework.ai.chat.model.ChatResponse call(Prompt prompt) {
				return new org.springframework.ai.chat.model.ChatResponse(
						List.of(new Generation(new AssistantMessage("Hi"))));
			}

			@Override
			public Flux<org.springframework.ai.chat.model.ChatResponse> stream(Prompt prompt) {
				return Flux.just(call(prompt));
			}

		});
		Flux<String> text = model.stream(hello()).map((chunk) -> chunk.text());
		assertThat(text.collectList().block(SpringAiApplications.TIMEOUT)).containsExactly("Hi");
		assertThat(text.collectList().block(SpringAiApplications.TIMEOUT)).containsExactly("Hi");
	}

}
