package dev.llmcallbacks.handlers;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import dev.llmcallbacks.callback.RecordedException;
import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.event.AgentAction;
import dev.llmcallbacks.event.AgentFinish;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainError;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.LlmStart;
import dev.llmcallbacks.event.RetrieverEnd;
import dev.llmcallbacks.event.RetrieverError;
import dev.llmcallbacks.event.RetrieverStart;
import dev.llmcallbacks.event.Retry;
import dev.llmcallbacks.event.Text;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.event.ToolProgress;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.LlmOutput;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolCallChunk;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunInfo;
import dev.llmcallbacks.run.RunType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EventContentFilter}.
 */
class EventContentFilterTests {

	private static final String CANARY = "CANARY";

	private static final RunContentFilter MASK = (run, kind, text) -> text.replace(CANARY, "masked");

	private static final TokenUsage USAGE = new TokenUsage(1, 2, 3, 0, 0, 0);

	private final EventContentFilter filter = EventContentFilter.of(MASK);

	private final Run run = run();

	@Test
	@DisplayName("G37 an event is not changed, not even copied, without a filter")
	void shouldReturnTheEventWithoutAFilter() {
		EventContentFilter none = EventContentFilter.of(null);
		assertThat(none).isSameAs(EventContentFilter.of(null));
		assertThat(events()).allSatisfy((event) -> assertThat(none.filter(event)).isSameAs(event));
	}

	@Test
	@DisplayName("G37 no component of an event has a text that did not pass the filter")
	void shouldFilterEveryText() {
		Set<Class<?>> types = new LinkedHashSet<>();
		for (CallbackEvent event : events()) {
			assertThat(CallbackEventJson.writeWithMedia(event)).as("a test of nothing").contains(CANARY);
			CallbackEvent shown = this.filter.filter(event);
			assertThat(shown).hasSameClassAs(event);
			assertThat(shown.timestamp()).isEqualTo(event.timestamp());
			assertThat(shown.run().id()).isEqualTo(event.run().id());
			assertThat(shown.toString()).doesNotContain(CANARY);
			String json = CallbackEventJson.writeWithMedia(shown);
			assertThat(json).doesNotContain(CANARY).doesNotContain("Q0FOQVJZ");
			assertThat(CallbackEventJson.write(CallbackEventJson.read(json))).isEqualTo(json);
			types.add(event.getClass());
		}
		assertThat(types).as("events with content").hasSize(21);
	}

	@Test
	void shouldKeepEventsWhoseTextsTheFilterLeavesAlone() {
		EventContentFilter identity = EventContentFilter.of((run, kind, text) -> text);
		for (CallbackEvent event : SampleEvents.all()) {
			CallbackEvent shown = identity.filter(event);
			assertThat(shown).hasSameClassAs(event);
			if (!(event instanceof LlmNewToken)) {
				String expected = withoutDetails(CallbackEventJson.write(event));
				assertThat(withoutDetails(CallbackEventJson.write(shown))).isEqualTo(expected);
			}
		}
	}

	// details of the provider repeat content, and are missing
	private static String withoutDetails(String json) {
		return json.replaceAll("\"details\":\\{[^}]*}", "\"details\":{}");
	}

	@Test
	@DisplayName("G37 a filter that fails hides all content, and nothing else")
	void shouldHideContentWhenTheFilterFails() {
		EventContentFilter failing = EventContentFilter.of((run, kind, text) -> {
			throw new IllegalStateException(text);
		});
		for (CallbackEvent event : events()) {
			CallbackEvent shown = failing.filter(event);
			assertThat(shown).hasSameClassAs(event);
			assertThat(CallbackEventJson.writeWithMedia(shown)).doesNotContain(CANARY);
		}
		LlmEnd end = (LlmEnd) failing.filter(llmEnd());
		assertThat(end.result().text()).isEmpty();
		assertThat(end.result().llmOutput().tokenUsage()).isEqualTo(USAGE);
		assertThat(end.result().generations().get(0).get(0).finishReason()).isEqualTo(FinishReason.STOP);
	}

