package dev.llmcallbacks.springai;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.rag.advisor.RetrievalAugmentationAdvisor;
import org.springframework.ai.rag.retrieval.search.VectorStoreDocumentRetriever;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.autoconfigure.LlmCallbacksAutoConfiguration;
import dev.llmcallbacks.autoconfigure.LlmChatClientAutoConfiguration;
import dev.llmcallbacks.autoconfigure.SpringAiAutoConfiguration;
import dev.llmcallbacks.autoconfigure.SpringAiChatModelAutoConfiguration;
import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.RetrieverEnd;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.Await;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.RecordedRun;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.test.ScriptedProvider;
import dev.llmcallbacks.tool.Tool;
import dev.llmcallbacks.tool.Tools;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for beans of Spring AI other than clients, and for those that are used with this
 * library's own client.
 */
class SpringAiBeansTests {

	private final ScriptedChatModel script = new ScriptedChatModel();

	private final ScriptedProvider server = ScriptedProvider.start(this.script);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(SpringAiApplications.Recorder.class)
		.withConfiguration(AutoConfigurations.of(LlmCallbacksAutoConfiguration.class, SpringAiAutoConfiguration.class,
				SpringAiChatModelAutoConfiguration.class, LlmChatClientAutoConfiguration.class));

	@AfterEach
	void stop() {
		this.server.close();
	}

