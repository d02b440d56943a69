package dev.llmcallbacks.langchain4j;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.ToolExecutionException;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.retriever.EmbeddingStoreContentRetriever;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderRequest;
import dev.langchain4j.service.tool.ToolProviderResult;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import org.junit.jupiter.api.Test;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.tool.InvalidToolCallException;
import dev.llmcallbacks.tool.Tool;
import dev.llmcallbacks.tool.Tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link LangChain4jTools} and {@link LangChain4jRetriever}.
 */
class LangChain4jToolsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final ToolSpecification ECHO = ToolSpecification.builder()
		.name("echo")
		.description("Says it again")
		.parameters(JsonObjectSchema.builder().addStringProperty("text").required("text").build())
		.build();

	private final EventRecorder recorder = new EventRecorder(TIMEOUT);

	private final CallbackManager manager = CallbackManager.builder().handlers(this.recorder).build();

	private ToolMessage call(Tools tools, String name, String arguments) {
		return Objects.requireNonNull(
				tools.withManager(this.manager).call(new ToolCall("call_1", name, arguments)).block(TIMEOUT));
	}

	@Test
	void shouldCallAnnotatedMethods() {
		Tools tools = LangChain4jTools.of(new Ferries());
		ToolDefinition definition = tools.definitions()
			.stream()
			.filter((each) -> each.name().equals("ferry"))
			.findFirst()
			.orElseThrow();
		assertThat(definition.description()).isEqualTo("Finds ferries");
		assertThat(definition.inputSchema()).contains("\"Where to\"").contains("\"required\":[\"to\"]");
		assertThat(call(tools, "ferry", "{\"to\":\"island\"}"))
			.isEqualTo(new ToolMessage("call_1", "To the island at ten, on llm-work-"));
		this.recorder.assertThat().run("ferry").endedWith(Outcome.COMPLETED);
	}

	@Test
	void shouldAnswerWhatAMethodThrows() {
		Tools tools = LangChain4jTools.of(new Ferries());
		assertThat(call(tools, "broken", "{}")).isEqualTo(new ToolMessage("call_1", "The harbour is closed", true));
		this.recorder.assertThat()
			.run("broken")
			.failure()
			.isExactlyInstanceOf(IllegalStateException.class)
			.hasMessage("The harbour is closed");
	}

	@Test
	void shouldAnswerArgumentsThatTheMethodCannotTake() {
		ToolExecutor executor = (request, memoryId) -> {
			throw new dev.langchain4j.exception.ToolArgumentsException("That is no date");
		};
		assertThat(call(Tools.of(LangChain4jTools.of(ECHO, executor)), "echo", "{\"text\":\"a\"}"))
			.isEqualTo(new ToolMessage("call_1", "That is no date", true));
		this.recorder.assertThat().run("echo").failure().isInstanceOf(InvalidToolCallException.class);
	}

	@Test
	void shouldHandTheCallToAnExecutorAsTheModelWroteIt() {
		AtomicReference<ToolExecutionRequest> received = new AtomicReference<>();
		ToolExecutor executor = (request, memoryId) -> {
			received.set(request);
			return CurrentRun.get().orElseThrow().name();
		};
		Tools tools = LangChain4jTools.of(Map.of(ECHO, executor));
		assertThat(call(tools, "echo", "{ \"text\" : \"a\" }").text()).isEqualTo("echo");
		assertThat(received.get().id()).isEqualTo("call_1");
		assertThat(received.get().arguments()).isEqualTo("{ \"text\" : \"a\" }");
	}

	@Test
	void shouldCheckArgumentsBeforeAnExecutorIsCalled() {
		AtomicReference<ToolExecutionRequest> received = new AtomicReference<>();
		ToolExecutor executor = (request, memoryId) -> {
			received.set(request);
			return "";
		};
		assertThat(call(LangChain4jTools.of(Map.of(ECHO, executor)), "echo", "{}").error()).isTrue();
		assertThat(received.get()).isNull();
	}

	@Test
	void shouldAnswerAResultThatIsAnError() {
		ToolExecutor executor = new ToolExecutor() {

			@Override
			public String execute(ToolExecutionRequest request, Object memoryId) {
				throw new UnsupportedOperationException();
			}

			@Override
			public ToolExecutionResult executeWithContext(ToolExecutionRequest request, InvocationContext context) {
				return ToolExecutionResult.builder().isError(true).resultText("Not today").build();
			}

		};
		assertThat(call(Tools.of(LangChain4jTools.of(ECHO, executor)), "echo", "{\"text\":\"a\"}"))
			.isEqualTo(new ToolMessage("call_1", "Not today", true));
	}

	@Test
	void shouldHaveTheToolsOfAProvider() {
		ToolProvider provider = (request) -> ToolProviderResult.builder()
			.add(ECHO, (toolRequest, memoryId) -> request.userMessage().singleText())
			.build();
		assertThat(call(LangChain4jTools.of(provider, "Hello"), "echo", "{\"text\":\"a\"}").text()).isEqualTo("Hello");
		assertThat(LangChain4jTools.of((request) -> null, "Hello")).isEmpty();
	}

	@Test
	void shouldProvideToolsOfTheLibrary() {
		Tool tool = Tool.of(new ToolDefinition("echo", "Says it again", """
				{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",
				"properties":{"text":{"type":"string","maxLength":3}},"required":["text"]}"""),
				(arguments) -> arguments.get("text") + "!");
		AiServiceTool provided = provided(tool.withManager(this.manager));
		assertThat(provided.toolSpecification().description()).isEqualTo("Says it again");
		assertThat(provided.toolSpecification().toJson()).contains("\"maxLength\":3").doesNotContain("$schema");
		ToolExecutionResult result = execute(provided, "{\"text\":\"Hi\"}");
		assertThat(result.resultText()).isEqualTo("Hi!");
		assertThat(result.isError()).isFalse();
		assertThat(execute(provided, "{\"text\":\"Hello\"}").isError()).isTrue();
		assertThat(provided.toolExecutor().execute(request("{\"text\":\"Hi\"}"), "memory")).isEqualTo("Hi!");
	}

	@Test
	void shouldThrowWhatAToolOfTheLibraryThrows() {
		Tool tool = Tool.of(new ToolDefinition("echo", "", "{\"type\":\"object\"}"), (arguments) -> {
			throw new IllegalStateException("The harbour is closed");
		});
		assertThatExceptionOfType(ToolExecutionException.class)
			.isThrownBy(() -> execute(provided(tool.withManager(this.manager)), "{}"))
			.havingCause()
			.isInstanceOf(IllegalStateException.class)
			.withMessage("The harbour is closed");
	}

	@Test
	void shouldRetrieveContents() {
		InMemoryEmbeddingStore<TextSegment> store = new InMemoryEmbeddingStore<>();
		EmbeddingModel lengths = new Lengths();
		List.of("ferry", "timetable of the ferry")
			.forEach((text) -> store.add(lengths.embed(text).content(),
					TextSegment.from(text, dev.langchain4j.data.document.Metadata.from("source", "harbour"))));
		List<Document> documents = LangChain4jRetriever
			.of(EmbeddingStoreContentRetriever.builder()
				.embeddingStore(store)
				.embeddingModel(lengths)
				.maxResults(1)
				.build())
			.withManager(this.manager)
			.retrieve("a bus")
			.block(TIMEOUT);
		assertThat(documents).singleElement().satisfies((document) -> {
			assertThat(document.text()).isEqualTo("ferry");
			assertThat(document.metadata()).isEqualTo(Map.of("source", "harbour"));
			assertThat(document.id()).isNotEmpty();
			assertThat(document.score()).isEqualTo(1.0);
		});
		this.recorder.assertThat().run("EmbeddingStoreContentRetriever").endedWith(Outcome.COMPLETED);
	}

	@Test
	void shouldNameARetrieverWithoutAClassOfItsOwn() {
		assertThat(LangChain4jRetriever.of((query) -> List.of(Content.from(query.text())))
			.withManager(this.manager)
			.retrieve("ferry")
			.block(TIMEOUT)).extracting(Document::text).containsExactly("ferry");
		this.recorder.assertThat().run("ContentRetriever").endedWith(Outcome.COMPLETED);
	}

	private static AiServiceTool provided(Tool tool) {
		return LangChain4jTools.toolProvider(List.of(tool))
			.provideTools(new ToolProviderRequest("memory", dev.langchain4j.data.message.UserMessage.from("Hi")))
			.aiServiceTools()
			.get(0);
	}

	private static ToolExecutionRequest request(String arguments) {
		return ToolExecutionRequest.builder().id("call_1").name("echo").arguments(arguments).build();
	}

	private static ToolExecutionResult execute(AiServiceTool tool, String arguments) {
		return tool.toolExecutor().executeWithContext(request(arguments), InvocationContext.builder().build());
	}

	/**
	 * Tools as an application of LangChain4j has them.
	 */
	static class Ferries {

		@dev.langchain4j.agent.tool.Tool("Finds ferries")
		String ferry(@P("Where to") String to) {
			return "To the " + to + " at ten, on " + Thread.currentThread().getName().replaceAll("[0-9]+$", "");
		}

		@dev.langchain4j.agent.tool.Tool
		String broken() {
			throw new IllegalStateException("The harbour is closed");
		}

	}

	/**
	 * Embeds texts by their length.
	 */
	static class Lengths implements EmbeddingModel {

		@Override
		public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
			return Response.from(segments.stream()
				.map((segment) -> Embedding.from(new float[] { segment.text().length(), 5 }))
				.toList());
		}

	}

}
