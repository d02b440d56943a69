package dev.llmcallbacks.springai;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.util.MimeTypeUtils;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.dispatch.CallbackException;
import dev.llmcallbacks.event.AgentAction;
import dev.llmcallbacks.event.AgentFinish;
import dev.llmcallbacks.event.ChainCancel;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainError;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.model.InvalidRequestException;
import dev.llmcallbacks.model.OverloadedException;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.model.ServerErrorException;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.RecordedRun;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.test.ScriptedProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for the events of each kind of call that an application makes with Spring AI's
 * client, for each protocol, streamed and whole.
 */
class SpringAiRunsTests {

	private static final Consumer<ChatClient.ChatClientRequestSpec> PLAIN = (spec) -> {
	};

	private final ScriptedChatModel script = new ScriptedChatModel();

	private final ScriptedProvider server = ScriptedProvider.start(this.script);

	@AfterEach
	void stop() {
		this.server.close();
	}

	private static EventRecorder recorder(ApplicationContext context) {
		return context.getBean(EventRecorder.class);
	}

	private static RecordedRun root(ApplicationContext context) {
		List<RecordedRun> roots = recorder(context).await();
		assertThat(roots).hasSize(1);
		return roots.get(0);
	}

	private static List<RunType> types(RecordedRun run) {
		return run.stream().map((each) -> each.run().type()).toList();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 a text is a run of the client with a run of the model, with its tokens and its usage")
	void shouldEmitTheEventsOfAText(SpringAiApplications kind) {
		this.script.answer(ScriptedAnswer.tokens("Time", " flies", "."));
		kind.with(this.server).run((context) -> {
			assertThat(kind.ask(context, "Tell me a joke", PLAIN)).isEqualTo("Time flies.");
			RecordedRun root = root(context);
			assertThat(types(root)).containsExactly(RunType.CHAIN, RunType.LLM);
			RecordedRun llm = root.children().get(0);
			assertThat(recorder(context).events(ChatModelStart.class)).singleElement().satisfies((start) -> {
				assertThat(start.messages()).extracting("text").containsExactly("Tell me a joke");
				assertThat(start.provider()).isEqualTo(kind.provider());
				assertThat(start.options().model()).endsWith("-test");
			});
			assertThat(llm.tokens()).isEqualTo(kind.isStreaming() ? List.of("Time", " flies", ".") : List.of());
			LlmEnd end = llm.events(LlmEnd.class).get(0);
			assertThat(end.result().text()).isEqualTo("Time flies.");
			assertThat(end.modelCalled()).isTrue();
			assertThat(end.result().llmOutput().tokenUsage().input()).isPositive();
			assertThat(end.result().llmOutput().tokenUsage().output()).isEqualTo(3);
			assertThat(end.timeToFirstToken() != null).isEqualTo(kind.isStreaming());
			assertThat(root.events(ChainStart.class).get(0).inputs()).isEqualTo("Tell me a joke");
			assertThat(root.events(ChainEnd.class).get(0).outputs()).isEqualTo("Time flies.");
		});
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 tools are runs with their ids, between the rounds of the model, in the model's order")
	void shouldEmitTheEventsOfTools(SpringAiApplications kind) {
		this.script.answer(ScriptedAnswer.toolCalls(new ToolCall("call-1", "weather", "{\"city\":\"Paris\"}"),
				new ToolCall("call-2", "weather", "{\"city\":\"Rome\"}")), ScriptedAnswer.text("Sunny."));
		kind.with(this.server).run((context) -> {
			assertThat(kind.ask(context, "The weather?", (spec) -> spec.tools(weather()))).isEqualTo("Sunny.");
			RecordedRun root = root(context);
			assertThat(types(root)).containsExactly(RunType.AGENT, RunType.LLM, RunType.TOOL, RunType.TOOL,
					RunType.LLM);
			assertThat(root.children()).hasSize(4);
			assertThat(recorder(context).events(ToolStart.class)).extracting((start) -> start.toolCall().id())
				.containsExactly("call-1", "call-2");
			assertThat(recorder(context).events(ToolStart.class).get(0).toolCall().parsedArguments())
				.isEqualTo(Map.of("city", "Paris"));
			assertThat(recorder(context).events(ToolEnd.class)).extracting((end) -> end.output().text())
				.containsExactly("\"sun in Paris\"", "\"sun in Rome\"");
			assertThat(recorder(context).events(LlmEnd.class)
				.get(0)
				.result()
				.generations()
				.get(0)
				.get(0)
				.message()
				.toolCalls()).extracting(ToolCall::id).containsExactly("call-1", "call-2");
			assertThat(recorder(context).events(ChatModelStart.class).get(0).tools()).extracting("name")
				.containsExactly("weather");
		});
	}

	private static ToolCallback weather() {
		return FunctionToolCallback.<City, String>builder("weather", (city) -> {
			if (city.city().equals("Atlantis")) {
				throw new IllegalStateException("no such city");
			}
			return "sun in " + city.city();
		}).description("The weather").inputType(City.class).build();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 a tool that throws is a failed run, and the model is told what it is told without the library")
	void shouldEmitTheErrorOfATool(SpringAiApplications kind) {
		this.script.answer(ScriptedAnswer.toolCalls(new ToolCall("call-1", "weather", "{\"city\":\"Atlantis\"}")),
				ScriptedAnswer.text("Nowhere."));
		kind.with(this.server).run((context) -> {
			assertThat(kind.ask(context, "Weather", (spec) -> spec.tools(weather()))).isEqualTo("Nowhere.");
			assertThat(types(root(context))).containsExactly(RunType.AGENT, RunType.LLM, RunType.TOOL, RunType.LLM);
			assertThat(recorder(context).events(ToolError.class)).singleElement()
				.satisfies((end) -> assertThat(end.error()).hasRootCauseMessage("no such city"));
		});
		assertThat(this.script.requests()).last()
			.satisfies((request) -> assertThat(request.messages()).last().extracting("text").isEqualTo("no such city"));
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 an error of the provider fails both runs, and the caller gets the exception of Spring AI")
	void shouldEmitTheErrorOfTheProvider(SpringAiApplications kind) {
		this.script.answerAlways(ScriptedAnswer.failure(new InvalidRequestException("no",
				new ProviderError("test", 400, null, null, "no", null, null, null), null)));
		Throwable[] without = new Throwable[1];
		kind.without(this.server).run((context) -> without[0] = catchThrowable(() -> kind.ask(context, "Hi", PLAIN)));
		kind.with(this.server).run((context) -> {
			Throwable with = catchThrowable(() -> kind.ask(context, "Hi", PLAIN));
			assertThat(with).hasSameClassAs(without[0]);
			assertThat(String.valueOf(with.getCause())).startsWith(String.valueOf(without[0].getCause()).split(":")[0]);
			RecordedRun root = root(context);
			assertThat(root.events(ChainError.class)).hasSize(1);
			assertThat(root.children().get(0).events(LlmError.class)).singleElement()
				.satisfies((end) -> assertThat(end.error().getClass().getName()).contains(".errors."));
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "OPENAI_STREAMED", "ANTHROPIC_STREAMED" })
	@DisplayName("G2 G38 a cancelled stream cancels both runs, with what has arrived, and closes the connection")
	void shouldEmitTheCancelOfAStream(SpringAiApplications kind) {
		this.script.answer((request) -> Flux.interval(Duration.ofMillis(10)).map((tick) -> ChatChunk.text("Time ")));
		kind.with(this.server).run((context) -> {
			context.getBean(ChatClient.class)
				.prompt("Hi")
				.stream()
				.content()
				.take(1)
				.blockLast(SpringAiApplications.TIMEOUT);
			RecordedRun root = root(context);
			assertThat(root.events(ChainCancel.class)).hasSize(1);
			assertThat(root.children().get(0).events(LlmCancel.class)).singleElement()
				.satisfies((end) -> assertThat(end.result().text()).startsWith("Time"));
			assertThat(recorder(context).eventNames()).endsWith("LlmCancel", "ChainCancel");
		});
		Awaitility.await().until(() -> this.server.openStreams() == 0);
	}

	@ParameterizedTest
	@EnumSource(names = { "OPENAI_STREAMED", "ANTHROPIC_STREAMED" })
	@DisplayName("G2 G38 a stream that is cancelled before its first token cancels both runs")
	void shouldEmitTheCancelBeforeTheFirstToken(SpringAiApplications kind) {
		this.script.answer(ScriptedAnswer.silence());
		kind.with(this.server).run((context) -> {
			Disposable call = context.getBean(ChatClient.class).prompt("Hi").stream().content().subscribe();
			Awaitility.await().atMost(SpringAiApplications.TIMEOUT).until(() -> !this.script.requests().isEmpty());
			call.dispose();
			RecordedRun root = root(context);
			assertThat(root.events(ChainCancel.class)).hasSize(1);
			assertThat(root.children().get(0).events(LlmCancel.class)).singleElement()
				.satisfies((end) -> assertThat(end.result().text()).isEmpty());
			assertThat(recorder(context).eventNames()).endsWith("LlmCancel", "ChainCancel");
		});
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ANTHROPIC_STREAMED")
	@DisplayName("G38 reasoning is part of the response, and of the tokens of OpenAI's streams")
	void shouldEmitReasoning(SpringAiApplications kind) {
		this.script.answer(ScriptedAnswer.reasoning("Cats", " purr.").then(ScriptedAnswer.tokens("A", " cat.")));
		kind.with(this.server).run((context) -> {
			kind.ask(context, "What purrs?", PLAIN);
			RecordedRun root = root(context);
			assertThat(root.events(ChainEnd.class).get(0).outputs()).isEqualTo("A cat.");
			RecordedRun llm = root.children().get(0);
			LlmEnd end = llm.events(LlmEnd.class).get(0);
			assertThat(end.result().generations().get(0)).hasSize(1);
			assertThat(end.result().generations().get(0).get(0).message().reasoning()).isEqualTo("Cats purr.");
			assertThat(end.result().text()).isEqualTo("A cat.");
			assertThat(llm.events(LlmNewToken.class).stream().map((token) -> token.chunk().reasoning()))
				.filteredOn(Objects::nonNull)
				.isEqualTo(kind.isStreaming() ? List.of("Cats", " purr.") : List.of());
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "OPENAI_STREAMED", "ANTHROPIC_STREAMED" })
	@DisplayName("G38 an error in the stream fails both runs, with what has arrived and the caller's exception")
	void shouldEmitTheErrorInAStream(SpringAiApplications kind) {
		this.script.answerAlways(ScriptedAnswer.tokens("Why ")
			.then(ScriptedAnswer.failure(new OverloadedException("",
					new ProviderError("test", null, null, null, "words of the test", null, null), null))));
		Throwable[] without = new Throwable[1];
		kind.without(this.server).run((context) -> without[0] = catchThrowable(() -> kind.ask(context, "Hi", PLAIN)));
		kind.with(this.server).run((context) -> {
			assertThat(catchThrowable(() -> kind.ask(context, "Hi", PLAIN))).hasSameClassAs(without[0]);
			RecordedRun root = root(context);
			assertThat(root.events(ChainError.class)).hasSize(1);
			RecordedRun llm = root.children().get(0);
			assertThat(llm.tokens()).containsExactly("Why ");
			assertThat(llm.events(LlmError.class)).singleElement().satisfies((end) -> {
				assertThat(end.result().text()).isEqualTo("Why ");
				assertThat(end.error().getMessage()).contains("words of the test");
			});
			assertThat(recorder(context).eventNames()).endsWith("LlmError", "ChainError");
		});
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 retries of the provider's client are inside one run, with one start and one end")
	void shouldEmitOneStartAndOneEndWithRetries(SpringAiApplications kind) {
		ServerErrorException failure = new ServerErrorException("",
				new ProviderError("test", null, null, null, "again", null, Duration.ofMillis(1)), null);
		this.script.answer(ScriptedAnswer.failure(failure), ScriptedAnswer.text("Hi."));
		kind.with(this.server)
			.withAllowBeanDefinitionOverriding(true)
			.withBean("model", ChatModel.class, () -> kind.model(this.server, 2))
			.run((context) -> {
				assertThat(kind.ask(context, "Hi", PLAIN)).isEqualTo("Hi.");
				assertThat(this.script.requests()).hasSize(2);
				assertThat(types(root(context))).containsExactly(RunType.CHAIN, RunType.LLM);
				assertThat(recorder(context).events(ChatModelStart.class)).hasSize(1);
				assertThat(recorder(context).events(LlmEnd.class)).hasSize(1);
				assertThat(recorder(context).events(LlmError.class)).isEmpty();
			});
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 a loop of tools emits the actions and the finish of an agent")
	void shouldEmitActionsAndFinish(SpringAiApplications kind) {
		this.script.answer(ScriptedAnswer.toolCalls(new ToolCall("call-1", "weather", "{\"city\":\"Paris\"}"),
				new ToolCall("call-2", "weather", "{\"city\":\"Rome\"}")), ScriptedAnswer.tokens("Sun", "ny."));
		kind.with(this.server).run((context) -> {
			kind.ask(context, "The weather?", (spec) -> spec.tools(weather()));
			RecordedRun root = root(context);
			assertThat(root.events(AgentAction.class)).extracting((action) -> action.toolCall().id())
				.containsExactly("call-1", "call-2");
			assertThat(root.events(AgentFinish.class)).singleElement()
				.satisfies((finish) -> assertThat(finish.output()).isEqualTo("Sunny."));
			assertThat(recorder(context).eventNames()).filteredOn((name) -> name.matches("Agent.*|Tool.*|Chain.*"))
				.containsExactly("ChainStart", "AgentAction", "ToolStart", "ToolEnd", "AgentAction", "ToolStart",
						"ToolEnd", "AgentFinish", "ChainEnd");
		});
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 an image of the user is one of the messages of the start event")
	void shouldEmitMedia(SpringAiApplications kind) {
		this.script.answer(ScriptedAnswer.text("A cat."));
		byte[] image = { 1, 2, 3 };
		kind.with(this.server).run((context) -> {
			kind.ask(context, "Look.", (spec) -> spec
				.user((user) -> user.text("What is it?").media(MimeTypeUtils.IMAGE_PNG, new ByteArrayResource(image))));
			ChatMessage asked = recorder(context).events(ChatModelStart.class)
				.get(0)
				.messages()
				.stream()
				.filter((message) -> message.text().equals("What is it?"))
				.findFirst()
				.orElseThrow();
			assertThat(asked.media()).singleElement().satisfies((media) -> {
				assertThat(media.mediaType()).isEqualTo("image/png");
				assertThat(media.data()).isEqualTo(image);
			});
		});
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 the conversation and the advisor parameters are the metadata and the tags of the runs")
	void shouldHaveTheMetadataOfTheCall(SpringAiApplications kind) {
		this.script.answer(ScriptedAnswer.text("Hi."));
		kind.with(this.server).run((context) -> {
			kind.ask(context, "Hi",
					(spec) -> spec.advisors((advisors) -> advisors.param(ChatMemory.CONVERSATION_ID, "c-1")
						.param("callbacks.tags", List.of("demo"))
						.param("callbacks.metadata", Map.of("tenant", "t-1"))));
			RecordedRun llm = root(context).children().get(0);
			assertThat(llm.run().tags()).containsExactly("demo");
			assertThat(llm.run().metadata()).containsEntry("conversationId", "c-1").containsEntry("tenant", "t-1");
		});
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G15 G38 a handler with raiseError vetoes a call before the request is sent")
	void shouldVetoBeforeTheRequest(SpringAiApplications kind) {
		this.script.answerAlways(ScriptedAnswer.text("never"));
		kind.with(this.server).withUserConfiguration(Guard.class).run((context) -> {
			assertThatThrownBy(() -> kind.ask(context, "Hi", PLAIN)).isInstanceOf(CallbackException.class);
			assertThat(this.script.requests()).isEmpty();
		});
	}

	@Test
	@DisplayName("G38 nothing of the bridge is there when it is switched off")
	void shouldBackOff() {
		SpringAiApplications.OPENAI_WHOLE.with(this.server)
			.withPropertyValues("callbacks.spring-ai.enabled=false")
			.run((context) -> {
				this.script.answer(ScriptedAnswer.text("Hi."));
				SpringAiApplications.OPENAI_WHOLE.ask(context, "Hi", PLAIN);
				assertThat(recorder(context).events()).isEmpty();
				assertThat(context).doesNotHaveBean(SpringAiRuns.class);
			});
	}

	record City(String city) {

	}

	@Configuration(proxyBeanMethods = false)
	static class Guard {

		@LlmCallback(raiseError = true)
		void check(ChatModelStart start) {
			throw new IllegalStateException("not allowed");
		}

	}

}
