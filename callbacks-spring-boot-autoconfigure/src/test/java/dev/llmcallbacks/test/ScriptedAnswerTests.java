package dev.llmcallbacks.test;

import java.time.Duration;
import java.util.List;

import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolCall;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ScriptedAnswer}.
 */
class ScriptedAnswerTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final ChatRequest REQUEST = new ChatRequest(List.of(new HumanMessage("Hi")));

	@Test
	void shouldHaveATokenForEachWordWhenAnsweringText() {
		assertThat(texts(ScriptedAnswer.text("Why not  ask\nme?"))).containsExactly("Why ", "not  ", "ask\n", "me?",
				"");
	}

	@Test
	void shouldSayTheSameWhenStreamedAndWhenWhole() {
		ScriptedAnswer answer = ScriptedAnswer.reasoning("Let ", "me ", "see.")
			.then(ScriptedAnswer.tokens("It ", "is ", "warm."))
			.then(ScriptedAnswer.toolCalls(new ToolCall("c1", "look", "{\"at\": \"Ulm\"}"),
					new ToolCall("c2", "wait", "")))
			.withUsage(5, 7);
		ChatResponse whole = new ScriptedChatModel(answer).call(REQUEST).blockOptional(TIMEOUT).orElseThrow();
		ChatGeneration generation = whole.generations().get(0);
		AiMessage message = generation.message();
		assertThat(message.text()).isEqualTo("It is warm.");
		assertThat(message.reasoning()).isEqualTo("Let me see.");
		assertThat(message.toolCalls()).extracting(ToolCall::id, ToolCall::name, ToolCall::arguments)
			.containsExactly(Tuple.tuple("c1", "look", "{\"at\": \"Ulm\"}"), Tuple.tuple("c2", "wait", "{}"));
		assertThat(generation.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
		assertThat(whole.llmOutput().tokenUsage()).isEqualTo(new TokenUsage(5, 7, 12, 0, 0, 0));
		assertThat(String.join("", texts(answer))).isEqualTo(message.text());
	}

	@Test
	void shouldTellWhyTheAnswerEndedAndWhichModelAnswered() {
		ChatRequest request = new ChatRequest(REQUEST.messages(), ChatOptions.builder().model("large").build(),
				List.of());
		ChatChunk last = last(ScriptedAnswer.tokens("a"), request);
		assertThat(last.finishReason()).isEqualTo(FinishReason.STOP);
		assertThat(last.model()).isEqualTo("large");
		ScriptedAnswer cut = ScriptedAnswer.tokens("a").withFinishReason(FinishReason.LENGTH);
		assertThat(new ScriptedChatModel(cut).stream(request)
			.mapNotNull(ChatChunk::finishReason)
			.collectList()
			.block(TIMEOUT)).containsExactly(FinishReason.LENGTH);
	}

	@Test
	void shouldWaitBeforeEachPieceWhenDelayed() {
		ScriptedChatModel model = new ScriptedChatModel(
				ScriptedAnswer.tokens("a", "b").withDelay(Duration.ofHours(1)).then(ScriptedAnswer.tokens("c")));
		StepVerifier.withVirtualTime(() -> model.stream(REQUEST).map(ChatChunk::text))
			.expectSubscription()
			.expectNoEvent(Duration.ofHours(1))
			.expectNext("a")
			.expectNoEvent(Duration.ofHours(1))
			.expectNext("b", "c", "")
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	void shouldBeginWhenTheTriggerComes() {
		Sinks.One<String> trigger = Sinks.one();
		ScriptedAnswer answer = ScriptedAnswer.tokens("a").then(ScriptedAnswer.tokens("b").after(trigger.asMono()));
		StepVerifier.create(answer.chunks(REQUEST).map(ChatChunk::text))
			.expectNext("a")
			.then(() -> trigger.tryEmitValue("now"))
			.expectNext("b")
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	void shouldFailAfterWhatCameBefore() {
		IllegalStateException failure = new IllegalStateException("broken off");
		ScriptedAnswer answer = ScriptedAnswer.tokens("a").then(ScriptedAnswer.failure(failure));
		StepVerifier.create(new ScriptedChatModel(answer).stream(REQUEST).map(ChatChunk::text))
			.expectNext("a")
			.expectErrorMatches((ex) -> ex == failure)
			.verify(TIMEOUT);
		StepVerifier.create(new ScriptedChatModel(answer).call(REQUEST))
			.expectErrorMatches((ex) -> ex == failure)
			.verify(TIMEOUT);
	}

	private static List<String> texts(ScriptedAnswer answer) {
		return new ScriptedChatModel(answer).stream(REQUEST)
			.map(ChatChunk::text)
			.collectList()
			.blockOptional(TIMEOUT)
			.orElseThrow();
	}

	private static ChatChunk last(ScriptedAnswer answer, ChatRequest request) {
		Mono<ChatChunk> last = new ScriptedChatModel(answer).stream(request).last();
		return last.blockOptional(TIMEOUT).orElseThrow();
	}

}
