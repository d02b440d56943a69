package dev.llmcallbacks.parity;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.RetrieverStart;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.handlers.TokenUsageHandler;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.retriever.Retriever;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.test.Await;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ModelCall;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Behaviour that LangChain's own tests describe: runs, custom events, inheritance.
 */
class RunParityTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final EventRecorder log = new EventRecorder(TIMEOUT);

	private final CallbackManager manager = CallbackManager.builder().handlers(this.log).build();

	private final ChatClient client = ChatClient
		.builder(new ScriptedChatModel(ScriptedAnswer.tokens("Hel", "lo").withUsage(5, 7)))
		.build();

	@Test
	void shouldRefuseCustomEventWhenThereIsNoRun() {
		assertThatIllegalStateException().isThrownBy(() -> this.manager.customEvent("e", 1).block(TIMEOUT));
	}

	@Test
	void shouldTellCustomEventsOfTheCurrentRunInOrder() {
		this.manager
			.run("body", "x", this.manager.customEvent("e1", 1).then(this.manager.customEvent("e2", Map.of("a", 2))))
			.block(TIMEOUT);
		assertThat(this.log.eventNames()).containsExactly("ChainStart", "CustomEvent", "CustomEvent", "ChainEnd");
		assertThat(this.log.events(CustomEvent.class)).extracting(CustomEvent::name).containsExactly("e1", "e2");
		assertThat(this.log.events(CustomEvent.class)).extracting(CustomEvent::run)
			.containsOnly(this.log.events(CallbackEvent.class).get(0).run());
		assertThat(this.log.events(CallbackEvent.class).get(0).run().tags()).isEmpty();
	}

	@Test
	void shouldTellCustomEventsOfBlockingCode() {
		this.manager.run("body", "x", () -> {
			this.manager.customEvent("e", 1).block(TIMEOUT);
			return "done";
		}).block(TIMEOUT);
		assertThat(this.log.eventNames()).containsExactly("ChainStart", "CustomEvent", "ChainEnd");
	}

	@Test
	void shouldEndOnceWhenTheWorkFailsWithAnError() {
		Error abort = new AssertionError("abort");
		StepVerifier.create(this.manager.run("group", "x", Mono.error(abort)))
			.expectErrorMatches((ex) -> ex == abort)
			.verify(TIMEOUT);
		assertThat(this.log.eventNames()).containsExactly("ChainStart", "ChainError");
	}

	@Test
	void shouldEndOnceWhenTheWorkIsCancelled() {
		StepVerifier.create(this.manager.run("group", "x", Mono.never()))
			.expectSubscription()
			.then(() -> this.log.await(ChainStart.class))
			.thenCancel()
			.verify(TIMEOUT);
		this.log.await();
		assertThat(this.log.eventNames()).containsExactly("ChainStart", "ChainCancel");
	}

	@Test
	void shouldCancelTheModelWhenTheWorkAroundItIsCancelled() {
		ScriptedChatModel model = new ScriptedChatModel(ScriptedAnswer.silence());
		ChatClient endless = ChatClient.builder(model).build();
		StepVerifier.create(this.manager.run("group", "x", endless.prompt("Hi").result()))
			.expectSubscription()
			.then(() -> await().until(() -> model.calls().size() == 1))
			.thenCancel()
			.verify(TIMEOUT);
		this.log.await();
		assertThat(this.log.eventNames()).containsExactly("ChainStart", "ChatModelStart", "LlmCancel", "ChainCancel");
		// the model counts a call before its subscription has reached the run
		await().untilAsserted(
				() -> assertThat(model.calls()).extracting(ModelCall::outcome).containsExactly(Outcome.CANCELLED));
	}

	@Test
	void shouldCancelTheRetrieverWhenTheCallerCancels() {
		Retriever retriever = Retriever.of("docs", (query) -> Mono.never()).withManager(this.manager);
		StepVerifier.create(retriever.retrieve("x"))
			.expectSubscription()
			.then(() -> this.log.await(RetrieverStart.class))
			.thenCancel()
			.verify(TIMEOUT);
		this.log.await();
		assertThat(this.log.eventNames()).containsExactly("RetrieverStart", "RetrieverCancel");
	}

	@Test
	void shouldTellAnInlineHandlerAndAllOthers() {
		List<String> inline = new CopyOnWriteArrayList<>();
		CallbackManager mixed = CallbackManager.builder().handlers(new Inline(inline), this.log).build();
		ChatClient.builder(ScriptedChatModel.of("Hi"))
			.callbackManager(mixed)
			.build()
			.generate(List.of(List.of(new HumanMessage("1")), List.of(new HumanMessage("2"))))
			.block(TIMEOUT);
		assertThat(inline).hasSize(4);
		assertThat(this.log.events(RunStart.class)).hasSize(2);
		assertThat(this.log.events(LlmEnd.class)).hasSize(2);
	}

	@Test
	void shouldShowTheCallersContextToHandlers() {
		List<String> seen = new CopyOnWriteArrayList<>();
		AsyncCallbackHandler reader = AsyncCallbackHandler.on(RunEnd.class,
				(event) -> Mono.deferContextual((context) -> Mono.fromRunnable(() -> seen.add(context.get("user")))));
		CallbackManager reading = CallbackManager.builder().handlers(reader).build();
		reading.run("group", "x", this.client.prompt("Hi").text())
			.contextWrite((context) -> context.put("user", "u1"))
			.block(TIMEOUT);
		assertThat(seen).containsExactly("u1", "u1");
	}

	@Test
	void shouldNotTellWhatAHandlerDoesNotSupport() {
		List<String> heard = new CopyOnWriteArrayList<>();
		CallbackHandler chains = new CallbackHandler() {

			@Override
			public boolean supports(Class<? extends CallbackEvent> eventType) {
				return eventType.getSimpleName().startsWith("Chain");
			}

			@Override
			public void onEvent(CallbackEvent event) {
				heard.add(event.getClass().getSimpleName());
			}

		};
		Retriever retriever = Retriever.of("docs", (query) -> List.of());
		CallbackManager both = CallbackManager.builder().handlers(chains, this.log).build();
		both.run("group", "x", this.client.prompt("Hi").text().then(retriever.retrieve("x"))).block(TIMEOUT);
		assertThat(heard).containsExactly("ChainStart", "ChainEnd");
		assertThat(this.log.eventNames()).containsExactly("ChainStart", "ChatModelStart", "LlmNewToken", "LlmNewToken",
				"LlmEnd", "RetrieverStart", "RetrieverEnd", "ChainEnd");
	}

	@Test
	void shouldInheritHandlersTagsAndMetadataButNeitherNameNorId() {
		UUID id = Run.newId();
		EventRecorder added = new EventRecorder();
		ChatClient inner = this.client.mutate().callbacks(added).build();
		RunOptions options = RunOptions.builder().runName("named").runId(id).tags("t").metadata("k", "v").build();
		Chain.of("outer", (String text) -> inner.prompt(text).callbacks(added).text())
			.withManager(this.manager)
			.withOptions(options)
			.invoke("Hi")
			.block(TIMEOUT);
		Run parent = this.log.events(ChainStart.class).get(0).run();
		Run child = this.log.events(ChatModelStart.class).get(0).run();
		assertThat(parent.id()).isEqualTo(id);
		assertThat(child.parentId()).isEqualTo(id);
		assertThat(child.rootId()).isEqualTo(id);
		assertThat(child.name()).isNotEqualTo("named");
		assertThat(child.tags()).isEqualTo(Set.of("t"));
		assertThat(child.metadata()).containsEntry("k", "v");
		assertThat(added.eventNames()).as("once, and only of its own run")
			.containsExactly("ChatModelStart", "LlmNewToken", "LlmNewToken", "LlmEnd");
	}

	@Test
	void shouldRegisterNothingForGoodWhenAHandlerIsAddedToACall() {
		int before = this.manager.statistics().size();
		ChatClient counting = this.client.mutate().callbackManager(this.manager).build();
		for (int i = 0; i < 5; i++) {
			TokenUsageHandler usage = new TokenUsageHandler();
			counting.prompt("Hi").callbacks(usage).result().block(TIMEOUT);
			assertThat(usage.total().calls()).isEqualTo(1);
		}
		assertThat(this.manager.statistics()).hasSize(before);
	}

	@Test
	void shouldHearOfEveryCallWhenAThousandGoOnAtOnce() {
		ChatClient many = this.client.mutate().callbackManager(this.manager).build();
		Flux.range(0, 1000).flatMap((i) -> many.prompt("Hi").text(), 1000).blockLast(TIMEOUT);
		assertThat(this.log.events(ChatModelStart.class)).hasSize(1000);
		assertThat(this.log.events(LlmEnd.class)).hasSize(1000);
	}

	@Test
	void shouldCarryTheRunIntoAForeignExecutorWhenWrapped() {
		ExecutorService executor = Executors.newSingleThreadExecutor();
		Callable<String> work = () -> this.client.prompt("Hi").text().block(TIMEOUT);
		try {
			this.manager.run("body", "x", () -> executor.submit(CurrentRun.wrap(work)).get()).block(TIMEOUT);
		}
		finally {
			executor.shutdown();
		}
		assertThat(this.log.eventNames()).startsWith("ChainStart", "ChatModelStart").endsWith("LlmEnd", "ChainEnd");
	}

	@Test
	void shouldKeepTheEndWhenTheCallerCancelsDuringIt() {
		CountDownLatch entered = new CountDownLatch(1);
		CountDownLatch cancelled = new CountDownLatch(1);
		CallbackHandler slow = CallbackHandler.on(LlmEnd.class, (end) -> {
			entered.countDown();
			Await.zero(cancelled);
		});
		ChatClient ending = this.client.mutate().callbackManager(this.manager).callbacks(slow).build();
		Disposable call = ending.prompt("Hi").result().subscribe();
		Await.zero(entered);
		call.dispose();
		cancelled.countDown();
		this.log.await();
		assertThat(this.log.eventNames()).containsExactly("ChatModelStart", "LlmNewToken", "LlmNewToken", "LlmEnd");
	}

	@Test
	void shouldLeaveTheSiblingsAloneWhenOneOfABatchIsCancelledFromWithin() {
		ScriptedChatModel model = ScriptedChatModel.of("ok")
			.answerWhen("bad", ScriptedAnswer.failure(new CancellationException("given up")));
		ChatClient batches = ChatClient.builder(model).callbackManager(this.manager).build();
		StepVerifier.create(batches.generate(List.of(List.of(new HumanMessage("ok")), List.of(new HumanMessage("bad")),
				List.of(new HumanMessage("ok")))))
			.expectError(CancellationException.class)
			.verify(TIMEOUT);
		assertThat(this.log.events(LlmEnd.class)).hasSize(2);
		assertThat(this.log.events(RunEnd.class)).hasSize(3);
	}

	@LlmCallback(delivery = LlmCallback.Delivery.INLINE)
	static class Inline implements CallbackHandler {

		private final List<String> heard;

		Inline(List<String> heard) {
			this.heard = heard;
		}

		@Override
		public void onChatModelStart(ChatModelStart event) {
			this.heard.add("start");
		}

		@Override
		public void onLlmEnd(LlmEnd event) {
			this.heard.add("end");
		}

	}

}
