package dev.llmcallbacks.test;

import java.time.Duration;
import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.run.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ScriptedChatModel}.
 */
class ScriptedChatModelTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final ScriptedChatModel model = new ScriptedChatModel();

	@Test
	void shouldGiveTheAnswersOneByOne() {
		this.model.answer("first").answer(ScriptedAnswer.tokens("sec", "ond"), ScriptedAnswer.text("third"));
		assertThat(List.of(ask("a"), ask("b"), ask("c"))).containsExactly("first", "second", "third");
	}

	@Test
	void shouldPreferTheLatestConditionThatIsMet() {
		this.model.answer("next")
			.answerWhen("weather", ScriptedAnswer.text("cold"))
			.answerWhen((request) -> request.messages().get(0).text().startsWith("Which weather"),
					ScriptedAnswer.text("which"))
			.answerAlways(ScriptedAnswer.text("always"));
		assertThat(List.of(ask("How is the weather?"), ask("Which weather?"), ask("a"), ask("b"), ask("weather")))
			.containsExactly("cold", "which", "next", "always", "cold");
	}

	@Test
	void shouldSayWhatToDoWhenNothingIsScripted() {
		StepVerifier.create(ChatClient.builder(this.model).build().prompt("Who?").text())
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(AssertionError.class)
				.hasMessageContainingAll("Who?", "answerAlways"))
			.verify(TIMEOUT);
	}

	@Test
	void shouldRememberCallsAndHowTheyEnded() {
		this.model.answer(ScriptedAnswer.text("fine"), ScriptedAnswer.failure(new IllegalStateException("broken")),
				ScriptedAnswer.tokens("a").then(ScriptedAnswer.silence()));
		ChatClient client = ChatClient.builder(this.model).build();
		client.prompt("one").streaming(false).text().block(TIMEOUT);
		client.prompt("two").text().onErrorComplete().block(TIMEOUT);
		assertThat(client.prompt("three").content().blockFirst(TIMEOUT)).isEqualTo("a");
		assertThat(this.model.requests()).extracting((request) -> request.messages().get(0))
			.containsExactly(new HumanMessage("one"), new HumanMessage("two"), new HumanMessage("three"));
		assertThat(this.model.calls()).extracting(ModelCall::isStreaming).containsExactly(false, true, true);
		Awaitility.await()
			.atMost(TIMEOUT)
			.untilAsserted(() -> assertThat(this.model.calls()).extracting(ModelCall::outcome)
				.containsExactly(Outcome.COMPLETED, Outcome.FAILED, Outcome.CANCELLED));
	}

	@Test
	void shouldDoNothingBeforeASubscriptionAndACallForEach() {
		this.model.answer("first").answer("second");
		Flux<String> answer = ChatClient.builder(this.model).build().prompt("Hi").content();
		assertThat(this.model.calls()).isEmpty();
		assertThat(answer.collectList().block(TIMEOUT)).containsExactly("first");
		assertThat(answer.collectList().block(TIMEOUT)).containsExactly("second");
	}

	@Test
	void shouldForgetAllButItsFirstAnswerWhenReset() {
		ScriptedChatModel model = ScriptedChatModel.of("in", "itial");
		model.answer("next").answerWhen("a", ScriptedAnswer.text("a")).answerAlways(ScriptedAnswer.text("always"));
		model.stream(new ChatRequest(List.of())).blockLast(TIMEOUT);
		model.reset();
		assertThat(model.calls()).isEmpty();
		List<String> texts = model.stream(new ChatRequest(List.of(new HumanMessage("a"))))
			.map(ChatChunk::text)
			.collectList()
			.block(TIMEOUT);
		assertThat(texts).containsExactly("in", "itial", "");
	}

	private String ask(String question) {
		return ChatClient.builder(this.model).build().prompt(question).text().blockOptional(TIMEOUT).orElseThrow();
	}

}
