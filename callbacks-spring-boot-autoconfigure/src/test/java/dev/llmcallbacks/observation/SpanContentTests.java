package dev.llmcallbacks.observation;

import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import brave.Tracing;
import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import brave.propagation.TraceContext;
import brave.sampler.Sampler;
import com.sun.management.ThreadMXBean;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.brave.bridge.BraveBaggageManager;
import io.micrometer.tracing.brave.bridge.BraveCurrentTraceContext;
import io.micrometer.tracing.brave.bridge.BraveTracer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.RetrieverEnd;
import dev.llmcallbacks.event.RetrieverStart;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.retriever.Retriever;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.tool.LlmTool;
import dev.llmcallbacks.tool.Tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link SpanContent}.
 */
class SpanContentTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final JsonMapper MAPPER = new JsonMapper();

	private static final SpanContent ALL = SpanContent.builder().inputs(true).outputs(true).build();

	private final Observed observed = new Observed();

	@Test
	void shouldRecordAConversation() {
		ToolCall call = new ToolCall("c1", "weather", "{\"city\": \"Oslo\"}");
		List<ChatMessage> conversation = List.of(new SystemMessage("Be brief."), new SystemMessage("Be kind."),
				new HumanMessage("Weather?"), new AiMessage("", List.of(call), "I look", Map.of()),
				new ToolMessage("c1", "rain"), new SystemMessage("Hurry."));
		ScriptedChatModel model = new ScriptedChatModel(ScriptedAnswer.reasoning("hm")
			.then(ScriptedAnswer.tokens("It ", "rains"))
			.withFinishReason(FinishReason.STOP));
		client(model, manager(ALL)).prompt(conversation).result().block(TIMEOUT);
		Observation.Context chat = this.observed.named("chat m");
		assertThat(Observed.value(chat, "gen_ai.system_instructions"))
			.isEqualTo("[{\"type\":\"text\",\"content\":\"Be brief.\"},{\"type\":\"text\",\"content\":\"Be kind.\"}]");
		assertThat(Observed.value(chat, "gen_ai.input.messages"))
			.isEqualTo("[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"Weather?\"}]},"
					+ "{\"role\":\"assistant\",\"parts\":[{\"type\":\"reasoning\",\"content\":\"I look\"},"
					+ "{\"type\":\"tool_call\",\"id\":\"c1\",\"name\":\"weather\",\"arguments\":{\"city\":\"Oslo\"}}]},"
					+ "{\"role\":\"tool\",\"parts\":[{\"type\":\"tool_call_response\",\"id\":\"c1\",\"response\":\"rain\"}]},"
					+ "{\"role\":\"system\",\"parts\":[{\"type\":\"text\",\"content\":\"Hurry.\"}]}]");
		assertThat(Observed.value(chat, "gen_ai.output.messages"))
			.isEqualTo("[{\"role\":\"assistant\",\"parts\":[{\"type\":\"reasoning\",\"content\":\"hm\"},"
					+ "{\"type\":\"text\",\"content\":\"It rains\"}],\"finish_reason\":\"stop\"}]");
	}

	@Test
	void shouldRecordWhatFilesAreButNotWhatIsInThem() {
		Media image = Media.of("image/png", new byte[] { 1, 2, 3 }).named("seal.png");
		Media remote = Media.of("application/pdf", URI.create("https://example.com/a.pdf?token=SECRET"));
		client(ScriptedChatModel.of("a"), manager(ALL)).prompt("Look").media(image, remote).text().block(TIMEOUT);
		assertThat(Observed.value(this.observed.named("chat m"), "gen_ai.input.messages"))
			.isEqualTo("[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"Look\"},"
					+ "{\"type\":\"file\",\"mime_type\":\"image/png\",\"modality\":\"image\",\"name\":\"seal.png\",\"size\":3},"
					+ "{\"type\":\"file\",\"mime_type\":\"application/pdf\",\"modality\":\"application\"}]}]");
	}

	@Test
	void shouldRecordToolCallsOfAResponse() {
		ScriptedChatModel model = new ScriptedChatModel(
				ScriptedAnswer.toolCalls(new ToolCall("c1", "weather", "{\"city\":\"Oslo\"}"))
					.withFinishReason(FinishReason.TOOL_CALLS));
		client(model, manager(ALL)).prompt("Go").result().block(TIMEOUT);
		assertThat(Observed.value(this.observed.named("chat m"), "gen_ai.output.messages"))
			.isEqualTo("[{\"role\":\"assistant\",\"parts\":[{\"type\":\"tool_call\",\"id\":\"c1\",\"name\":\"weather\","
					+ "\"arguments\":{\"city\":\"Oslo\"}}],\"finish_reason\":\"tool_call\"}]");
	}

	@Test
	void shouldRecordInputsOrOutputsOnly() {
		SpanContent inputs = SpanContent.builder().inputs(true).build();
		client(ScriptedChatModel.of("the answer"), manager(inputs)).prompt("the question").text().block(TIMEOUT);
		assertThat(this.observed.texts()).anyMatch((it) -> it.contains("the question"))
			.noneMatch((it) -> it.contains("the answer"));
		SpanContentTests other = new SpanContentTests();
		SpanContent outputs = SpanContent.builder().outputs(true).build();
		client(ScriptedChatModel.of("the answer"), other.manager(outputs)).prompt("the question").text().block(TIMEOUT);
		assertThat(other.observed.texts()).anyMatch((it) -> it.contains("the answer"))
			.noneMatch((it) -> it.contains("the question"));
	}

	@Test
	void shouldRecordWhatHadArrivedWhenACallFailedOrWasCancelled() {
		ScriptedAnswer begun = ScriptedAnswer.tokens("half ", "an answer");
		ChatModel failing = new ScriptedChatModel(begun.then(ScriptedAnswer.failure(new IllegalStateException("x"))));
		StepVerifier.create(client(failing, manager(ALL)).prompt("Go").result())
			.expectErrorMessage("x")
			.verify(TIMEOUT);
		assertThat(Observed.value(this.observed.named("chat m"), "gen_ai.output.messages"))
			.contains("\"half an answer\"", "\"finish_reason\":\"error\"");
		SpanContentTests cancelled = new SpanContentTests();
		ChatModel silent = new ScriptedChatModel(begun.then(ScriptedAnswer.silence()));
		StepVerifier.create(client(silent, cancelled.manager(ALL)).prompt("Go").content().take(2))
			.expectNextCount(2)
			.expectComplete()
			.verify(TIMEOUT);
		assertThat(Observed.value(cancelled.observed.named("chat m"), "gen_ai.output.messages"))
			.contains("\"half an answer\"", "\"finish_reason\":\"cancelled\"");
	}

	@Test
	void shouldRecordWhatTheModelReceivedFromADecorator() {
		ChatClient client = ChatClient.builder(ScriptedChatModel.of("a"))
			.callbackManager(manager(ALL))
			.defaultOptions(ChatOptions.builder().model("m").build())
			.decorators((delegate) -> new ChatModel() {

				@Override
				public Flux<ChatChunk> stream(ChatRequest request) {
					return delegate.stream(
							new ChatRequest(List.of(new HumanMessage("redacted")), request.options(), request.tools()));
				}

				@Override
				public Mono<ChatResponse> call(ChatRequest request) {
					return delegate.call(request);
				}

			})
			.build();
		client.prompt("my number").text().block(TIMEOUT);
		assertThat(this.observed.texts()).anyMatch((it) -> it.contains("redacted"))
			.noneMatch((it) -> it.contains("my number"));
	}

	@Test
	void shouldRecordToolsRetrieversAndChains() {
		CallbackManager manager = manager(ALL);
		Tools tools = Tools.from(new Weather()).withManager(manager);
		Retriever guide = Retriever.of("guide",
				(query) -> List.of(new Document("d1", "a page", Map.of(), 0.5), new Document("another")));
		Chain<String, String> chain = Chain.of("chain",
				(String topic) -> guide.retrieve("about " + topic)
					.then(tools.call(new ToolCall("c1", "forecast", "{\"city\": \"Oslo\"}")))
					.thenMany(Flux.just("so ", "it is")));
		chain.withManager(manager).stream("seals").collectList().block(TIMEOUT);
		Observation.Context tool = this.observed.named("execute_tool forecast");
		assertThat(Observed.value(tool, "gen_ai.tool.call.arguments")).isEqualTo("{\"city\":\"Oslo\"}");
		assertThat(Observed.value(tool, "gen_ai.tool.call.result")).isEqualTo("\"sunny in Oslo\"");
		Observation.Context retrieval = this.observed.named("retrieval guide");
		assertThat(Observed.value(retrieval, "gen_ai.retrieval.query.text")).isEqualTo("about seals");
		assertThat(Observed.value(retrieval, "gen_ai.retrieval.documents"))
			.isEqualTo("[{\"id\":\"d1\",\"score\":0.5,\"content\":\"a page\"},{\"content\":\"another\"}]");
		Observation.Context workflow = this.observed.named("invoke_workflow chain");
		assertThat(Observed.value(workflow, "gen_ai.input.messages"))
			.isEqualTo("[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"seals\"}]}]");
		assertThat(Observed.value(workflow, "gen_ai.output.messages"))
			.as("kept though no handler receives the end of a chain")
			.contains("\"so it is\"");
	}

	@Test
	void shouldRecordResultsThatAreJsonAsJson() {
		Tools tools = Tools.from(new Weather()).withManager(manager(ALL));
		tools.call(new ToolCall("c1", "degrees", "{}")).block(TIMEOUT);
		JsonNode result = MAPPER
			.readTree(Observed.value(this.observed.named("execute_tool degrees"), "gen_ai.tool.call.result"));
		assertThat(result.get("Oslo").asInt()).isEqualTo(7);
	}

	@Test
	@DisplayName("G37 every text passes the filter, with what it is and its run")
	void shouldShowWhatTheFilterLeaves() {
		RunContentFilter filter = (run, kind, text) -> switch (kind) {
			case RunContentFilter.PROMPT -> text.replaceAll("\\d", "*");
			case RunContentFilter.RESPONSE -> run.tags().contains("public") ? text : null;
			default -> "(" + kind + ")";
		};
		SpanContent content = SpanContent.builder().inputs(true).outputs(true).filter(filter).build();
		CallbackManager manager = manager(content);
		client(ScriptedChatModel.of("secret"), manager).prompt("PIN 1234").system("S3").result().block(TIMEOUT);
		Observation.Context chat = this.observed.named("chat m");
		assertThat(Observed.value(chat, "gen_ai.input.messages")).contains("PIN ****");
		assertThat(Observed.value(chat, "gen_ai.system_instructions")).contains("(system)");
		assertThat(Observed.value(chat, "gen_ai.output.messages"))
			.isEqualTo("[{\"role\":\"assistant\",\"parts\":[],\"finish_reason\":\"stop\"}]");
		Tools.from(new Weather())
			.withManager(manager)
			.call(new ToolCall("c1", "forecast", "{\"city\": \"Oslo\"}"))
			.block(TIMEOUT);
		Observation.Context tool = this.observed.named("execute_tool forecast");
		assertThat(Observed.value(tool, "gen_ai.tool.call.arguments")).isEqualTo("\"(tool-arguments)\"");
		assertThat(Observed.value(tool, "gen_ai.tool.call.result")).isEqualTo("\"(tool-result)\"");
	}

	@Test
	@DisplayName("G37 metadata and stop sequences pass the filter as inputs")
	void shouldFilterMetadataAndStopSequences() {
		RunContentFilter filter = (run, kind, text) -> text.equals("closed") ? null
				: text.replace("CANARY", "(" + kind + ")");
		SpanContent content = SpanContent.builder()
			.metadata(Map.of("a", "a.id", "b", "b.id", "c", "c.id"))
			.filter(filter)
			.build();
		client(ScriptedChatModel.of("x"), manager(content)).prompt("Go")
			.metadata(Map.of("a", "CANARY", "b", List.of("CAN", "ARY"), "c", "closed"))
			.options(ChatOptions.builder().model("m").stopSequences(List.of("CANARY", "b")).build())
			.result()
			.block(TIMEOUT);
		Observation.Context chat = this.observed.named("chat m");
		assertThat(Observed.value(chat, "a.id")).isEqualTo("(input)");
		assertThat(Observed.value(chat, "b.id")).isEqualTo("(input)");
		assertThat(Observed.value(chat, "c.id")).isEqualTo("null");
		assertThat(Observed.value(chat, "gen_ai.request.stop_sequences")).isNotEqualTo("null");
		assertThat(this.observed.texts()).noneMatch((it) -> it.contains("CANARY"));
	}

	@Test
	@DisplayName("G37 what a filter fails for is not shown, and the call goes on")
	void shouldShowNothingWhenTheFilterFails() {
		SpanContent content = SpanContent.builder().inputs(true).outputs(true).filter((run, kind, text) -> {
			throw new IllegalStateException("no");
		}).build();
		String answer = client(ScriptedChatModel.of("CANARY"), manager(content)).prompt("CANARY").text().block(TIMEOUT);
		assertThat(answer).isEqualTo("CANARY");
		assertThat(this.observed.texts()).noneMatch((it) -> it.contains("CANARY"));
	}

	@Test
	void shouldBeWithinTheLimit() {
		SpanContent content = SpanContent.builder().inputs(true).outputs(true).maxLength(1_000).build();
		client(ScriptedChatModel.of("😀".repeat(5_000)), manager(content)).prompt("x".repeat(1_000_000))
			.system("y".repeat(5_000))
			.result()
			.block(TIMEOUT);
		for (String key : List.of("gen_ai.system_instructions", "gen_ai.input.messages", "gen_ai.output.messages")) {
			String json = Observed.value(this.observed.named("chat m"), key);
			assertThat(json).hasSizeBetween(600, 1_000).contains("characters cut]");
			assertThat(MAPPER.readTree(json).size()).isEqualTo(1);
		}
	}

	@Test
	void shouldRecordMetadataOfAWholeTreeUnderTheGivenNames() {
		SpanContent content = SpanContent.builder()
			.metadata(Map.of("conversation", "session.id", "user", "user.id", "absent", "absent.id"))
			.build();
		CallbackManager manager = manager(content);
		ChatClient client = client(ScriptedChatModel.of("a"), manager);
		Chain.<String, String>of("chain", (text) -> client.prompt(text).content())
			.withOptions(
					RunOptions.builder().metadata(Map.of("conversation", 42, "user", "u\n1", "other", "x")).build())
			.withManager(manager)
			.invoke("Go")
			.block(TIMEOUT);
		for (String span : List.of("chat m", "invoke_workflow chain")) {
			Observation.Context context = this.observed.named(span);
			assertThat(Observed.value(context, "session.id")).isEqualTo("42");
			assertThat(Observed.value(context, "user.id")).isEqualTo("u\\n1");
			assertThat(Observed.value(context, "absent.id")).isEqualTo("null");
			assertThat(context.getAllKeyValues()).noneMatch((it) -> it.getValue().equals("x"));
		}
	}

	@Test
	void shouldLeaveOutAValueThatCannotBeWritten() {
		Object broken = new Object() {

			@Override
			public String toString() {
				throw new IllegalStateException("broken");
			}

		};
		Chain<Object, Object> chain = Chain.of("chain", (input) -> "fine");
		assertThat(chain.withManager(manager(ALL)).invoke(broken).block(TIMEOUT)).isEqualTo("fine");
		Observation.Context context = this.observed.named("invoke_workflow chain");
		assertThat(Observed.value(context, "gen_ai.input.messages")).isEqualTo("null");
		assertThat(Observed.value(context, "gen_ai.output.messages")).contains("fine");
	}

	@Test
	@DisplayName("content reaches every tracer, and is not prepared for spans that are not recorded")
	void shouldTagTheSpansOfBrave() {
		AtomicInteger asked = new AtomicInteger();
		SpanContent content = SpanContent.builder().inputs(true).outputs(true).filter((run, kind, text) -> {
			asked.incrementAndGet();
			return text;
		}).build();
		List<Map<String, String>> spans = traced(Sampler.ALWAYS_SAMPLE, content);
		assertThat(spans).singleElement().satisfies((tags) -> {
			assertThat(tags.get("gen_ai.input.messages")).contains("the question");
			assertThat(tags.get("gen_ai.output.messages")).contains("the answer");
			assertThat(tags).containsEntry("gen_ai.usage.input_tokens", "5").doesNotContainKey("error.type");
		});
		assertThat(asked.getAndSet(0)).isEqualTo(2);
		assertThat(traced(Sampler.NEVER_SAMPLE, content)).isEmpty();
		assertThat(asked).hasValue(0);
	}

	@Test
	void shouldAllocateNothingWithoutContent() {
		UUID id = Run.newId();
		Run run = new Run(id, null, id, RunType.RETRIEVER, "guide", Set.of(), Map.of("user", "ada"), Instant.now());
		RetrieverStart start = new RetrieverStart(run, Instant.now(), "query");
		RetrieverEnd end = new RetrieverEnd(run, Instant.now(), Duration.ZERO, List.of(new Document("page")));
		ContentAttributes attributes = new ContentAttributes(SpanContent.NONE);
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long fewest = Long.MAX_VALUE;
		for (int round = 0; round < 5; round++) {
			long before = threads.getCurrentThreadAllocatedBytes();
			for (int i = 0; i < 10_000; i++) {
				assertEmpty(attributes.metadata(run));
				assertEmpty(attributes.content(start, end));
			}
			fewest = Math.min(fewest, threads.getCurrentThreadAllocatedBytes() - before);
		}
		assertThat(fewest).as("bytes of 10,000 runs").isLessThan(10_000);
	}

	private static void assertEmpty(KeyValues values) {
		if (values != KeyValues.empty()) {
			throw new AssertionError("not empty: " + values);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 1, 255 })
	void shouldRejectLimitsThatAreTooSmall(int limit) {
		assertThatIllegalArgumentException().isThrownBy(() -> SpanContent.builder().maxLength(limit).build());
	}

	private static List<Map<String, String>> traced(Sampler sampler, SpanContent content) {
		ConcurrentLinkedQueue<Map<String, String>> spans = new ConcurrentLinkedQueue<>();
		SpanHandler collector = new SpanHandler() {

			@Override
			public boolean end(@Nullable TraceContext context, MutableSpan span, Cause cause) {
				spans.add(Map.copyOf(span.tags()));
				return true;
			}

		};
		try (Tracing tracing = Tracing.newBuilder().sampler(sampler).addSpanHandler(collector).build()) {
			BraveTracer tracer = new BraveTracer(tracing.tracer(),
					new BraveCurrentTraceContext(tracing.currentTraceContext()), new BraveBaggageManager());
			ObservationRegistry registry = ObservationRegistry.create();
			registry.observationConfig().observationHandler(new RunTracingObservationHandler(tracer));
			CallbackManager manager = CallbackManager.builder()
				.filters(List.of(new ObservationRunFilter(registry, GenAiConventions.V1_41, List.of(), content)))
				.build();
			ScriptedChatModel model = new ScriptedChatModel(ScriptedAnswer.text("the answer").withUsage(5, 7));
			client(model, manager).prompt("the question").text().block(TIMEOUT);
		}
		return List.copyOf(spans);
	}

	private CallbackManager manager(SpanContent content) {
		return CallbackManager.builder()
			.filters(List
				.of(new ObservationRunFilter(this.observed.registry(), GenAiConventions.V1_41, List.of(), content)))
			.build();
	}

	private static ChatClient client(ChatModel model, CallbackManager manager) {
		return ChatClient.builder(model)
			.callbackManager(manager)
			.defaultOptions(ChatOptions.builder().model("m").build())
			.build();
	}

	static class Weather {

		@LlmTool(description = "The forecast.")
		String forecast(String city) {
			return "sunny in " + city;
		}

		@LlmTool(description = "All temperatures.")
		Map<String, Integer> degrees() {
			return Map.of("Oslo", 7);
		}

	}

}
