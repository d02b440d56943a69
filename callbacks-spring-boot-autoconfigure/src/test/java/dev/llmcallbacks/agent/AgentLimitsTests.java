package dev.llmcallbacks.agent;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import dev.llmcallbacks.chain.Trace;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.RunLimits;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.LlmOutput;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolCallChunk;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.tool.Tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for the limits of an {@link Agent}: calls of tools, time, and responses that were
 * cut off.
 */
class AgentLimitsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final Trace trace = new Trace();

	private final CallbackManager manager = CallbackManager.builder().handlers(this.trace.handler()).build();

	private final AtomicInteger executions = new AtomicInteger();

	private final AtomicInteger current = new AtomicInteger();

	private final AtomicInteger most = new AtomicInteger();

	private final Tool work = Tool.reactive(new ToolDefinition("work", "Works.", "{\"type\": \"object\"}"),
			(arguments) -> Mono.delay(Duration.ofMillis(2)).doOnSubscribe((subscription) -> {
				this.executions.incrementAndGet();
				this.most.accumulateAndGet(this.current.incrementAndGet(), Math::max);
			}).doOnTerminate(this.current::decrementAndGet));

	@ParameterizedTest
	@CsvSource({ "300, 64, 8, 0, 0", "10, 3, 2, 3, 2" })
	@DisplayName("S7 G41 an agent makes a limited number of tool calls of one response, and at a time")
	void shouldLimitToolCalls(int wanted, int made, int concurrency, int maxToolCalls, int toolConcurrency) {
		ScriptedChatModel model = new ScriptedChatModel().answer(ScriptedAnswer.toolCalls(calls(wanted)))
			.answer("done");
		Agent.Builder builder = builder(model);
		if (maxToolCalls > 0) {
			builder.maxToolCalls(maxToolCalls).toolConcurrency(toolConcurrency);
		}
		assertThat(builder.build().text("Hi").block(TIMEOUT)).isEqualTo("done");
		assertThat(this.executions).hasValue(made);
		assertThat(this.most.get()).isLessThanOrEqualTo(concurrency);
		List<ChatMessage> answers = model.requests().get(1).messages().subList(2, wanted + 2);
		assertThat(answers).allSatisfy((answer) -> {
			ToolMessage message = (ToolMessage) answer;
			boolean isMade = Integer.parseInt(message.toolCallId()) < made;
			assertThat(message.error()).isEqualTo(!isMade);
			assertThat(message.text().contains("at most " + made + " tool calls")).isEqualTo(!isMade);
		});
		assertThat(this.trace.log().events(ToolError.class)).hasSize(wanted - made);
	}

	private static ToolCall[] calls(int count) {
		return IntStream.range(0, count)
			.mapToObj((i) -> new ToolCall(String.valueOf(i), "work", "{}"))
			.toArray(ToolCall[]::new);
	}

	@ParameterizedTest
	@EnumSource(value = FinishReason.class, names = { "LENGTH", "CONTENT_FILTER" })
	@DisplayName("G35 a call in a response that was cut off is not made, and the agent ends with an error that says so")
	void shouldNotMakeACallOfAResponseThatWasCutOff(FinishReason reason) {
		for (Mono<?> answer : List.of(builder(new CutOffModel(reason)).build().invoke("Hi"),
				builder(new CutOffModel(reason)).build().stream("Hi").then())) {
			StepVerifier.create(answer)
				.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(CutOffResponseException.class)
					.hasMessageContaining("'Agent'")
					.hasMessageContaining("cut off (finish reason 'the\\nend')"))
				.verify(TIMEOUT);
		}
		assertThat(this.executions).hasValue(0);
		assertThat(this.trace.lines()).endsWith("!Agent").doesNotContain("+work");
		assertThat(this.trace.log().eventNames()).doesNotContain("AgentAction", "AgentFinish");
	}

	@Test
	void shouldAnswerWhenACutOffResponseHasNoCalls() {
		ChatModel model = new CutOffModel(FinishReason.LENGTH, List.of());
		assertThat(builder(model).build().text("Hi").block(TIMEOUT)).isEqualTo("text");
	}

	@Test
	@DisplayName("An agent that takes longer than its limit fails, and cancels what is in progress")
	void shouldFailWhenATimeLimitIsReached() {
		Tool endless = Tool.reactive(new ToolDefinition("endless", "Waits.", "{\"type\": \"object\"}"),
				(arguments) -> Mono.never());
		ScriptedChatModel model = new ScriptedChatModel(ScriptedAnswer.toolCalls(new ToolCall("1", "endless", "{}")));
		Agent agent = builder(model).tools(endless).timeout(Duration.ofSeconds(2)).build();
		StepVerifier.create(agent.invoke("Hi"))
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(AgentTimeoutException.class)
				.hasMessage("Agent 'Agent' did not end within PT2S; allow more with Agent.Builder.timeout(…)"))
			.verify(TIMEOUT);
		assertThat(this.trace.lines()).endsWith("+endless", "xendless", "!Agent");
	}

	@Test
	void shouldObeyTheLimitOfTheManager() {
		CallbackManager strict = CallbackManager.builder()
			.limits(new RunLimits(Duration.ZERO, Duration.ofMillis(50), 100))
			.build();
		ChatClient chatClient = ChatClient.builder(new ScriptedChatModel((request) -> Flux.never()))
			.callbackManager(strict)
			.build();
		StepVerifier.create(Agent.builder(chatClient).callbackManager(strict).build().content("Hi"))
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(AgentTimeoutException.class)
				.hasMessageContaining("'callbacks.timeouts.agent'"))
			.verify(TIMEOUT);
	}

	@Test
	@DisplayName("S8 S12 names that a model has invented are not in the agent's failure")
	void shouldNameToolsThatExistWhenThereAreTooManyRounds() {
		ToolCall[] calls = IntStream.range(0, 12)
			.mapToObj((i) -> new ToolCall(String.valueOf(i), (i == 1) ? "work" : "x\n" + "y".repeat(300), "{}"))
			.toArray(ToolCall[]::new);
		StepVerifier
			.create(builder(new ScriptedChatModel(ScriptedAnswer.toolCalls(calls))).maxRounds(1).build().invoke("Hi"))
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(TooManyRoundsException.class)
				.hasMessageContaining("[(unknown tool), work, (unknown tool), ")
				.hasMessageNotContaining("yyy")
				.hasMessageContaining(" and 2 more")
				.satisfies((failure) -> assertThat(failure.getMessage()).hasSizeLessThan(1_500)))
			.verify(TIMEOUT);
	}

	@Test
	void shouldRefuseLimitsThatAreNone() {
		Agent.Builder builder = builder(new ScriptedChatModel());
		assertThatIllegalArgumentException().isThrownBy(() -> builder.maxToolCalls(0))
			.withMessageContaining("maxToolCalls");
		assertThatIllegalArgumentException().isThrownBy(() -> builder.toolConcurrency(0));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.timeout(Duration.ofMillis(-1)));
	}

	private Agent.Builder builder(ChatModel model) {
		ChatClient chatClient = ChatClient.builder(model).callbackManager(this.manager).build();
		return Agent.builder(chatClient).tools(this.work).callbackManager(this.manager);
	}

	/**
	 * A model whose response ends early, with a tool call that looks complete.
	 *
	 * @param reason why it ends
	 * @param calls the tool calls
	 */
	record CutOffModel(FinishReason reason, List<ToolCall> calls) implements ChatModel {

		CutOffModel(FinishReason reason) {
			this(reason, List.of(new ToolCall("1", "work", "{}")));
		}

		@Override
		public Flux<ChatChunk> stream(ChatRequest request) {
			List<ToolCallChunk> chunks = this.calls.stream()
				.map((call) -> new ToolCallChunk(0, call.id(), call.name(), call.arguments()))
				.toList();
			return Flux.just(new ChatChunk(0, "text", null, chunks, null, null, null, null, null, Map.of()),
					new ChatChunk(0, "", null, List.of(), this.reason, "the\nend", null, null, null, Map.of()));
		}

		@Override
		public Mono<ChatResponse> call(ChatRequest request) {
			return Mono.just(new ChatResponse(
					List.of(new ChatGeneration(new AiMessage("text", this.calls), this.reason, "the\nend", Map.of())),
					LlmOutput.NONE));
		}

	}

}
