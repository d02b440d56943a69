package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainCancel;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.event.ToolProgress;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.tool.Tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for events that are pulled: {@link EventFlux}.
 */
@Timeout(60)
class EventFluxTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final EventRecorder recorder = new EventRecorder();

	private static ChatClient client(ScriptedAnswer... answers) {
		return ChatClient
			.builder(
					(answers.length == 1) ? new ScriptedChatModel(answers[0]) : new ScriptedChatModel().answer(answers))
			.build();
	}

	private static List<String> names(List<? extends CallbackEvent> events) {
		return events.stream().map((event) -> event.getClass().getSimpleName()).toList();
	}

	@Test
	@DisplayName("G1 G7 all events of a call are emitted in order, then the flux completes")
	void shouldEmitAllEventsOfACall() {
		List<CallbackEvent> events = client(ScriptedAnswer.tokens("a", "b")).prompt("Hi")
			.callbacks(this.recorder)
			.events()
			.collectList()
			.block(TIMEOUT);
		assertThat(names(events)).containsExactly("ChatModelStart", "LlmNewToken", "LlmNewToken", "LlmEnd");
		assertThat(events).isEqualTo(this.recorder.events(CallbackEvent.class));
	}

	@Test
	@DisplayName("events of the named types are emitted, subtypes included")
	void shouldEmitTheNamedTypes() {
		ChatClient client = client(ScriptedAnswer.tokens("a", "b"));
		assertThat(names(client.prompt("Hi").events(LlmNewToken.class).collectList().block(TIMEOUT)))
			.containsExactly("LlmNewToken", "LlmNewToken");
		assertThat(names(client.prompt("Hi").events(RunStart.class, LlmEnd.class).collectList().block(TIMEOUT)))
			.containsExactly("ChatModelStart", "LlmEnd");
	}

	@Test
	@DisplayName("a failure is first the error event, then the error")
	void shouldEmitTheErrorEventFirst() {
		IllegalStateException failure = new IllegalStateException("no");
		List<CallbackEvent> events = new ArrayList<>();
		StepVerifier
			.create(client(ScriptedAnswer.tokens("a").then(ScriptedAnswer.failure(failure))).prompt("Hi").events())
			.recordWith(() -> events)
			.thenConsumeWhile((event) -> true)
			.verifyErrorMatches((ex) -> ex == failure);
		assertThat(names(events)).containsExactly("ChatModelStart", "LlmNewToken", "LlmError");
		assertThat(((LlmError) events.get(2)).error()).isSameAs(failure);
	}

	@Test
	@DisplayName("a call that is never made fails without an event")
	void shouldFailWithoutARun() {
		StepVerifier.create(client(ScriptedAnswer.text("a")).prompt().events())
			.expectError(IllegalArgumentException.class)
			.verify(TIMEOUT);
	}

	@Test
	@DisplayName("G12 the subscriber's demand decides: nothing is called before the start event is requested")
	void shouldEmitWhatIsRequested() {
		AtomicInteger calls = new AtomicInteger();
		ChatClient client = ChatClient.builder(new ScriptedChatModel(ScriptedAnswer.tokens("a", "b", "c")))
			.decorators((delegate) -> {
				calls.incrementAndGet();
				return delegate;
			})
			.build();
		StepVerifier.create(client.prompt("Hi").callbacks(this.recorder).events(), 0)
			.expectSubscription()
			.then(() -> assertThat(this.recorder.events(LlmNewToken.class)).isEmpty())
			.thenRequest(1)
			.expectNextMatches(ChatModelStart.class::isInstance)
			.thenRequest(2)
			.expectNextCount(2)
			.thenRequest(Long.MAX_VALUE)
			.expectNextCount(2)
			.expectComplete()
			.verify(TIMEOUT);
		assertThat(calls).hasValue(1);
	}

	@Test
	@DisplayName("G2 cancelling the events cancels the call")
	void shouldCancelTheCall() {
		ChatClient client = client(ScriptedAnswer.tokens("a").then(ScriptedAnswer.silence()));
		List<CallbackEvent> events = client.prompt("Hi")
			.callbacks(this.recorder)
			.events()
			.take(2)
			.collectList()
			.block(TIMEOUT);
		assertThat(names(events)).containsExactly("ChatModelStart", "LlmNewToken");
		this.recorder.await();
		assertThat(this.recorder.events(LlmCancel.class)).hasSize(1);
	}

	@Test
	@DisplayName("G2 a subscriber that has requested nothing can cancel")
	void shouldCancelWithoutDemand() {
		BaseSubscriber<CallbackEvent> subscriber = new BaseSubscriber<>() {

			@Override
			protected void hookOnSubscribe(Subscription subscription) {
				// requests nothing
			}

		};
		client(ScriptedAnswer.tokens("a")).prompt("Hi").callbacks(this.recorder).events().subscribe(subscriber);
		await().until(() -> !this.recorder.events(ChatModelStart.class).isEmpty());
		assertThat(this.recorder.events(LlmNewToken.class)).isEmpty();
		subscriber.cancel();
		this.recorder.await();
		assertThat(this.recorder.events(LlmCancel.class)).hasSize(1);
	}

	@Test
	@DisplayName("G3 events of the runs inside an agent's run, and the progress of a tool, are emitted")
	void shouldEmitEventsOfAnAgent() {
		Tool tool = Tool.reactive("count", "counts", Input.class, (input) -> Flux.just(1, 2, 3));
		Agent agent = Agent
			.builder(client(ScriptedAnswer.toolCalls(new ToolCall("c-1", "count", "{}")), ScriptedAnswer.text("Done")))
			.tools(tool)
			.build();
		List<CallbackEvent> events = agent.events("Go").collectList().block(TIMEOUT);
		assertThat(names(events)).containsSubsequence("ChainStart", "ChatModelStart", "LlmEnd", "AgentAction",
				"ToolStart", "ToolProgress", "ToolProgress", "ToolEnd", "ChatModelStart", "LlmEnd", "AgentFinish",
				"ChainEnd");
		assertThat(events).filteredOn(ToolProgress.class::isInstance)
			.extracting((event) -> ((ToolProgress) event).data())
			.containsExactly(1, 2);
		assertThat(events).filteredOn(ToolEnd.class::isInstance)
			.extracting((event) -> ((ToolEnd) event).output().text())
			.containsExactly("[1,2,3]");
		shouldBeATree(events);
	}

	@Test
	@DisplayName("G3 concurrent runs of a chain are emitted one event at a time, each run in order")
	void shouldEmitEventsOfAChain() {
		ChatClient client = client(ScriptedAnswer.tokens("a", "b", "c", "d"));
		Chain<String, String> chain = Chain.of("many", (text) -> Flux.range(0, 20)
			.flatMap((i) -> client.prompt(text).text().subscribeOn(Schedulers.parallel()), 20));
		AtomicInteger inside = new AtomicInteger();
		List<CallbackEvent> events = new CopyOnWriteArrayList<>();
		StepVerifier.create(chain.events("x").doOnNext((event) -> {
			assertThat(inside.incrementAndGet()).isOne();
			events.add(event);
			inside.decrementAndGet();
		})).thenConsumeWhile((event) -> true).expectComplete().verify(TIMEOUT);
		assertThat(events).hasSize(2 + 20 * 6);
		shouldBeATree(events);
	}

	// starts after its parent, ends before it, and nothing follows the end
	private static void shouldBeATree(List<CallbackEvent> events) {
		List<UUID> open = new ArrayList<>();
		for (CallbackEvent event : events) {
			UUID parent = event.run().parentId();
			if (event instanceof RunStart) {
				assertThat(parent == null || open.contains(parent)).isTrue();
				open.add(event.run().id());
			}
			assertThat(open).contains(event.run().id());
			if (event instanceof RunEnd) {
				open.remove(event.run().id());
				assertThat(parent == null || open.contains(parent)).isTrue();
			}
		}
		assertThat(open).isEmpty();
	}

	@Test
	@DisplayName("events of any publisher, and of events inside events")
	void shouldEmitEventsOfAnyPublisher() {
		CallbackManager manager = CallbackManager.builder().build();
		ChatClient client = client(ScriptedAnswer.tokens("a"));
		Flux<String> work = Flux.just("x", "y").concatMap((text) -> client.prompt(text).content());
		assertThat(names(manager.events(work, LlmEnd.class).collectList().block(TIMEOUT))).containsExactly("LlmEnd",
				"LlmEnd");
		Flux<CallbackEvent> nested = manager.events(client.prompt("x").events(), LlmNewToken.class);
		assertThat(names(nested.collectList().block(TIMEOUT))).containsExactly("LlmNewToken");
		assertThat(manager.events(Mono.empty()).collectList().block(TIMEOUT)).isEmpty();
		StepVerifier.create(manager.events(Mono.error(new IllegalStateException("no"))))
			.expectErrorMessage("no")
			.verify(TIMEOUT);
	}

	@Test
	@DisplayName("G1 the terminal event of a run that the work cancels is emitted")
	void shouldEmitTheEndOfACancelledRun() {
		CallbackManager manager = CallbackManager.builder().build();
		for (int i = 0; i < 200; i++) {
			ChatClient client = client(ScriptedAnswer.tokens("a", "b", "c").then(ScriptedAnswer.silence()));
			List<CallbackEvent> events = manager
				.events(client.prompt("x").content().take(1).subscribeOn(Schedulers.parallel()))
				.publishOn(Schedulers.boundedElastic(), 1)
				.collectList()
				.block(TIMEOUT);
			assertThat(names(events)).startsWith("ChatModelStart").endsWith("LlmCancel");
		}
	}

	@Test
	@DisplayName("work that blocks for a run inside it does not hold up its events, whatever is requested")
	void shouldNotWaitForWorkThatBlocks() {
		CallbackManager manager = CallbackManager.builder().build();
		ChatClient client = client(ScriptedAnswer.tokens("a", "b"));
		Mono<String> work = manager.run("outer", "in",
				Mono.fromSupplier(() -> client.prompt("x").text().block(TIMEOUT)));
		List<CallbackEvent> events = manager.events(work.subscribeOn(Schedulers.boundedElastic()))
			.publishOn(Schedulers.boundedElastic(), 1)
			.collectList()
			.block(TIMEOUT);
		assertThat(names(events)).containsExactly("ChainStart", "ChatModelStart", "LlmNewToken", "LlmNewToken",
				"LlmEnd", "ChainEnd");
	}

	@Test
	@DisplayName("the work of a run begins outside of the thread that emits, and does not hold up the events of others")
	void shouldBeginWorkOutsideOfTheEmittingThread() {
		CallbackManager manager = CallbackManager.builder().build();
		List<CallbackEvent> events = new CopyOnWriteArrayList<>();
		AtomicBoolean received = new AtomicBoolean();
		Mono<Object> waiting = Mono.fromRunnable(() -> received.set(isBegunInTime("second", events)));
		BaseSubscriber<CallbackEvent> subscriber = new BaseSubscriber<>() {

			@Override
			protected void hookOnSubscribe(Subscription subscription) {
				// both runs wait for their start events
			}

			@Override
			protected void hookOnNext(CallbackEvent event) {
				events.add(event);
			}

		};
		manager.events(Flux.merge(manager.run("first", "in", waiting), manager.run("second", "in", Mono.just("item"))))
			.subscribe(subscriber);
		subscriber.requestUnbounded();
		await().until(subscriber::isDisposed);
		assertThat(received).isTrue();
		assertThat(names(events)).hasSize(4).startsWith("ChainStart", "ChainStart");
	}

	// must not block, and BlockHound takes a pause for blocking
	private static boolean isBegunInTime(String name, List<CallbackEvent> events) {
		long begin = System.nanoTime();
		while (System.nanoTime() - begin < TIMEOUT.toNanos()) {
			if (events.stream().anyMatch((event) -> event.run().name().equals(name))) {
				return true;
			}
		}
		return false;
	}

	@Test
	@DisplayName("G1 G3 G7 G12 any demand, any number of runs at a time: every event once and in order, then the end")
	void shouldKeepTheGuaranteesUnderLoad() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		CallbackManager manager = CallbackManager.builder().handlers(this.recorder).build();
		for (int round = 0; round < 20; round++) {
			int runs = 1 + random.nextInt(30);
			int tokens = 1 + random.nextInt(400);
			Chain<String, String> chain = chain(random.nextLong(), runs, tokens).withManager(manager);
			Flux<CallbackEvent> events = (random.nextBoolean()) ? chain.events("x")
					: manager.events(chain.invoke("x").subscribeOn(Schedulers.parallel()));
			List<CallbackEvent> received = received(events, random);
			assertThat(received).as("seed %d, round %d", seed, round).hasSize(2 + runs * (tokens + 2));
			shouldBeATree(received);
			for (LlmEnd end : ofType(received, LlmEnd.class)) {
				assertThat(received.stream()
					.filter((event) -> event.run().id().equals(end.run().id()))
					.filter(LlmNewToken.class::isInstance)
					.map((event) -> ((LlmNewToken) event).token())
					.collect(Collectors.joining())).as("seed %d", seed).isEqualTo(end.result().text());
			}
		}
	}

	@Test
	@DisplayName("G2 cancelling at any event cancels the whole tree, and nothing is emitted any more")
	void shouldCancelTheTreeAtAnyEvent() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		for (int round = 0; round < 50; round++) {
			EventRecorder log = new EventRecorder();
			CallbackManager manager = CallbackManager.builder().handlers(log).build();
			int runs = 1 + random.nextInt(8);
			int taken = 1 + random.nextInt(1 + 2 * runs);
			Chain<String, String> chain = chain(random.nextLong(), runs, 20).withManager(manager);
			AtomicBoolean cancelled = new AtomicBoolean();
			List<CallbackEvent> received = chain.events("x")
				.publishOn(Schedulers.boundedElastic(), 1 + random.nextInt(3))
				.take(taken)
				.doOnComplete(() -> cancelled.set(true))
				.doOnNext((event) -> assertThat(cancelled).isFalse())
				.collectList()
				.block(TIMEOUT);
			assertThat(received).as("seed %d", seed).hasSize(taken);
			log.await();
			shouldBeATree(log.events(CallbackEvent.class));
			assertThat(log.events(RunStart.class)).as("seed %d", seed).hasSameSizeAs(log.events(RunEnd.class));
			assertThat(log.events(ChainCancel.class)).as("seed %d", seed).hasSize(1);
		}
	}

	@Test
	@DisplayName("G12 without demand the model is not read any further, whatever calls: a prompt, an agent or a chain")
	void shouldPauseTheModelWithoutDemand() {
		int tokens = 5_000;
		AtomicInteger produced = new AtomicInteger();
		ChatClient client = client((request) -> Flux.range(0, tokens)
			.doOnNext((number) -> produced.incrementAndGet())
			.map((number) -> ChatChunk.text("x")));
		Agent agent = Agent.builder(client).build();
		Chain<String, String> chain = Chain.of("chain", (text) -> client.prompt(text).content());
		for (Flux<CallbackEvent> events : List.of(client.prompt("x").events(), agent.events("x"), chain.events("x"))) {
			produced.set(0);
			StepVerifier.create(events, 0)
				.thenRequest(20)
				.expectNextCount(20)
				.then(() -> assertThat(produced).hasValueLessThan(1_000))
				.thenRequest(Long.MAX_VALUE)
				.thenConsumeWhile((event) -> true)
				.expectComplete()
				.verify(TIMEOUT);
			assertThat(produced).hasValue(tokens);
		}
	}

	private static Chain<String, String> chain(long seed, int runs, int tokens) {
		Random random = new Random(seed);
		List<Duration> delays = IntStream.range(0, runs)
			.mapToObj((run) -> Duration.ofNanos(random.nextInt(2_000_000)))
			.toList();
		ChatClient client = client((request) -> Flux.range(0, tokens)
			.publishOn(Schedulers.parallel())
			.map((number) -> ChatChunk.text(number + " ")));
		return Chain.of("chain",
				(text) -> Flux.range(0, runs)
					.flatMap((run) -> Mono.delay(delays.get(run)).then(client.prompt(text).text()), runs)
					.then(Mono.just("done")));
	}

	// requests a few events at a time, from another thread
	private static List<CallbackEvent> received(Flux<CallbackEvent> events, Random random) {
		List<CallbackEvent> received = new CopyOnWriteArrayList<>();
		AtomicInteger inside = new AtomicInteger();
		CountDownLatch completed = new CountDownLatch(1);
		int[] demands = random.ints(64, 1, 50).toArray();
		events.subscribe(new BaseSubscriber<>() {

			private int outstanding;

			private int requests;

			@Override
			protected void hookOnSubscribe(Subscription subscription) {
				demand();
			}

			private void demand() {
				this.outstanding = demands[this.requests++ % demands.length];
				int demand = this.outstanding;
				Schedulers.parallel().schedule(() -> request(demand));
			}

			@Override
			protected void hookOnNext(CallbackEvent event) {
				assertThat(inside.incrementAndGet()).isOne();
				received.add(event);
				inside.decrementAndGet();
				if (--this.outstanding == 0) {
					demand();
				}
			}

			@Override
			protected void hookOnComplete() {
				completed.countDown();
			}

		});
		await().atMost(TIMEOUT).until(() -> completed.getCount() == 0);
		return received;
	}

	private static <T> List<T> ofType(List<CallbackEvent> events, Class<T> type) {
		return events.stream().filter(type::isInstance).map(type::cast).toList();
	}

	@Test
	@DisplayName("custom events are among the events, in order")
	void shouldEmitCustomEvents() {
		CallbackManager manager = CallbackManager.builder().build();
		Mono<Void> work = manager.run("work", "in", manager.customEvent("half", 50)).then();
		List<CallbackEvent> events = manager.events(work).collectList().block(TIMEOUT);
		assertThat(names(events)).containsExactly("ChainStart", "CustomEvent", "ChainEnd");
		assertThat(((CustomEvent) events.get(1)).data()).isEqualTo(50);
	}

	@Test
	@DisplayName("G18 inside another handler's callback the events come, and nobody waits for ever")
	void shouldEmitInsideACallback() {
		ChatClient inner = client(ScriptedAnswer.tokens("a", "b"));
		List<CallbackEvent> events = new CopyOnWriteArrayList<>();
		AsyncCallbackHandler handler = AsyncCallbackHandler.on(ChatModelStart.class,
				(start) -> inner.prompt("inside").events().doOnNext(events::add).then());
		client(ScriptedAnswer.text("x")).prompt("outside").callbacks(handler).text().block(TIMEOUT);
		assertThat(names(events)).startsWith("ChatModelStart").endsWith("LlmEnd");
	}

	@Test
	@DisplayName("G22 a run that an operator behind the events opens is not inside the call")
	void shouldNotLeakTheRun() {
		ChatClient client = client(ScriptedAnswer.tokens("a"));
		client.prompt("first")
			.events(LlmNewToken.class)
			.concatMap((token) -> client.prompt("second").callbacks(this.recorder).text())
			.blockLast(TIMEOUT);
		assertThat(this.recorder.events(ChatModelStart.class)).singleElement()
			.satisfies((start) -> assertThat(start.run().parentId()).isNull());
	}

	@Test
	@DisplayName("each subscription is a call of its own")
	void shouldCallWithEachSubscription() {
		Flux<CallbackEvent> events = client(ScriptedAnswer.tokens("a")).prompt("x")
			.events(ChainStart.class, ChainEnd.class, LlmEnd.class);
		assertThat(events.concatWith(events).collectList().block(TIMEOUT)).hasSize(2)
			.extracting((event) -> event.run().id())
			.doesNotHaveDuplicates();
	}

	/** No arguments. */
	record Input() {

	}

}
