package dev.llmcallbacks.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.Retry;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelDecorator;
import dev.llmcallbacks.model.OverloadedException;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.tool.Tool;
import dev.llmcallbacks.tool.ToolDecorator;
import dev.llmcallbacks.tool.Tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for decorators of models and of tools.
 */
class DecoratorTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final EventRecorder recorder = new EventRecorder();

	private final List<String> order = new CopyOnWriteArrayList<>();

	@Test
	@DisplayName("what a decorator changes is what the model receives, inside the run, and handlers see both")
	void shouldChangeTheRequest() {
		ScriptedChatModel model = new ScriptedChatModel(ScriptedAnswer.tokens("a", "b"));
		ChatClient client = ChatClient.builder(model).decorators(prefix("1"), prefix("2")).build();
		assertThat(client.prompt("Hi").runName("call").callbacks(this.recorder).text().block(TIMEOUT)).isEqualTo("ab");
		assertThat(client.prompt("Ho").callbacks(this.recorder).streaming(false).text().block(TIMEOUT)).isEqualTo("ab");
		this.recorder.await();
		assertThat(this.order).containsSubsequence("1 inside call", "2 inside call");
		assertThat(model.requests()).extracting((request) -> request.messages().get(0).text())
			.containsExactly("21Hi", "21Ho");
		assertThat(this.recorder.events(ChatModelStart.class)).extracting((start) -> start.messages().get(0).text())
			.containsExactly("Hi", "Ho");
		assertThat(this.recorder.events(LlmEnd.class)).allSatisfy((end) -> {
			assertThat(end.request().messages().get(0).text()).startsWith("21H");
			assertThat(end.modelCalled()).isTrue();
		});
		assertThat(this.recorder.events(LlmEnd.class).get(0).timeToFirstToken()).isPositive();
		assertThat(this.recorder.events(LlmNewToken.class)).hasSize(2)
			.allSatisfy((token) -> assertThat(token.timestamp()).isAfterOrEqualTo(token.run().startedAt()));
	}

	@Test
	@DisplayName("a decorator acts around all attempts: it is called once, and the retries are inside")
	void shouldBeAroundAllAttempts() {
		ScriptedChatModel model = new ScriptedChatModel().answer(
				ScriptedAnswer.failure(new OverloadedException("busy", ProviderError.of("p"), null)),
				ScriptedAnswer.text("a"));
		ChatClient client = ChatClient.builder(model)
			.retryPolicy(new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(1)))
			.decorators(prefix("x"))
			.build();
		assertThat(client.prompt("Hi").callbacks(this.recorder).text().block(TIMEOUT)).isEqualTo("a");
		this.recorder.await();
		assertThat(this.order).hasSize(1);
		assertThat(this.recorder.events(Retry.class)).hasSize(1);
		assertThat(model.requests()).hasSize(2)
			.allSatisfy((request) -> assertThat(request.messages().get(0).text()).isEqualTo("xHi"));
	}

	@Test
	@DisplayName("an answer without a call of the model ends as any other, and is marked")
	void shouldAnswerWithoutTheModel() {
		ScriptedChatModel model = new ScriptedChatModel(ScriptedAnswer.text("never"));
		ChatClient client = ChatClient.builder(model)
			.decorators((delegate) -> new Model((request) -> Flux.just(ChatChunk.text("cached"))))
			.build();
		assertThat(client.prompt("Hi").callbacks(this.recorder).text().block(TIMEOUT)).isEqualTo("cached");
		this.recorder.await();
		assertThat(model.requests()).isEmpty();
		assertThat(this.recorder.eventNames()).containsExactly("ChatModelStart", "LlmNewToken", "LlmEnd");
		LlmEnd end = this.recorder.events(LlmEnd.class).get(0);
		assertThat(end.modelCalled()).isFalse();
		assertThat(end.request().messages()).containsExactly(new HumanMessage("Hi"));
		assertThat(end.timeToFirstToken()).isNull();
	}

	@Test
	@DisplayName("G1 a decorator that fails, throws, or is cancelled ends the run")
	void shouldEndTheRun() {
		IllegalStateException failure = new IllegalStateException("denied");
		ChatClient failing = ChatClient.builder(new ScriptedChatModel(ScriptedAnswer.text("a")))
			.decorators((delegate) -> new Model((request) -> Flux.error(failure)))
			.build();
		StepVerifier.create(failing.prompt("Hi").callbacks(this.recorder).text()).verifyErrorMatches(failure::equals);
		ChatClient throwing = ChatClient.builder(new ScriptedChatModel(ScriptedAnswer.text("a")))
			.decorators((delegate) -> new Model((request) -> {
				throw failure;
			}))
			.build();
		StepVerifier.create(throwing.prompt("Hi").callbacks(this.recorder).text()).verifyErrorMatches(failure::equals);
		ChatClient silent = ChatClient.builder(new ScriptedChatModel(ScriptedAnswer.text("a")))
			.decorators((delegate) -> new Model((request) -> Flux.never()))
			.build();
		Disposable waiting = silent.prompt("Hi").callbacks(this.recorder).text().subscribe();
		await().until(() -> this.recorder.events(ChatModelStart.class).size() == 3);
		waiting.dispose();
		this.recorder.await();
		assertThat(this.recorder.events(LlmError.class)).hasSize(2)
			.allSatisfy((error) -> assertThat(error.modelCalled()).isFalse());
		assertThat(this.recorder.events(LlmCancel.class)).hasSize(1);
	}

	@Test
	@DisplayName("a client keeps its decorators when it is changed, and another model can take over")
	void shouldKeepDecorators() {
		ChatClient other = ChatClient.builder(new ScriptedChatModel(ScriptedAnswer.text("other"))).build();
		ChatClient client = ChatClient
			.builder(new ScriptedChatModel(ScriptedAnswer.failure(new IllegalStateException("down"))))
			.decorators((delegate) -> new Model((request) -> delegate.stream(request)
				.onErrorResume(IllegalStateException.class, (ex) -> other.prompt(request.messages()).stream())))
			.build();
		String text = client.mutate()
			.tags("changed")
			.build()
			.prompt("Hi")
			.callbacks(this.recorder)
			.text()
			.block(TIMEOUT);
		assertThat(text).isEqualTo("other");
		this.recorder.await();
		assertThat(this.recorder.eventNames()).startsWith("ChatModelStart", "ChatModelStart")
			.endsWith("LlmEnd")
			.containsExactlyInAnyOrder("ChatModelStart", "ChatModelStart", "LlmNewToken", "LlmEnd", "LlmNewToken",
					"LlmEnd");
	}

	@Test
	@DisplayName("the start event has the tools and the provider")
	void shouldTellToolsAndProvider() {
		ToolDefinition tool = new ToolDefinition("weather", "Tells the weather", "{\"type\":\"object\"}");
		ChatClient client = ChatClient.builder(new ScriptedChatModel(ScriptedAnswer.text("a"))).build();
		client.prompt("Hi").tools(tool).callbacks(this.recorder).text().block(TIMEOUT);
		this.recorder.await();
		ChatModelStart start = this.recorder.events(ChatModelStart.class).get(0);
		assertThat(start.tools()).containsExactly(tool);
		assertThat(start.provider()).isEqualTo(new ScriptedChatModel().provider().name());
		assertThat(this.recorder.events(LlmEnd.class).get(0).request().tools()).containsExactly(tool);
	}

	@Test
	@DisplayName("a decorator of tools acts inside the tool's run, also for an agent's tools")
	void shouldDecorateTools() {
		Tool tool = Tool.of("echo", "echoes", Echo.class, Echo::text);
		ChatClient client = ChatClient.builder(new ScriptedChatModel().answer(
				ScriptedAnswer.toolCalls(new ToolCall("c-1", "echo", "{\"text\":\"a\"}")), ScriptedAnswer.text("Done")))
			.toolDecorators(mark("1"), mark("2"))
			.build();
		Agent.builder(client)
			.tools(tool)
			.build()
			.withOptions(RunOptions.builder().callbacks(this.recorder).build())
			.text("Go")
			.block(TIMEOUT);
		this.recorder.await();
		assertThat(this.order).containsExactly("1 inside echo", "2 inside echo");
		assertThat(this.recorder.events(ToolStart.class)).hasSize(1);
		assertThat(this.recorder.events(ToolEnd.class)).singleElement()
			.satisfies((end) -> assertThat(end.output().text()).isEqualTo("12a"));
	}

	@Test
	@DisplayName("a decorator that refuses a call fails the run, and the model is told why")
	void shouldRefuseACall() {
		Tools tools = Tools.of(Tool.of("echo", "echoes", Echo.class, Echo::text))
			.decoratedBy(List.of((delegate) -> new Decorated(delegate,
					(call) -> Mono.error(new IllegalStateException("not approved")))));
		CallbackManager manager = CallbackManager.builder().handlers(this.recorder).build();
		ToolMessage answer = tools.withManager(manager)
			.call(new ToolCall("c-1", "echo", "{\"text\":\"a\"}"))
			.block(TIMEOUT);
		assertThat(answer).isEqualTo(new ToolMessage("c-1", "not approved", true));
		this.recorder.await();
		assertThat(this.recorder.events(ToolError.class)).hasSize(1);
	}

	@Test
	@DisplayName("a decorator that a tool has already is not added again")
	void shouldDecorateOnce() {
		ToolDecorator decorator = mark("1");
		Tool tool = Tool.of("echo", "echoes", Echo.class, Echo::text)
			.decoratedBy(List.of(decorator))
			.decoratedBy(List.of(decorator));
		assertThat(tool.call(new ToolCall("c", "echo", "{\"text\":\"a\"}")).block(TIMEOUT).text()).isEqualTo("1a");
	}

	private ChatModelDecorator prefix(String prefix) {
		return (delegate) -> new Model((request) -> Mono.deferContextual((context) -> {
			this.order.add(prefix + " inside " + CurrentRun.from(context).orElseThrow().name());
			return Mono.just(context);
		}).thenMany(delegate.stream(prefixed(request, prefix))), (request) -> delegate.call(prefixed(request, prefix)));
	}

	private static ChatRequest prefixed(ChatRequest request, String prefix) {
		List<ChatMessage> messages = List.of(new HumanMessage(prefix + request.messages().get(0).text()));
		return new ChatRequest(messages, request.options(), request.tools());
	}

	private ToolDecorator mark(String mark) {
		return (delegate) -> new Decorated(delegate, (call) -> Mono.deferContextual((context) -> {
			this.order.add(mark + " inside " + CurrentRun.from(context).orElseThrow().name());
			return delegate.call(call).map((answer) -> new ToolMessage(answer.toolCallId(), mark + answer.text()));
		}));
	}

	/** Arguments of a tool. */
	record Echo(String text) {

	}

	/** Model of functions. */
	private record Model(Function<ChatRequest, Flux<ChatChunk>> stream,
			Function<ChatRequest, Mono<ChatResponse>> call) implements ChatModel {

		Model(Function<ChatRequest, Flux<ChatChunk>> stream) {
			this(stream, (request) -> Mono.error(new IllegalStateException("not streamed")));
		}

		@Override
		public Flux<ChatChunk> stream(ChatRequest request) {
			return this.stream.apply(request);
		}

		@Override
		public Mono<ChatResponse> call(ChatRequest request) {
			return this.call.apply(request);
		}

	}

	/** Tool with a function around it. */
	private record Decorated(Tool delegate, Function<ToolCall, Mono<ToolMessage>> call) implements Tool {

		@Override
		public ToolDefinition definition() {
			return this.delegate.definition();
		}

		@Override
		public Mono<ToolMessage> call(ToolCall toolCall) {
			return this.call.apply(toolCall);
		}

		@Override
		public Mono<ToolMessage> callOrFail(ToolCall toolCall) {
			return this.call.apply(toolCall);
		}

		@Override
		public Tool withManager(CallbackManager callbackManager) {
			return new Decorated(this.delegate.withManager(callbackManager), this.call);
		}

	}

}
