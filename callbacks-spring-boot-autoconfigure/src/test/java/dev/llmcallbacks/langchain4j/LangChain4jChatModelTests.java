package dev.llmcallbacks.langchain4j;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;

import dev.langchain4j.model.anthropic.AnthropicChatRequestParameters;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatRequestParameters;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.client.RetryPolicy;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.ResponseFormat;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.Thinking;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolChoice;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.model.AuthenticationException;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.ConnectionFailedException;
import dev.llmcallbacks.model.InvalidRequestException;
import dev.llmcallbacks.model.ModelNotFoundException;
import dev.llmcallbacks.model.OverloadedException;
import dev.llmcallbacks.model.PermissionDeniedException;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.model.RateLimitedException;
import dev.llmcallbacks.model.ServerErrorException;
import dev.llmcallbacks.model.StreamTruncatedException;
import dev.llmcallbacks.model.UnreadableResponseException;
import dev.llmcallbacks.model.UnsupportedMediaException;
import dev.llmcallbacks.model.UnsupportedOptionException;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.test.ScriptedProvider;
import dev.llmcallbacks.tool.Tool;
import dev.llmcallbacks.tool.Tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for {@link LangChain4jChatModel}, with LangChain4j's real clients.
 */
class LangChain4jChatModelTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final ProviderError ERROR = new ProviderError("scripted", null, null, null, "words of the test",
			null, null);

	private static final Map<String, Object> SCHEMA = Map.of("type", "object", "properties",
			Map.of("city", Map.of("type", "string")), "required", List.of("city"), "additionalProperties", false);

	private static final RetryPolicy ONCE = new RetryPolicy(1, Duration.ZERO, Duration.ZERO);

	private final ScriptedChatModel script = new ScriptedChatModel();

	private final ScriptedProvider server = ScriptedProvider.start(this.script);

	private final EventRecorder recorder = new EventRecorder(TIMEOUT);

	private final CallbackManager manager = CallbackManager.builder().handlers(this.recorder).build();

	@AfterEach
	void stop() {
		this.server.close();
	}

	private ChatModel model(Service service) {
		return new LangChain4jChatModel(service.streaming(this.server));
	}

	private ChatClient client(Service service) {
		return ChatClient.builder(model(service)).callbackManager(this.manager).retryPolicy(ONCE).build();
	}

	@ParameterizedTest
	@EnumSource
	void shouldStreamText(Service service) {
		this.script.answer(ScriptedAnswer.reasoning("Let me ", "think.")
			.then(ScriptedAnswer.tokens("Why ", "not?"))
			.withUsage(new TokenUsage(7, 4, 11, 2, 0, 1)));
		LlmResult result = client(service).prompt("Tell me a joke").result().block(TIMEOUT);
		assertThat(result).isNotNull();
		ChatGeneration generation = result.generations().get(0).get(0);
		assertThat(generation.text()).isEqualTo("Why not?");
		assertThat(generation.message().reasoning()).isEqualTo("Let me think.");
		assertThat(generation.finishReason()).isEqualTo(FinishReason.STOP);
		assertThat(result.llmOutput().modelName()).isEqualTo(service.model());
		assertThat(result.llmOutput().id()).isNotEmpty();
		assertThat(result.llmOutput().tokenUsage())
			.isEqualTo(new TokenUsage(7, 4, 11, 2, 0, (service == Service.OPENAI) ? 1 : 0));
		assertThat(this.recorder.await().get(0).tokens()).containsExactly("", "", "Why ", "not?");
		this.recorder.assertThat().run().endedWith(Outcome.COMPLETED);
	}

	@ParameterizedTest
	@EnumSource
	void shouldStreamWhatIsCalledAsAWhole(Service service) {
		this.script.answer(ScriptedAnswer.tokens("Why ", "not?").withUsage(7, 2));
		LlmResult result = client(service).prompt("Tell me a joke").streaming(false).result().block(TIMEOUT);
		assertThat(result).isNotNull();
		assertThat(result.text()).isEqualTo("Why not?");
		assertThat(result.llmOutput().tokenUsage()).isEqualTo(new TokenUsage(7, 2, 9, 0, 0, 0));
	}

	@ParameterizedTest
	@EnumSource
	void shouldSendConversationToolsAndOptions(Service service) {
		this.script.answer("Ten.");
		ToolCall call = new ToolCall("call_1", "ferry", "{\"to\":\"island\"}");
		ToolDefinition ferry = new ToolDefinition("ferry", "Finds ferries", """
				{"type":"object","properties":{"to":{"type":"string","description":"Where to"}},"required":["to"]}""");
		ToolDefinition bus = new ToolDefinition("bus", "Finds busses", "{\"type\":\"object\"}");
		ChatOptions options = ChatOptions.builder()
			.model(service.model() + "-2")
			.maxTokens(25)
			.temperature(0.5)
			.toolChoice(ToolChoice.tool("ferry"))
			.build();
		model(service)
			.stream(new ChatRequest(List.of(new SystemMessage("Be brief."), new HumanMessage("When?"),
					new AiMessage("", List.of(call)), new ToolMessage("call_1", "At ten.", true)), options,
					List.of(ferry, bus)))
			.blockLast(TIMEOUT);
		ChatRequest sent = this.script.requests().get(0);
		assertThat(sent.messages()).extracting(Object::getClass)
			.containsExactly(SystemMessage.class, HumanMessage.class, AiMessage.class, ToolMessage.class);
		assertThat(((AiMessage) sent.messages().get(2)).toolCalls()).extracting(ToolCall::id).containsExactly("call_1");
		assertThat(((ToolMessage) sent.messages().get(3)).toolCallId()).isEqualTo("call_1");
		assertThat(sent.options().model()).isEqualTo(service.model() + "-2");
		assertThat(sent.options().maxTokens()).isEqualTo(25);
		assertThat(sent.options().temperature()).isEqualTo(0.5);
		assertThat(sent.options().toolChoice()).isEqualTo(ToolChoice.REQUIRED);
		assertThat(sent.tools()).singleElement().satisfies((tool) -> {
			assertThat(tool.name()).isEqualTo("ferry");
			assertThat(tool.description()).isEqualTo("Finds ferries");
			assertThat(tool.inputSchema()).contains("\"Where to\"").contains("\"required\":[\"to\"]");
		});
	}

	@Test
	void shouldSendSeedAndFurtherFieldsToModelsOfOpenAi() {
		AtomicReference<ChatRequestParameters> sent = new AtomicReference<>();
		ChatModel model = new LangChain4jChatModel(new OpenAiStreamingChatModel(
				OpenAiStreamingChatModel.builder().apiKey("key").modelName("gpt-scripted")) {

			@Override
			public void doChat(dev.langchain4j.model.chat.request.ChatRequest request,
					StreamingChatResponseHandler handler) {
				sent.set(request.parameters());
				handler.onError(new IllegalStateException("enough"));
			}

		});
		ChatOptions options = ChatOptions.builder()
			.seed(7L)
			.stopSequences(List.of("END"))
			.topP(0.9)
			.extraBody(Map.of("user", "alice"))
			.parallelToolCalls(false)
			.reasoningEffort("low")
			.promptCacheKey("key-1")
			.responseFormat(ResponseFormat.jsonSchema("place", SCHEMA))
			.build();
		catchThrowable(() -> model.stream(new ChatRequest(List.of(new HumanMessage("Hi")), options, List.of()))
			.blockLast(TIMEOUT));
		assertThat(sent.get()).isInstanceOfSatisfying(OpenAiChatRequestParameters.class, (parameters) -> {
			assertThat(parameters.seed()).isEqualTo(7);
			assertThat(parameters.customParameters()).containsEntry("user", "alice")
				.containsEntry("prompt_cache_key", "key-1");
			assertThat(parameters.parallelToolCalls()).isFalse();
			assertThat(parameters.reasoningEffort()).isEqualTo("low");
			assertThat(parameters.responseFormat().jsonSchema().name()).isEqualTo("place");
			assertThat(parameters.modelName()).isEqualTo("gpt-scripted");
			assertThat(parameters.stopSequences()).containsExactly("END");
			assertThat(parameters.topP()).isEqualTo(0.9);
		});
	}

	@Test
	void shouldSendTheOptionsOfAnthropic() {
		AtomicReference<ChatRequestParameters> sent = new AtomicReference<>();
		ChatModel model = new LangChain4jChatModel(new AnthropicStreamingChatModel(
				AnthropicStreamingChatModel.builder().apiKey("key").modelName("claude-scripted")) {

			@Override
			public void doChat(dev.langchain4j.model.chat.request.ChatRequest request,
					StreamingChatResponseHandler handler) {
				sent.set(request.parameters());
				handler.onError(new IllegalStateException("enough"));
			}

		});
		ChatOptions options = ChatOptions.builder()
			.thinking(Thinking.budget(2000))
			.showReasoning(true)
			.parallelToolCalls(false)
			.responseFormat(ResponseFormat.jsonSchema("place", SCHEMA))
			.build();
		catchThrowable(() -> model.stream(new ChatRequest(List.of(new HumanMessage("Hi")), options, List.of()))
			.blockLast(TIMEOUT));
		assertThat(sent.get()).isInstanceOfSatisfying(AnthropicChatRequestParameters.class, (parameters) -> {
			assertThat(parameters.thinkingType()).isEqualTo("enabled");
			assertThat(parameters.thinkingBudgetTokens()).isEqualTo(2000);
			assertThat(parameters.returnThinking()).isTrue();
			assertThat(parameters.disableParallelToolUse()).isTrue();
			assertThat(parameters.responseFormat().jsonSchema().name()).isEqualTo("place");
			assertThat(parameters.modelName()).isEqualTo("claude-scripted");
		});
	}

	@ParameterizedTest
	@EnumSource
	void shouldSendAResponseFormat(Service service) {
		this.script.answer(ScriptedAnswer.text("{\"city\":\"Rome\"}"));
		ChatOptions options = ChatOptions.builder().responseFormat(ResponseFormat.jsonSchema("place", SCHEMA)).build();
		assertThat(model(service).stream(new ChatRequest(List.of(new HumanMessage("Where?")), options, List.of()))
			.map((chunk) -> chunk.text())
			.collectList()
			.block(TIMEOUT)).contains("{\"city\":\"Rome\"}");
	}

	static Stream<Arguments> unsupported() {
		return Stream.of(Arguments.of(Service.OPENAI, "thinking", ChatOptions.builder().thinking(Thinking.adaptive())),
				Arguments.of(Service.OPENAI, "showReasoning", ChatOptions.builder().showReasoning(true)),
				Arguments.of(Service.OPENAI, "strictTools", ChatOptions.builder().strictTools(true)),
				Arguments.of(Service.OPENAI, "seed", ChatOptions.builder().seed(1L << 40)),
				Arguments.of(Service.ANTHROPIC, "seed", ChatOptions.builder().seed(7L)),
				Arguments.of(Service.ANTHROPIC, "reasoningEffort", ChatOptions.builder().reasoningEffort("low")),
				Arguments.of(Service.ANTHROPIC, "promptCacheKey", ChatOptions.builder().promptCacheKey("key-1")),
				Arguments.of(Service.ANTHROPIC, "promptCacheTtl",
						ChatOptions.builder().promptCacheTtl(Duration.ofHours(1))),
				Arguments.of(Service.ANTHROPIC, "extraBody", ChatOptions.builder().extraBody(Map.of("a", 1))));
	}

	@ParameterizedTest
	@MethodSource("unsupported")
	void shouldRefuseOptionsBeforeTheRequest(Service service, String option, ChatOptions.Builder options) {
		assertThatExceptionOfType(UnsupportedOptionException.class)
			.isThrownBy(() -> model(service)
				.stream(new ChatRequest(List.of(new HumanMessage("Hi")), options.build(), List.of()))
				.blockLast(TIMEOUT))
			.satisfies((ex) -> assertThat(ex.getOption()).isEqualTo(option));
		assertThat(this.script.requests()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void shouldSendMedia(Service service) {
		this.script.answer(ScriptedAnswer.text("A cat."));
		Media image = Media.of("image/png", new byte[] { 1, 2, 3 });
		Media pdf = Media.of("application/pdf", new byte[] { 4, 5, 6 });
		assertThat(client(service).prompt("What is it?").media(image, pdf).text().block(TIMEOUT)).isEqualTo("A cat.");
		ChatMessage sent = this.script.requests().get(0).messages().get(0);
		assertThat(sent.text()).isEqualTo("What is it?");
		assertThat(sent.media()).extracting(Media::essence).containsExactly("image/png", "application/pdf");
		assertThat(sent.media()).extracting(Media::data).containsExactly(image.data(), pdf.data());
	}

	@ParameterizedTest
	@EnumSource
	void shouldRefuseMediaBeforeTheRequest(Service service) {
		Media model = Media.of("model/stl", new byte[] { 7 });
		assertThatExceptionOfType(UnsupportedMediaException.class)
			.isThrownBy(() -> client(service).prompt("What is it?").media(model).text().block(TIMEOUT));
		assertThat(this.script.requests()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void shouldCallToolsInAnAgent(Service service) {
		this.script.answer(ScriptedAnswer.toolCalls(new ToolCall("call_1", "ferry", "{\"to\":\"island\"}"),
				new ToolCall("call_2", "ferry", "{\"to\":\"coast\"}")), ScriptedAnswer.text("Both at ten."));
		Tool ferry = Tool.of(new ToolDefinition("ferry", "Finds ferries", """
				{"type":"object","properties":{"to":{"type":"string"}},"required":["to"]}"""),
				(arguments) -> "The ferry to the " + arguments.get("to") + " leaves at ten");
		LlmResult result = Agent.builder(client(service)).tools(Tools.of(ferry)).build().invoke("When?").block(TIMEOUT);
		assertThat(result).isNotNull();
		assertThat(result.text()).isEqualTo("Both at ten.");
		assertThat(this.script.requests().get(1).messages()).filteredOn(ToolMessage.class::isInstance)
			.extracting((message) -> ((ToolMessage) message).toolCallId(), (message) -> message.text())
			.containsExactly(tuple("call_1", "The ferry to the island leaves at ten"),
					tuple("call_2", "The ferry to the coast leaves at ten"));
	}

	static Stream<Arguments> failures() {
		return Stream
			.of(Arguments.of(new AuthenticationException("", ERROR, null), AuthenticationException.class),
					Arguments.of(new PermissionDeniedException("", ERROR, null), PermissionDeniedException.class),
					Arguments.of(new ModelNotFoundException("", ERROR, null), ModelNotFoundException.class),
					Arguments.of(new RateLimitedException("", ERROR, null), RateLimitedException.class),
					Arguments.of(new OverloadedException("", ERROR, null), OverloadedException.class),
					Arguments.of(new ServerErrorException("", ERROR, null), ServerErrorException.class),
					Arguments.of(new InvalidRequestException("", ERROR, null), InvalidRequestException.class))
			.flatMap((arguments) -> Stream.of(Service.values())
				.map((service) -> Arguments.of(service, arguments.get()[0], arguments.get()[1])));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void shouldTranslateErrorResponses(Service service, ChatModelException scripted,
			Class<? extends ChatModelException> expected) {
		this.script.answer(ScriptedAnswer.failure(scripted));
		assertThatExceptionOfType(expected).isThrownBy(() -> client(service).prompt("Hi").text().block(TIMEOUT))
			.withMessageContaining(service.provider())
			.withMessageContaining("words of the test")
			.satisfies((ex) -> assertThat(ex.getProviderError().status()).isNotNull());
		this.recorder.assertThat().run().failure().isInstanceOf(expected);
	}

	@ParameterizedTest
	@EnumSource
	void shouldTranslateAnErrorInsideTheStream(Service service) {
		this.script.answer(
				ScriptedAnswer.tokens("Why ").then(ScriptedAnswer.failure(new OverloadedException("", ERROR, null))));
		assertThatExceptionOfType(OverloadedException.class)
			.isThrownBy(() -> client(service).prompt("Hi").text().block(TIMEOUT))
			.withMessageContaining("words of the test");
		assertThat(this.recorder.await().get(0).text()).isEqualTo("Why ");
	}

	@ParameterizedTest
	@EnumSource
	void shouldFailWhenTheConnectionBreaks(Service service) {
		Sinks.Empty<Void> received = Sinks.empty();
		ScriptedAnswer broken = ScriptedAnswer.failure(new IOException("broken off")).after(received.asMono());
		this.script.answer(ScriptedAnswer.tokens("Why ").then(broken));
		assertThatExceptionOfType(StreamTruncatedException.class).isThrownBy(() -> client(service).prompt("Hi")
			.content()
			.doOnNext((token) -> received.tryEmitEmpty())
			.blockLast(TIMEOUT));
		this.recorder.assertThat().run().failure().isInstanceOf(StreamTruncatedException.class);
	}

	@ParameterizedTest
	@EnumSource
	void shouldFailWhenTheServerCannotBeReached(Service service) {
		ChatClient client = client(service);
		this.server.close();
		assertThatExceptionOfType(ConnectionFailedException.class)
			.isThrownBy(() -> client.prompt("Hi").text().block(TIMEOUT));
	}

	@ParameterizedTest
	@EnumSource
	void shouldRetryAsTheClientDoes(Service service) {
		this.script.answer(ScriptedAnswer.failure(new OverloadedException("", ERROR, null)),
				ScriptedAnswer.text("Here."));
		ChatClient client = client(service).mutate()
			.retryPolicy(new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(1)))
			.build();
		assertThat(client.prompt("Hi").text().block(TIMEOUT)).isEqualTo("Here.");
		assertThat(this.recorder.eventNames()).containsOnlyOnce("Retry").containsOnlyOnce("LlmEnd");
	}

	@ParameterizedTest
	@EnumSource
	void shouldCancelTheRequestAfterTheFirstToken(Service service) {
		this.script.answer(ScriptedAnswer.tokens("Why ").then(ScriptedAnswer.silence()));
		StepVerifier.create(client(service).prompt("Hi").content()).expectNext("Why ").thenCancel().verify(TIMEOUT);
		this.recorder.assertThat().run().endedWith(Outcome.CANCELLED);
		assertThat(this.recorder.await().get(0).text()).isEqualTo("Why ");
		Awaitility.await().until(() -> this.script.calls().get(0).outcome() == Outcome.CANCELLED);
	}

	@ParameterizedTest
	@EnumSource
	void shouldCancelTheRequestWithItsFirstTokenIfItWasCancelledBefore(Service service) {
		Sinks.Empty<Void> trigger = Sinks.empty();
		this.script.answer(ScriptedAnswer.tokens("Why ").after(trigger.asMono()).then(ScriptedAnswer.silence()));
		Disposable call = client(service).prompt("Hi").content().subscribe();
		Awaitility.await().until(() -> !this.script.calls().isEmpty());
		call.dispose();
		this.recorder.assertThat().run().endedWith(Outcome.CANCELLED);
		trigger.tryEmitEmpty();
		Awaitility.await().until(() -> this.script.calls().get(0).outcome() == Outcome.CANCELLED);
	}

	@Test
	void shouldFailWithoutAnAnswer() {
		ChatModel model = new LangChain4jChatModel(answering(
				(handler) -> handler.onCompleteResponse(dev.langchain4j.model.chat.response.ChatResponse.builder()
					.aiMessage(dev.langchain4j.data.message.AiMessage.builder().build())
					.build())));
		assertThatExceptionOfType(UnreadableResponseException.class)
			.isThrownBy(() -> model.stream(new ChatRequest(List.of(new HumanMessage("Hi")))).blockLast(TIMEOUT));
	}

	@Test
	void shouldTakeFromTheCompleteResponseWhatWasNotStreamed() {
		ChatModel model = new LangChain4jChatModel(answering(
				(handler) -> handler.onCompleteResponse(dev.langchain4j.model.chat.response.ChatResponse.builder()
					.aiMessage(dev.langchain4j.data.message.AiMessage.builder()
						.text("Why not?")
						.thinking("Hm.")
						.toolExecutionRequests(List.of(Messages.fromToolCall(new ToolCall("1", "ferry", "{}"))))
						.build())
					.build())));
		AiMessage message = Objects
			.requireNonNull(model.call(new ChatRequest(List.of(new HumanMessage("Hi")))).block(TIMEOUT))
			.generations()
			.get(0)
			.message();
		assertThat(message.text()).isEqualTo("Why not?");
		assertThat(message.reasoning()).isEqualTo("Hm.");
		assertThat(message.toolCalls()).containsExactly(new ToolCall("1", "ferry", "{}"));
	}

	@Test
	void shouldSendBackWhatTheSameProviderNeedsToSeeAgain() {
		dev.langchain4j.data.message.AiMessage answer = dev.langchain4j.data.message.AiMessage.builder()
			.text("Why not?")
			.thinking("Hm.")
			.attributes(Map.of("thinking_signature", "c2ln", "results", new Object()))
			.build();
		AiMessage message = new Messages("anthropic").toAiMessage(answer);
		assertThat(new Messages("anthropic").fromMessages(List.of(message))).singleElement()
			.isInstanceOfSatisfying(dev.langchain4j.data.message.AiMessage.class, (sent) -> {
				assertThat(sent.thinking()).isEqualTo("Hm.");
				assertThat(sent.attributes()).isEqualTo(Map.of("thinking_signature", "c2ln"));
			});
		assertThat(new Messages("openai").fromMessages(List.of(message))).singleElement()
			.isInstanceOfSatisfying(dev.langchain4j.data.message.AiMessage.class, (sent) -> {
				assertThat(sent.thinking()).isNull();
				assertThat(sent.attributes()).isEmpty();
			});
	}

	@Test
	void shouldIgnoreWhatComesAfterAnError() {
		ChatModel model = new LangChain4jChatModel(answering((handler) -> {
			handler.onError(new IllegalStateException("first"));
			handler.onError(new IllegalStateException("second"));
			handler.onPartialResponse("late");
		}));
		StepVerifier.create(model.stream(new ChatRequest(List.of(new HumanMessage("Hi")))))
			.expectErrorMessage("first")
			.verify(TIMEOUT);
	}

	@Test
	void shouldHaveTheCurrentRunWhereTheModelIsCalled() {
		AtomicReference<Run> run = new AtomicReference<>();
		CountDownLatch called = new CountDownLatch(1);
		ChatModel model = new LangChain4jChatModel(answering((handler) -> {
			CurrentRun.get().ifPresent(run::set);
			called.countDown();
			handler.onError(new IllegalStateException("enough"));
		}));
		ChatClient client = ChatClient.builder(model).callbackManager(this.manager).build();
		catchThrowable(() -> client.prompt("Hi").text().block(TIMEOUT));
		assertThat(run.get()).isEqualTo(this.recorder.await().get(0).run());
	}

	private static StreamingChatModel answering(Consumer<StreamingChatResponseHandler> answer) {
		return new StreamingChatModel() {

			@Override
			public void doChat(dev.langchain4j.model.chat.request.ChatRequest request,
					StreamingChatResponseHandler handler) {
				answer.accept(handler);
			}

		};
	}

}