	@Test
	void shouldGiveTheFilterTheRunAndTheKind() {
		List<String> asked = new ArrayList<>();
		EventContentFilter.of((run, kind, text) -> {
			assertThat(run).isSameAs(this.run);
			asked.add(kind + " " + text);
			return text;
		}).filter(new ChatModelStart(this.run, SampleEvents.AT, conversation(), ChatOptions.NONE, List.of(), "openai"));
		assertThat(asked).containsExactly("input CANARY metadata", "system CANARY", "prompt CANARY",
				"prompt https://example.com/CANARY", "prompt CANARY.pdf", "response CANARY",
				"tool-arguments {\"a\":\"CANARY\"}", "reasoning CANARY", "tool-result CANARY");
	}

	@Test
	@DisplayName("G37 a text that came in fragments is filtered whole")
	void shouldFilterFragmentsWhole() {
		for (List<?> items : List.of(List.of("CAN", "ARY", " and more"),
				List.of(ChatChunk.text("CAN"), ChatChunk.text("ARY and more")))) {
			ChainEnd end = new ChainEnd(this.run, SampleEvents.AT, SampleEvents.TOOK, items);
			assertThat(((ChainEnd) this.filter.filter(end)).outputs()).isEqualTo(List.of("masked and more"));
		}
		List<ChatChunk> chunks = List.of(ChatChunk.text("an open "), ChatChunk.text("text"));
		ChainEnd open = new ChainEnd(this.run, SampleEvents.AT, SampleEvents.TOOK, chunks);
		assertThat(((ChainEnd) this.filter.filter(open)).outputs()).as("of chunks").isEqualTo(List.of("an open text"));
		LlmNewToken token = new LlmNewToken(this.run, SampleEvents.AT, "CAN", 0, ChatChunk.text("CAN"));
		LlmNewToken shown = (LlmNewToken) this.filter.filter(token);
		assertThat(shown.token()).isEmpty();
		assertThat(shown.chunk().hasContent()).isFalse();
	}

	@Test
	void shouldKeepParsedArgumentsOnlyIfTheyAreShown() {
		ToolCall open = new ToolCall("c", "t", "{\"a\":1}", Map.of("a", 1));
		ToolCall masked = new ToolCall("c", "t", "{\"a\":\"CANARY\"}", Map.of("a", CANARY));
		assertThat(((ToolStart) this.filter.filter(new ToolStart(this.run, SampleEvents.AT, open))).toolCall())
			.isEqualTo(open);
		assertThat(((ToolStart) this.filter.filter(new ToolStart(this.run, SampleEvents.AT, masked))).toolCall())
			.isEqualTo(new ToolCall("c", "t", "{\"a\":\"masked\"}"));
	}

	@Test
	void shouldKeepTheTypeAndTheStackTraceOfAnError() {
		Throwable error = new IOException("CANARY", new IllegalStateException("about CANARY"));
		ChainError shown = (ChainError) this.filter
			.filter(new ChainError(this.run, SampleEvents.AT, SampleEvents.TOOK, error));
		assertThat(shown.error()).isInstanceOfSatisfying(RecordedException.class, (recorded) -> {
			assertThat(recorded.errorType()).isEqualTo("java.io.IOException");
			assertThat(recorded).hasMessage("masked").hasStackTraceContaining(getClass().getName());
			assertThat(recorded.getCause()).hasMessage("about masked");
		});
	}

	@Test
	void shouldSurviveValuesThatContainThemselvesAndDeepOnes() {
		List<Object> endless = new ArrayList<>();
		endless.add(endless);
		List<Object> deep = List.of(CANARY);
		for (int i = 0; i < 1000; i++) {
			deep = List.of(deep);
		}
		for (Object data : List.of(endless, deep)) {
			CallbackEvent shown = this.filter.filter(new CustomEvent(this.run, SampleEvents.AT, "note", data));
			assertThat(CallbackEventJson.write(shown)).doesNotContain(CANARY);
		}
	}

	private static Run run() {
		Run run = SampleEvents.run(RunType.LLM, "chat", null);
		return new Run(run.id(), null, run.rootId(), run.type(), run.name(), run.tags(),
				Map.of("note", CANARY + " metadata"), run.startedAt());
	}