	private static List<RunType> types(EventRecorder recorder) {
		return recorder.await().stream().flatMap(RecordedRun::stream).map((run) -> run.run().type()).toList();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 what an advisor retrieves from a real vector store is a run inside that of the client, once")
	void shouldEmitTheEventsOfRetrieval(SpringAiApplications kind) {
		this.script.answer(ScriptedAnswer.text("It runs."));
		kind.with(this.server).withBean("store", VectorStore.class, SpringAiBeansTests::store).run((context) -> {
			RetrievalAugmentationAdvisor rag = RetrievalAugmentationAdvisor.builder()
				.documentRetriever(
						VectorStoreDocumentRetriever.builder().vectorStore(context.getBean(VectorStore.class)).build())
				.build();
			Hooks.enableAutomaticContextPropagation();
			try {
				assertThat(kind.ask(context, "What does it do?", (spec) -> spec.advisors(rag))).isEqualTo("It runs.");
			}
			finally {
				Hooks.disableAutomaticContextPropagation();
			}
			EventRecorder recorder = context.getBean(EventRecorder.class);
			assertThat(types(recorder)).containsExactlyInAnyOrder(RunType.CHAIN, RunType.RETRIEVER, RunType.LLM);
			assertThat(recorder.await()).hasSize(1);
			assertThat(recorder.events(RetrieverEnd.class)).singleElement().satisfies((end) -> {
				assertThat(end.documents()).extracting("text").containsExactly("It runs.");
				assertThat(end.run().name()).isEqualTo("store");
			});
			assertThat(context.getBean(VectorStore.class)).isInstanceOf(SimpleVectorStore.class);
		});
	}

	private static VectorStore store() {
		SimpleVectorStore store = SimpleVectorStore.builder(new Embeddings()).build();
		store.add(List.of(new Document("It runs.")));
		return store;
	}

	@Test
	@DisplayName("G38 a model whose class is not final keeps its type, and its direct calls are runs")
	void shouldEmitTheEventsOfDirectCalls() {
		this.runner.withBean(EchoModel.class).run((context) -> {
			EchoModel model = context.getBean(EchoModel.class);
			assertThat(model.call(new Prompt("one")).getResult().getOutput().getText()).isEqualTo("one");
			assertThat(model.stream(new Prompt("two")).blockLast().getResult().getOutput().getText()).isEqualTo("two");
			EventRecorder recorder = context.getBean(EventRecorder.class);
			assertThat(types(recorder)).containsExactly(RunType.LLM, RunType.LLM);
			assertThat(recorder.events(LlmEnd.class)).extracting((end) -> end.result().text())
				.containsExactly("one", "two");
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	@DisplayName("G38 a direct call with a text or with messages is a run, once")
	void shouldEmitTheEventsOfDirectCallsWithTexts(boolean lambda) {
		EchoModel echo = new EchoModel();
		this.runner.withBean("model", ChatModel.class, () -> lambda ? echo::call : echo).run((context) -> {
			ChatModel model = context.getBean(ChatModel.class);
			assertThat(model.call("one")).isEqualTo("one");
			assertThat(model.call(new UserMessage("two"))).isEqualTo("two");
			EventRecorder recorder = context.getBean(EventRecorder.class);
			assertThat(recorder.events(LlmEnd.class)).extracting((end) -> end.result().text())
				.containsExactly("one", "two");
			if (!lambda) {
				assertThat(model.stream("three").collectList().block(Await.TIMEOUT)).containsExactly("three");
				assertThat(model.stream(new UserMessage("four")).collectList().block(Await.TIMEOUT))
					.containsExactly("four");
				assertThat(recorder.events(LlmEnd.class)).hasSize(4);
			}
			assertThat(types(recorder)).containsOnly(RunType.LLM);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "leave", "replace" })
	@DisplayName("G38 a model whose class is final can be injected by its class, or is replaced where that is said")
	void shouldLeaveOrReplaceFinalModels(String setting) {
		this.script.answerAlways(ScriptedAnswer.text("Hi."));
		this.runner.withBean("model", ChatModel.class, () -> SpringAiApplications.openAi(this.server))
			.withPropertyValues("callbacks.spring-ai.final-models=" + setting)
			.run((context) -> {
				ChatModel model = context.getBean(ChatModel.class);
				assertThat(model.call("Hi")).isEqualTo("Hi.");
				assertThat(model instanceof OpenAiChatModel).isEqualTo(setting.equals("leave"));
				model.call(new Prompt("Hi"));
				EventRecorder recorder = context.getBean(EventRecorder.class);
				assertThat(recorder.events(LlmEnd.class)).hasSize(setting.equals("leave") ? 0 : 2);
				assertThat(recorder.events(ChatModelStart.class)).allSatisfy((start) -> {
					assertThat(start.provider()).isEqualTo("openai");
					assertThat(start.options().model()).isEqualTo("gpt-test");
				});
			});
	}

	@Test
	@DisplayName("G38 tools that an application calls in a loop of its own are runs with their ids")
	void shouldEmitTheEventsOfToolsInAnOwnLoop() {
		this.runner.withBean(ToolCallingManager.class, () -> ToolCallingManager.builder().build()).run((context) -> {
			ToolCallback echo = FunctionToolCallback.<Map<String, Object>, String>builder("echo", Object::toString)
				.inputType(Map.class)
				.build();
			Prompt prompt = new Prompt(List.of(new UserMessage("Hi")),
					ToolCallingChatOptions.builder().toolCallbacks(echo).build());
			ChatResponse response = new ChatResponse(List.of(new Generation(AssistantMessage.builder()
				.toolCalls(List.of(new AssistantMessage.ToolCall("call-7", "function", "echo", "{\"a\":1}")))
				.build())));
			CallbackManager manager = context.getBean(CallbackManager.class);
			manager
				.run("own loop", "in",
						() -> context.getBean(ToolCallingManager.class).executeToolCalls(prompt, response))
				.block(SpringAiApplications.TIMEOUT);
			EventRecorder recorder = context.getBean(EventRecorder.class);
			assertThat(types(recorder)).containsExactly(RunType.CHAIN, RunType.TOOL);
			assertThat(recorder.await()).hasSize(1);
			assertThat(recorder.events(ToolStart.class).get(0).toolCall().id()).isEqualTo("call-7");
		});
	}

	@Test
	@DisplayName("G38 a client that the builder bean did not build has its tools and rounds as runs, too")
	void shouldAdviseClientBeansOfAnyOrigin() {
		this.script.answer(ScriptedAnswer.toolCalls(new ToolCall("call-1", "echo", "{}")),
				ScriptedAnswer.text("Done."));
		ToolCallback echo = FunctionToolCallback.<Map<String, Object>, String>builder("echo", Object::toString)
			.inputType(Map.class)
			.build();
		this.runner.withBean(ChatClient.class, () -> ChatClient.create(SpringAiApplications.anthropic(this.server)))
			.run((context) -> {
				assertThat(context.getBean(ChatClient.class).prompt("Hi").tools(echo).call().content())
					.isEqualTo("Done.");
				EventRecorder recorder = context.getBean(EventRecorder.class);
				assertThat(types(recorder)).containsExactly(RunType.AGENT, RunType.LLM, RunType.TOOL, RunType.LLM);
				assertThat(recorder.events(ToolStart.class).get(0).toolCall().id()).isEqualTo("call-1");
			});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	@DisplayName("G38 this library's client on Spring AI's single model makes one run of a call, with its usage")
	void shouldMakeOneRunOfACallOfTheOwnClient(boolean streaming) {
		this.script.answer(ScriptedAnswer.tokens("Time", " flies", "."));
		this.runner.withBean("model", ChatModel.class, () -> SpringAiApplications.openAi(this.server))
			.withPropertyValues("callbacks.spring-ai.final-models=replace")
			.run((context) -> {
				LlmResult result = context.getBean(dev.llmcallbacks.client.ChatClient.class)
					.prompt("Tell me a joke")
					.system("Be brief")
					.maxTokens(25)
					.streaming(streaming)
					.result()
					.block(SpringAiApplications.TIMEOUT);
				assertThat(result.text()).isEqualTo("Time flies.");
				assertThat(result.llmOutput().tokenUsage().output()).isEqualTo(3);
				EventRecorder recorder = context.getBean(EventRecorder.class);
				assertThat(types(recorder)).containsExactly(RunType.LLM);
				assertThat(recorder.await().get(0).tokens()).hasSize(streaming ? 3 : 0);
			});
		assertThat(this.script.requests().get(0).options().maxTokens()).isEqualTo(25);
		assertThat(this.script.requests().get(0).messages()).extracting("text")
			.containsExactly("Be brief", "Tell me a joke");
	}

	@Test
	@DisplayName("G38 this library's agent calls tools of Spring AI on a model of Spring AI")
	void shouldRunAgentsOnSpringAi() {
		this.script.answer(ScriptedAnswer.toolCalls(new ToolCall("call-1", "add", "{\"a\":1,\"b\":2}")),
				ScriptedAnswer.text("Three."));
		ToolCallback add = FunctionToolCallback.<Sum, Integer>builder("add", (sum) -> sum.a() + sum.b())
			.description("Adds")
			.inputType(Sum.class)
			.build();
		this.runner.withBean("model", ChatModel.class, () -> SpringAiApplications.anthropic(this.server))
			.run((context) -> {
				Agent agent = Agent.builder(context.getBean(dev.llmcallbacks.client.ChatClient.class))
					.tools(SpringAiTools.of(new ToolCallback[] { add }))
					.build();
				assertThat(agent.invoke("1 + 2?").block(SpringAiApplications.TIMEOUT).text()).isEqualTo("Three.");
				assertThat(types(context.getBean(EventRecorder.class))).containsExactly(RunType.AGENT, RunType.LLM,
						RunType.TOOL, RunType.LLM);
			});
	}

	@Test
	@DisplayName("G38 a tool of this library is one run when Spring AI calls it, with the id of the call")
	void shouldMakeOneRunOfAnOwnTool() {
		this.script.answer(ScriptedAnswer.toolCalls(new ToolCall("call-1", "add", "{\"a\":1,\"b\":2}")),
				ScriptedAnswer.text("Three."));
		Tool add = Tool.of("add", "Adds", Sum.class, (sum) -> sum.a() + sum.b());
		SpringAiApplications.OPENAI_STREAMED.with(this.server).run((context) -> {
			assertThat(SpringAiApplications.OPENAI_STREAMED.ask(context, "1 + 2?",
					(spec) -> spec.tools(SpringAiTools.toolCallbacks(Tools.of(add)).toArray())))
				.isEqualTo("Three.");
			EventRecorder recorder = context.getBean(EventRecorder.class);
			assertThat(types(recorder)).containsExactly(RunType.AGENT, RunType.LLM, RunType.TOOL, RunType.LLM);
			assertThat(recorder.events(ToolStart.class).get(0).toolCall().id()).isEqualTo("call-1");
		});
		assertThat(this.script.requests()).last()
			.satisfies((request) -> assertThat(request.messages()).last().isEqualTo(new ToolMessage("call-1", "3")));
	}

	@Test
	@DisplayName("G38 Spring AI inside a chain of this library, and a vector store as a retriever, have their parents")
	void shouldBeInsideChains() {
		this.script.answerAlways(ScriptedAnswer.text("Hi."));
		SpringAiApplications.OPENAI_WHOLE.with(this.server)
			.withBean("store", VectorStore.class, SpringAiBeansTests::store)
			.run((context) -> {
				Chain<String, String> chain = Chain
					.<String, String>of("outer",
							(question) -> context.getBean(ChatClient.class)
								.prompt(question + SpringAiRetriever.of("documents", context.getBean(VectorStore.class))
									.retrieve(question)
									.block())
								.call()
								.content())
					.withManager(context.getBean(CallbackManager.class));
				assertThat(chain.invoke("Hi").block(SpringAiApplications.TIMEOUT)).isEqualTo("Hi.");
				EventRecorder recorder = context.getBean(EventRecorder.class);
				assertThat(types(recorder)).containsExactly(RunType.CHAIN, RunType.RETRIEVER, RunType.CHAIN,
						RunType.LLM);
				assertThat(recorder.await()).hasSize(1);
			});
	}

	/** Finds everything alike. */
	private static final class Embeddings implements EmbeddingModel {

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			return new EmbeddingResponse(
					request.getInstructions().stream().map((text) -> new Embedding(new float[] { 1 }, 0)).toList());
		}

		@Override
		public float[] embed(Document document) {
			return new float[] { 1 };
		}

	}

	static class EchoModel implements ChatModel {

		@Override
		public ChatResponse call(Prompt prompt) {
			return new ChatResponse(List.of(new Generation(new AssistantMessage(prompt.getContents()))));
		}

		@Override
		public Flux<ChatResponse> stream(Prompt prompt) {
			return Flux.defer(() -> Flux.just(call(prompt)));
		}

	}

	record Sum(int a, int b) {

	}

}
