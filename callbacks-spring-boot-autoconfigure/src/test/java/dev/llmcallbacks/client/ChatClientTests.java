package dev.llmcallbacks.client;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import dev.llmcallbacks.Turns;
import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.client.ChatClient.PromptSpec;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.LlmStart;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunInfo;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ModelCall;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ChatClient}.
 */
class ChatClientTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final TokenUsage USAGE = new TokenUsage(5, 7, 12, 0, 0, 0);

	private final EventRecorder log = new EventRecorder(TIMEOUT);

	private final CallbackManager manager = CallbackManager.builder().handlers(this.log).build();

	@Test
	@DisplayName("G1 a run that completes fires its start, its tokens and one end")
	void shouldTellEveryEventInOrderWhenTheAnswerIsComplete() {
		LlmResult result = client(new ScriptedChatModel(ScriptedAnswer.tokens("Hel", "lo").withUsage(USAGE)))
			.prompt("Hi")
			.result()
			.block(TIMEOUT);
		assertThat(this.log.eventNames()).containsExactly("ChatModelStart", "LlmNewToken", "LlmNewToken", "LlmEnd");
		assertThat(result).isNotNull();
		assertThat(result.text()).isEqualTo("Hello");
		assertThat(result.llmOutput().modelName()).isEqualTo("scripted");
		assertThat(result.llmOutput().tokenUsage()).isEqualTo(USAGE);
		assertThat(result.run()).hasSize(1);
		assertThat(this.log.events(LlmEnd.class).get(0).result()).isEqualTo(result);
		assertThat(result.run().get(0).runId()).isEqualTo(this.log.events(CallbackEvent.class).get(0).run().id());
		assertThat(this.log.events(CallbackEvent.class).get(0).run().id().version()).isEqualTo(7);
	}

	@Test
	@DisplayName("G1 a run that fails fires one error, with what had arrived")
	void shouldTellThePartialResultWhenTheModelFails() {
		IllegalStateException failure = new IllegalStateException("broken");
		ScriptedChatModel model = new ScriptedChatModel(
				ScriptedAnswer.tokens("par", "tial").then(ScriptedAnswer.failure(failure)));
		StepVerifier.create(client(model).prompt("Hi").content())
			.expectNext("par", "tial")
			.expectErrorMatches((ex) -> ex == failure)
			.verify(TIMEOUT);
		assertThat(this.log.eventNames()).containsExactly("ChatModelStart", "LlmNewToken", "LlmNewToken", "LlmError");
		LlmError error = this.log.events(LlmError.class).get(0);
		assertThat(error.error()).isSameAs(failure);
		assertThat(error.result().text()).isEqualTo("partial");
		assertThat(error.outcome()).isEqualTo(Outcome.FAILED);
	}

	@Test
	@DisplayName("G1 a run that fails before its first token has an empty result")
	void shouldTellAnEmptyResultWhenNothingHadArrived() {
		ScriptedChatModel model = new ScriptedChatModel(ScriptedAnswer.failure(new IllegalStateException("broken")));
		StepVerifier.create(client(model).prompt("Hi").result()).expectError().verify(TIMEOUT);
		LlmError error = this.log.events(LlmError.class).get(0);
		assertThat(error.result().text()).isEmpty();
		assertThat(error.result().generations()).containsExactly(List.of());
		assertThat(error.timeToFirstToken()).isNull();
	}

	@Test
	@DisplayName("G2 a subscriber that has enough produces a cancel with the partial result, and the call is closed")
	void shouldTellACancelWhenTheSubscriberStopsEarly() {
		ScriptedChatModel model = new ScriptedChatModel(ScriptedAnswer.tokens("a", "b").then(ScriptedAnswer.silence()));
		StepVerifier.create(client(model).prompt("Hi").content().take(2))
			.expectNext("a", "b")
			.expectComplete()
			.verify(TIMEOUT);
		this.log.await();
		assertThat(this.log.eventNames()).containsExactly("ChatModelStart", "LlmNewToken", "LlmNewToken", "LlmCancel");
		LlmCancel cancel = this.log.events(LlmCancel.class).get(0);
		assertThat(cancel.result().text()).isEqualTo("ab");
		assertThat(cancel.outcome()).isEqualTo(Outcome.CANCELLED);
		assertThat(model.calls()).extracting(ModelCall::outcome).containsExactly(Outcome.CANCELLED);
	}

	@Test
	@DisplayName("G2 a subscriber that stops before the first token produces a cancel")
	void shouldTellACancelWhenTheSubscriberStopsBeforeTheFirstToken() {
		ScriptedChatModel model = new ScriptedChatModel(ScriptedAnswer.silence());
		StepVerifier.create(client(model).prompt("Hi").content())
			.expectSubscription()
			.then(() -> await().until(() -> model.calls().size() == 1))
			.thenCancel()
			.verify(TIMEOUT);
		this.log.await();
		assertThat(this.log.eventNames()).containsExactly("ChatModelStart", "LlmCancel");
	}

	@Test
	@DisplayName("G2 a subscriber that stops while start handlers run produces a cancel, and no call")
	void shouldNotCallTheModelWhenTheSubscriberStopsDuringTheStart() {
		ScriptedChatModel model = ScriptedChatModel.of("a");
		Sinks.Empty<Void> gate = Sinks.empty();
		AsyncCallbackHandler slow = AsyncCallbackHandler.on(RunStart.class, (start) -> gate.asMono());
		StepVerifier.create(client(model).prompt("Hi").callbacks(slow).content())
			.expectSubscription()
			.then(() -> this.log.await(ChatModelStart.class))
			.thenCancel()
			.verify(TIMEOUT);
		gate.tryEmitEmpty();
		this.log.await();
		assertThat(this.log.eventNames()).containsExactly("ChatModelStart", "LlmCancel");
		assertThat(model.calls()).isEmpty();
	}

	@Test
	@DisplayName("G4 a batch makes one run a conversation; rows, runs and usage are in order and summed")
	void shouldAnswerABatchInOrder() {
		Turns turns = Turns.of("b", "c", "a");
		ScriptedChatModel model = new ScriptedChatModel((request) -> {
			String text = request.messages().get(0).text();
			return turns.take(text, ScriptedAnswer.tokens(text, "!").withUsage(USAGE).chunks(request));
		});
		UUID runId = Run.newId();
		LlmResult result = client(model).generate(batch("a", "b", "c"), RunOptions.builder().runId(runId).build())
			.block(TIMEOUT);
		assertThat(result).isNotNull();
		assertThat(result.generations()).extracting((row) -> row.get(0).text()).containsExactly("a!", "b!", "c!");
		assertThat(result.llmOutput().tokenUsage().total()).isEqualTo(36);
		assertThat(result.run()).hasSize(3);
		assertThat(result.run()).first().extracting(RunInfo::runId).isEqualTo(runId);
		assertThat(result.run()).extracting(RunInfo::runId).doesNotHaveDuplicates();
		assertThat(this.log.events(LlmEnd.class)).hasSize(3).allMatch((end) -> end.result().generations().size() == 1);
	}

	@Test
	@DisplayName("G4 a conversation that fails leaves its siblings alone, and the first failure by index is raised")
	void shouldRaiseTheFirstFailureOfABatchWhenAllHaveEnded() {
		Turns turns = Turns.of("bad2", "ok1", "ok2", "bad1");
		ScriptedChatModel model = new ScriptedChatModel((request) -> {
			String text = request.messages().get(0).text();
			ScriptedAnswer answer = text.startsWith("bad") ? ScriptedAnswer.failure(new IllegalStateException(text))
					: ScriptedAnswer.text(text);
			return turns.take(text, answer.chunks(request));
		});
		assertThatIllegalStateException()
			.isThrownBy(() -> client(model).generate(batch("ok1", "bad1", "bad2", "ok2")).block(TIMEOUT))
			.withMessage("bad1");
		assertThat(this.log.events(LlmEnd.class)).hasSize(2);
		assertThat(this.log.events(LlmError.class)).hasSize(2);
	}

	@Test
	@DisplayName("G4 no more conversations are asked at a time than the batch concurrency allows")
	void shouldLimitTheConcurrencyOfABatch() {
		AtomicInteger open = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		Sinks.Empty<Void> two = Sinks.empty();
		ScriptedAnswer answer = ScriptedAnswer.tokens("x").after(two.asMono().then(Mono.delay(Duration.ofMillis(20))));
		ScriptedChatModel model = new ScriptedChatModel((request) -> Flux.defer(() -> {
			if (most.accumulateAndGet(open.incrementAndGet(), Math::max) == 2) {
				two.tryEmitEmpty();
			}
			return answer.chunks(request);
		}).doOnTerminate(open::decrementAndGet));
		client(model).mutate().batchConcurrency(2).build().generate(batch("a", "b", "c", "d", "e")).block(TIMEOUT);
		assertThat(most).hasValue(2);
	}

	@Test
	@DisplayName("G5 streaming or not is decided by the request alone")
	void shouldStreamAsTheRequestSays() {
		ScriptedChatModel model = ScriptedChatModel.of("a", "b");
		ChatClient client = client(model);
		client.prompt("Hi").result().block(TIMEOUT);
		assertThat(model.calls()).extracting(ModelCall::isStreaming).containsExactly(true);
		LlmResult whole = client.prompt("Hi").streaming(false).result().block(TIMEOUT);
		assertThat(whole).isNotNull();
		assertThat(whole.text()).isEqualTo("ab");
		assertThat(model.calls()).extracting(ModelCall::isStreaming).containsExactly(true, false);
		assertThat(this.log.events(LlmNewToken.class)).hasSize(2);
		StepVerifier.create(client.prompt("Hi").streaming(false).stream())
			.assertNext((chunk) -> assertThat(chunk.text()).isEqualTo("ab"))
			.expectComplete()
			.verify(TIMEOUT);
		ChatClient whole2 = client.mutate().defaultOptions(ChatOptions.builder().streaming(false).build()).build();
		StepVerifier.create(whole2.prompt("Hi").content()).expectNext("a", "b").expectComplete().verify(TIMEOUT);
		whole2.generate(batch("a")).block(TIMEOUT);
		assertThat(model.calls()).extracting(ModelCall::isStreaming).containsExactly(true, false, false, true, false);
	}

	@Test
	@DisplayName("G6 two subscriptions are two runs; a given id serves the first")
	void shouldOpenARunForEachSubscription() {
		UUID runId = Run.newId();
		Mono<LlmResult> call = client(ScriptedChatModel.of("a")).prompt("Hi").runId(runId).result();
		LlmResult first = call.block(TIMEOUT);
		LlmResult second = call.block(TIMEOUT);
		assertThat(first).isNotNull();
		assertThat(second).isNotNull();
		assertThat(first.run().get(0).runId()).isEqualTo(runId);
		assertThat(second.run().get(0).runId()).isNotEqualTo(runId);
		assertThat(this.log.events(ChatModelStart.class)).hasSize(2);
	}

	@Test
	@DisplayName("G10 the model is called when all start handlers are done; the caller hears of the end after all end handlers")
	void shouldAwaitStartAndEndHandlers() {
		ConcurrentLinkedQueue<String> order = new ConcurrentLinkedQueue<>();
		AsyncCallbackHandler slow = new AsyncCallbackHandler() {

			@Override
			public Mono<Void> onChatModelStart(ChatModelStart event) {
				return Mono.delay(Duration.ofMillis(100)).doOnNext((tick) -> order.add("started")).then();
			}

			@Override
			public Mono<Void> onLlmEnd(LlmEnd event) {
				return Mono.delay(Duration.ofMillis(100)).doOnNext((tick) -> order.add("ended")).then();
			}

		};
		ScriptedChatModel model = new ScriptedChatModel((request) -> ScriptedAnswer.tokens("a")
			.chunks(request)
			.doOnSubscribe((subscription) -> order.add("called")));
		client(model).prompt("Hi").callbacks(slow).result().doOnSuccess((result) -> order.add("result")).block(TIMEOUT);
		assertThat(order).containsExactly("started", "called", "ended", "result");
	}

	@Test
	@DisplayName("a handler that listens to LlmStart and not to ChatModelStart gets the rendered prompt, and nobody gets two starts")
	void shouldDeriveLlmStartForHandlersWithoutChatModelStart() {
		ConcurrentLinkedQueue<Object> starts = new ConcurrentLinkedQueue<>();
		CallbackHandler both = new CallbackHandler() {

			@Override
			public void onChatModelStart(ChatModelStart event) {
				starts.add("chat");
			}

			@Override
			public void onLlmStart(LlmStart event) {
				starts.add("llm");
			}

		};
		client(ScriptedChatModel.of("a")).prompt("Hi")
			.system("Be brief")
			.callbacks(both, CallbackHandler.on(LlmStart.class, (event) -> starts.add(event.prompts())))
			.result()
			.block(TIMEOUT);
		assertThat(starts).containsExactlyInAnyOrder("chat", List.of("System: Be brief\nHuman: Hi"));
		assertThat(this.log.events(RunStart.class)).hasSize(1);
	}

	@Test
	@DisplayName("G10 a derived LlmStart is awaited like any other start")
	void shouldAwaitADerivedStart() {
		Sinks.Empty<Void> gate = Sinks.empty();
		ScriptedChatModel model = ScriptedChatModel.of("a");
		StepVerifier
			.create(ChatClient.builder(model)
				.build()
				.prompt("Hi")
				.callbacks(AsyncCallbackHandler.on(LlmStart.class, (start) -> gate.asMono()))
				.text())
			.then(() -> assertThat(model.calls()).isEmpty())
			.then(gate::tryEmitEmpty)
			.expectNext("a")
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	@DisplayName("G6 a call is what its prompt was when the call was made of it")
	void shouldNotFollowAPromptThatGoesOnToChange() {
		ScriptedChatModel model = ScriptedChatModel.of("a");
		PromptSpec prompt = client(model).prompt("Hi").model("first");
		Mono<String> call = prompt.text();
		prompt.model("second").human("And?");
		call.block(TIMEOUT);
		assertThat(model.requests()).singleElement().satisfies((request) -> {
			assertThat(request.options().model()).isEqualTo("first");
			assertThat(request.messages()).hasSize(1);
		});
	}

	@Test
	@DisplayName("G23 tags, metadata and handlers of the client and of the call come together; the name is the call's")
	void shouldCombineWhatTheClientAndTheCallBring() {
		EventRecorder ofClient = new EventRecorder();
		EventRecorder ofCall = new EventRecorder();
		client(ScriptedChatModel.of("a")).mutate()
			.callbacks(ofClient)
			.tags("client")
			.build()
			.prompt("Hi")
			.callbacks(ofCall)
			.tags("call")
			.metadata("user", 7)
			.runName("joke")
			.result()
			.block(TIMEOUT);
		for (EventRecorder heard : List.of(this.log, ofClient, ofCall)) {
			Run run = heard.runs().get(0).run();
			assertThat(run.tags()).containsExactly("client", "call");
			assertThat(run.metadata()).containsEntry("user", 7);
			assertThat(run.name()).isEqualTo("joke");
			assertThat(run.parentId()).isNull();
			assertThat(run.rootId()).isEqualTo(run.id());
		}
	}

	@Test
	void shouldSayWhatToDoWhenThereIsNoMessage() {
		StepVerifier.create(client(ScriptedChatModel.of("a")).prompt().result())
			.expectErrorMessage("The prompt has no messages: add one with human(…) or messages(…)")
			.verify(TIMEOUT);
		assertThat(this.log.events(CallbackEvent.class)).isEmpty();
	}

	private ChatClient client(ScriptedChatModel model) {
		return ChatClient.builder(model).callbackManager(this.manager).build();
	}

	private static List<List<ChatMessage>> batch(String... texts) {
		return Flux.fromArray(texts)
			.map((text) -> List.<ChatMessage>of(new HumanMessage(text)))
			.collectList()
			.block(TIMEOUT);
	}

}
