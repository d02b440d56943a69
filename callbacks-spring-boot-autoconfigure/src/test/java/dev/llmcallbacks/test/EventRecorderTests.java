package dev.llmcallbacks.test;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link EventRecorder} and what can be asserted of it.
 */
class EventRecorderTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final EventRecorder recorder = new EventRecorder();

	private final CallbackManager manager = CallbackManager.builder().handlers(this.recorder).build();

	private final ScriptedChatModel model = ScriptedChatModel.of("Hel", "lo");

	private final ChatClient client = ChatClient.builder(this.model).callbackManager(this.manager).build();

	@Test
	void shouldAssertOnARun() {
		ask("ask");
		assertThat(this.recorder).hasEndedEachRunOnce().hasRuns("ask");
		assertThat(this.recorder).run("ask")
			.endedWith(Outcome.COMPLETED)
			.hasEventsInOrder(ChatModelStart.class, LlmNewToken.class, LlmNewToken.class, LlmEnd.class)
			.hasTokens("Hel", "lo")
			.hasText("Hello")
			.hasNoEvent(LlmCancel.class)
			.hasChildren()
			.calledOnThreads("llm-callback");
		assertThat(this.recorder.events()).extracting(RecordedEvent::threadName)
			.noneMatch((name) -> name.equals(Thread.currentThread().getName()));
	}

	@Test
	void shouldGiveEventsOfATypeAndTheNamesOfAll() {
		ask("ask");
		assertThat(this.recorder.events(LlmNewToken.class)).extracting(LlmNewToken::token).containsExactly("Hel", "lo");
		assertThat(this.recorder.events(RunEnd.class)).singleElement().isInstanceOf(LlmEnd.class);
		assertThat(this.recorder.eventNames()).containsExactly("ChatModelStart", "LlmNewToken", "LlmNewToken",
				"LlmEnd");
	}

	@Test
	void shouldSayWhatIsDifferent() {
		ask("ask");
		RecordedRunAssert run = assertThat(this.recorder).run();
		assertFails(() -> run.endedWith(Outcome.CANCELLED), "outcome of run 'ask'", "COMPLETED");
		assertFails(() -> run.hasEventsInOrder(LlmEnd.class, LlmNewToken.class), "run 'ask'",
				"There is no LlmNewToken in its place; the events are [ChatModelStart, LlmNewToken, LlmNewToken, LlmEnd]");
		assertFails(() -> run.hasEventsInOrder(LlmNewToken.class, LlmNewToken.class, LlmNewToken.class),
				"no LlmNewToken");
		assertFails(() -> run.hasTokens("Hello"), "tokens of run 'ask'");
		assertFails(() -> run.hasText("Hel"), "text of run 'ask'");
		assertFails(() -> run.hasNoEvent(RunEnd.class), "events of type RunEnd");
		assertFails(() -> run.calledOnThreads("reactor-"), "threads of run 'ask'");
		assertFails(() -> run.hasChildren("tool"), "children of run 'ask'");
		assertFails(() -> run.hasTree("ask\n  tool"), "tree of run 'ask'");
		assertFails(run::failure, "outcome of run 'ask'");
		assertFails(() -> assertThat(this.recorder).hasHeardNothing(), "Events");
		assertFails(() -> assertThat(this.recorder).hasRuns("ask", "tell"), "tell");
	}

	@Test
	void shouldShowTheTreeOfRuns() {
		Chain<String, String> before = Chain.of("before", (topic) -> topic);
		Chain<String, String> inner = Chain.of("inner",
				(topic) -> this.client.prompt(topic).runName("model").content());
		before.then(inner)
			.withOptions(RunOptions.builder().runName("note").build())
			.withManager(this.manager)
			.invoke("lighthouse")
			.block(TIMEOUT);
		assertThat(this.recorder).hasRuns("note").hasEndedEachRunOnce();
		assertThat(this.recorder).run("note").hasChildren("inner", "before").hasTree("""
				note
				  before
				  inner
				    model
				""");
		assertThat(this.recorder).run("inner").hasChildren("model").hasEventsInOrder(ChainStart.class, ChainEnd.class);
		assertThat(this.recorder).run("model").hasText("Hello");
	}

	@Test
	void shouldShowTheFailure() {
		this.model
			.answer(ScriptedAnswer.tokens("Hel").then(ScriptedAnswer.failure(new IllegalStateException("broken"))));
		this.client.prompt("Hi").runName("ask").text().onErrorComplete().block(TIMEOUT);
		assertThat(this.recorder).run("ask").hasText("Hel").failure().hasMessage("broken");
		Chain.of("chain", (String in) -> Mono.error(new IllegalStateException("torn")))
			.withManager(this.manager)
			.invoke("in")
			.onErrorComplete()
			.block(TIMEOUT);
		assertThat(this.recorder).run("chain").failure().hasMessage("torn");
	}

	@Test
	void shouldWaitForEventsAndRuns() {
		Sinks.Empty<Void> trigger = Sinks.empty();
		this.model.answer(ScriptedAnswer.tokens("a").then(ScriptedAnswer.tokens("b").after(trigger.asMono())),
				ScriptedAnswer.tokens("a").then(ScriptedAnswer.silence()));
		this.client.prompt("Hi").runName("waits").content().subscribe();
		assertThat(this.recorder.await(LlmNewToken.class).token()).isEqualTo("a");
		Disposable endless = this.client.prompt("Hi").runName("endless").content().subscribe();
		trigger.tryEmitEmpty();
		assertThat(this.recorder.await("waits").tokens()).containsExactly("a", "b");
		endless.dispose();
		assertThat(this.recorder).run("endless").endedWith(Outcome.CANCELLED);
		assertThat(this.recorder).hasRuns("waits", "endless");
	}

	@Test
	void shouldGiveUpWhenNothingComes() {
		EventRecorder impatient = new EventRecorder(Duration.ofMillis(1));
		assertFails(() -> assertThat(impatient).run("ask"), "Not so within PT0.001S: A run named 'ask' has ended",
				"(nothing)");
		this.model.answer(ScriptedAnswer.silence());
		Disposable endless = this.client.prompt("Hi").runName("endless").callbacks(impatient).content().subscribe();
		this.recorder.await(RunStart.class);
		assertFails(impatient::await, "All runs have ended");
		assertFails(() -> impatient.await(RunEnd.class), "An event of type RunEnd was heard");
		endless.dispose();
	}

	@Test
	void shouldAskWhichRunIsMeantWhenThereAreSeveral() {
		ask("ask");
		ask("ask");
		assertFails(() -> assertThat(this.recorder).run("ask"), "There is not one run named 'ask', but 2");
		assertFails(() -> assertThat(this.recorder).run(), "There is not one run, but several", "ask\nask");
		assertThat(this.recorder.runs()).extracting((run) -> run.run().name()).containsExactly("ask", "ask");
	}

	@Test
	void shouldForgetRunsThatAreGoingOnWhenReset() {
		this.model.answer(ScriptedAnswer.tokens("a").then(ScriptedAnswer.silence()));
		EventRecorder witness = new EventRecorder();
		Disposable endless = this.client.prompt("Hi").runName("old").callbacks(witness).content().subscribe();
		this.recorder.await(LlmNewToken.class);
		this.recorder.reset();
		endless.dispose();
		assertThat(witness).run("old").endedWith(Outcome.CANCELLED);
		ask("new");
		assertThat(this.recorder).hasRuns("new");
		this.recorder.reset();
		assertThat(this.recorder).hasHeardNothing();
	}

	@Test
	void shouldNoticeARunThatDoesNotEndAsItShould() {
		ask("ask");
		List<RecordedEvent> events = this.recorder.events();
		RecordedEvent end = events.get(events.size() - 1);
		this.recorder.onEvent(end.event());
		assertFails(() -> assertThat(this.recorder).hasEndedEachRunOnce(), "number of terminal events of run 'ask'");
		this.recorder.reset();
		this.recorder.onEvent(end.event());
		assertFails(() -> assertThat(this.recorder).run("ask").hasEndedOnce(), "first event of run 'ask'");
		this.recorder.reset();
		events.forEach((event) -> this.recorder.onEvent(event.event()));
		this.recorder.onEvent(events.get(1).event());
		assertFails(() -> assertThat(this.recorder).hasEndedEachRunOnce(), "last event of run 'ask'");
	}

	private void ask(String runName) {
		this.client.prompt("Hi").runName(runName).text().block(TIMEOUT);
	}

	private static void assertFails(Runnable assertion, String... message) {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(assertion::run).withMessageContainingAll(message);
	}

}