	private static List<ChatMessage> conversation() {
		return List.of(new SystemMessage(CANARY),
				new HumanMessage(CANARY, List.of(Media.of("image/png", CANARY.getBytes()),
						Media.of("application/pdf", URI.create("https://example.com/CANARY")).named("CANARY.pdf"))),
				answer(), new ToolMessage("c", CANARY));
	}

	private static AiMessage answer() {
		return new AiMessage(CANARY, List.of(toolCall()), CANARY,
				Map.of("content", List.of(Map.of("text", CANARY)), "refusal", CANARY));
	}

	private static ToolCall toolCall() {
		return new ToolCall("c", "t", "{\"a\":\"CANARY\"}", Map.of("a", CANARY), Map.of("extra", CANARY));
	}

	private static ChatRequest request() {
		return new ChatRequest(conversation(),
				ChatOptions.builder().stopSequences(List.of(CANARY)).extraBody(Map.of("user", CANARY)).build(),
				List.of());
	}

	private LlmResult result() {
		return new LlmResult(
				List.of(List
					.of(new ChatGeneration(answer(), FinishReason.STOP, "stop", Map.of("logprobs", List.of(CANARY))))),
				new LlmOutput("m", USAGE, "id", "r", Map.of("raw", CANARY)), List.of(new RunInfo(this.run.id())),
				conversation());
	}

	private LlmEnd llmEnd() {
		return new LlmEnd(this.run, SampleEvents.AT, SampleEvents.TOOK, request(), true, result(), null, null);
	}

	private List<CallbackEvent> events() {
		IllegalStateException error = new IllegalStateException(CANARY);
		ChatChunk chunk = new ChatChunk(0, CANARY, CANARY, List.of(new ToolCallChunk(0, "c", "t", CANARY)), null, null,
				USAGE, "m", "id", Map.of("k", CANARY), Map.of("k", CANARY));
		Document document = new Document("id", CANARY, Map.of("title", CANARY, "page", 3), 0.5);
		Object value = Map.of("message", answer(), "items", List.of(document, toolCall(), chunk, result(),
				new ChatResponse(result().generations().get(0), LlmOutput.NONE), 7, true, new Order(CANARY)));
		return List.of(
				new ChatModelStart(this.run, SampleEvents.AT, conversation(), request().options(), List.of(), "openai"),
				new LlmStart(this.run, SampleEvents.AT, List.of(CANARY), request().options()),
				new LlmNewToken(this.run, SampleEvents.AT, CANARY, 0, chunk),
				new Retry(this.run, SampleEvents.AT, 1, SampleEvents.TOOK, error), llmEnd(),
				new LlmError(this.run, SampleEvents.AT, SampleEvents.TOOK, error, request(), true, result(), null,
						null),
				new LlmCancel(this.run, SampleEvents.AT, SampleEvents.TOOK, request(), true, result(), null, null),
				new ChainStart(this.run, SampleEvents.AT, value),
				new ChainEnd(this.run, SampleEvents.AT, SampleEvents.TOOK, value),
				new ChainError(this.run, SampleEvents.AT, SampleEvents.TOOK, error),
				new AgentAction(this.run, SampleEvents.AT, toolCall()),
				new AgentFinish(this.run, SampleEvents.AT, value), new ToolStart(this.run, SampleEvents.AT, toolCall()),
				new ToolProgress(this.run, SampleEvents.AT, "c", new Order(CANARY)),
				new ToolEnd(this.run, SampleEvents.AT, SampleEvents.TOOK, new ToolMessage("c", CANARY)),
				new ToolError(this.run, SampleEvents.AT, SampleEvents.TOOK, "c", error),
				new RetrieverStart(this.run, SampleEvents.AT, CANARY),
				new RetrieverEnd(this.run, SampleEvents.AT, SampleEvents.TOOK, List.of(document)),
				new RetrieverError(this.run, SampleEvents.AT, SampleEvents.TOOK, error),
				new Text(this.run, SampleEvents.AT, CANARY),
				new CustomEvent(this.run, SampleEvents.AT, "note", new Order(CANARY)));
	}

	/**
	 * Value of an application.
	 *
	 * @param customer a text
	 */
	record Order(String customer) {
	}

}
