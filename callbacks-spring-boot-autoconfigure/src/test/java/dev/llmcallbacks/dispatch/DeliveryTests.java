package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.Ordered;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback.Delivery;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.test.Await;
import dev.llmcallbacks.test.Chunks;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * On which threads handlers are called, and who waits for them.
 */
class DeliveryTests {

	private static final Duration TIMEOUT = Await.TIMEOUT;

	private final Probe probe = new Probe();

	private final Scheduler producer = Schedulers.newSingle("producer");

	private final Queue<String> order = new ConcurrentLinkedQueue<>();

	@AfterEach
	void stop() {
		this.producer.dispose();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G8 G9 sync handlers are called on their executor, async and inline ones where the event is produced")
	void shouldCallEachKindOnItsThreads(HandlerKind kind) {
		Sinks.Empty<Void> subscribed = Sinks.empty();
		Bench bench = Bench.of(kind, this.probe)
			.answering(Chunks.tokens("a", "b").delaySubscription(subscribed.asMono()));
		CompletableFuture<LlmResult> result = bench.client().prompt("Hi").result().toFuture();
		Await.until("the call", () -> bench.calls() == 1 && subscribed.currentSubscriberCount() == 1);
		this.producer.schedule(subscribed::tryEmitEmpty);
		Await.outcome(result);
		List<String> threads = this.probe.threads().stream().map(Thread::getName).toList();
		assertThat(threads).hasSize(4);
		if (kind.hasOwnThreads()) {
			assertThat(threads).allMatch((thread) -> thread.startsWith("llm-callback-"));
		}
		else {
			assertThat(threads.get(0)).isEqualTo(Thread.currentThread().getName());
			assertThat(threads.subList(1, 4)).allMatch((thread) -> thread.startsWith("producer"));
		}
	}

	@Test
	@DisplayName("G9 an async handler goes on, on the thread that finished the previous event")
	void shouldGoOnWhereThePreviousEventWasFinished() {
		Sinks.Empty<Void> first = Sinks.empty();
		this.probe.on(LlmNewToken.class, (token) -> token.token().equals("a") ? first.asMono() : Mono.empty());
		Bench bench = Bench.of(HandlerKind.ASYNC_CLASS, this.probe).answering("a", "b", "c");
		bench.client().prompt("Hi").result().subscribe();
		Await.until("the first token", () -> this.probe.events().size() == 2);
		this.producer.schedule(first::tryEmitEmpty);
		Await.until("the end", this.probe::hasEnded);
		assertThat(this.probe.threads().subList(2, 5)).allMatch((thread) -> thread.getName().startsWith("producer"));
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "ASYNC_CLASS", "SYNC_SERIAL", "ASYNC_SERIAL", "SYNC_PER_ROOT_RUN" })
	@DisplayName("G11 tokens go to the subscriber without waiting for a buffered handler")
	void shouldNotMakeTheSubscriberWaitWhenBuffered(HandlerKind kind) {
		Sinks.Empty<Void> gate = Sinks.empty();
		this.probe.on(LlmNewToken.class, (token) -> gate.asMono());
		Bench bench = Bench.of(kind, this.probe);
		StepVerifier.create(bench.client().prompt("Hi").content())
			.expectNext("a", "b", "c")
			.then(() -> assertThat(this.probe.tokens().length()).isLessThan(3))
			.then(gate::tryEmitEmpty)
			.expectComplete()
			.verify(TIMEOUT);
		assertThat(this.probe.tokens()).isEqualTo("abc");
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_LOCKSTEP", "ASYNC_LOCKSTEP", "ASYNC_INLINE" })
	@DisplayName("G11 a token is finished by a lockstep handler before the subscriber gets it")
	void shouldFinishEachTokenBeforeTheSubscriberGetsIt(HandlerKind kind) {
		boolean waits = kind.isLockstep();
		this.probe.on(LlmNewToken.class,
				(token) -> (waits ? Mono.delay(Duration.ofMillis(5)).then() : Mono.<Void>empty())
					.doOnTerminate(() -> this.order.add("handler " + token.token())));
		Bench bench = Bench.of(kind, this.probe);
		bench.client()
			.prompt("Hi")
			.content()
			.doOnNext((text) -> this.order.add("subscriber " + text))
			.blockLast(TIMEOUT);
		assertThat(this.order).containsExactly("handler a", "subscriber a", "handler b", "subscriber b", "handler c",
				"subscriber c");
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_LOCKSTEP", "ASYNC_LOCKSTEP" })
	@DisplayName("G11 in lockstep nothing is lost, however the subscriber asks for tokens")
	void shouldLoseNothingInLockstepWhenTheSubscriberAsksBitByBit(HandlerKind kind) {
		this.probe.on(LlmNewToken.class, (token) -> Mono.delay(Duration.ofNanos(50_000)).then());
		String[] tokens = IntStream.range(0, 300).mapToObj((i) -> i + " ").toArray(String[]::new);
		Bench bench = Bench.of(kind, this.probe).answering(tokens);
		List<String> heard = bench.client()
			.prompt("Hi")
			.content()
			.publishOn(Schedulers.parallel(), 3)
			.limitRate(1)
			.collectList()
			.block(TIMEOUT);
		assertThat(heard).containsExactly(tokens);
		assertThat(this.probe.tokens()).isEqualTo(String.join("", tokens));
		assertThat(this.probe.overlaps()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_LOCKSTEP", "ASYNC_LOCKSTEP" })
	@DisplayName("G11 in lockstep the last token is not lost when the work ends while it is held")
	void shouldHandOnTheLastTokenInLockstep(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe).answering(Flux.just(ChatChunk.text("a")));
		for (int i = 0; i < 500; i++) {
			List<String> tokens = bench.client().prompt("Hi").content().collectList().block(TIMEOUT);
			assertThat(tokens).as("run " + i).containsExactly("a");
		}
	}

	@Test
	@DisplayName("G11 in lockstep one token is asked for at a time, even by a subscriber that asks twice")
	void shouldAskForOneTokenAtATimeInLockstep() {
		Sinks.Empty<Void> gate = Sinks.empty();
		this.probe.on(LlmNewToken.class, (token) -> gate.asMono());
		Queue<Long> requests = new ConcurrentLinkedQueue<>();
		Bench bench = Bench.of(HandlerKind.ASYNC_LOCKSTEP, this.probe)
			.answering(Chunks.tokens("a", "b").doOnRequest(requests::add));
		StepVerifier.create(bench.client().prompt("Hi").content(), 1)
			.then(() -> Await.until("the first token", () -> this.probe.tokens().equals("a")))
			.thenRequest(1)
			.thenRequest(5)
			.then(() -> assertThat(requests).containsExactly(1L))
			.then(gate::tryEmitEmpty)
			.expectNext("a", "b")
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	@DisplayName("G17 inline handlers come first, the others by their order")
	void shouldCallInlineHandlersFirstAndTheOthersByOrder() {
		Bench bench = Bench.of(recorder("second", Delivery.BUFFERED, 2), recorder("first", Delivery.BUFFERED, 1),
				recorder("inline", Delivery.INLINE, 9), recorder("third", Delivery.LOCKSTEP, 3));
		bench.client().prompt("Hi").result().block(TIMEOUT);
		assertThat(this.order).hasSize(20);
		List<String> all = List.copyOf(this.order);
		for (int i = 0; i < 20; i += 4) {
			assertThat(all.subList(i, i + 4)).containsExactly("inline", "first", "second", "third");
		}
	}

	private HandlerRegistration recorder(String name, Delivery delivery, int order) {
		AsyncCallbackHandler handler = AsyncCallbackHandler.on(CallbackEvent.class,
				(event) -> Mono.fromRunnable(() -> this.order.add(name)));
		HandlerRegistration registration = HandlerRegistration.of(handler,
				new TestSettings().delivery(delivery).build());
		return new HandlerRegistration(name, registration.type(), registration.source(), registration.scope(), order,
				registration.settings());
	}

	@Test
	@DisplayName("G13 a handler that is stuck holds up no other handler and no other run")
	void shouldHoldUpNobodyWhenAHandlerIsStuck() {
		Probe stuck = new Probe().on(LlmNewToken.class, (token) -> Mono.never());
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS.registration(stuck, (settings) -> settings.tags("slow")),
				HandlerKind.SYNC_CLASS.registration(this.probe));
		StepVerifier.create(bench.client().prompt("Hi").tags("slow").content())
			.expectNext("a", "b", "c")
			.then(() -> Await.until("the tokens", () -> this.probe.tokens().equals("abc")))
			.then(() -> bench.client().prompt("Hi").result().block(TIMEOUT))
			.then(() -> assertThat(this.probe.tokens()).isEqualTo("abcabc"))
			.thenCancel()
			.verify(TIMEOUT);
	}

	@Test
	@DisplayName("G8 the library's threads never run the application's stream")
	void shouldNotRunTheStreamOnHandlerThreads() {
		Queue<String> threads = new ConcurrentLinkedQueue<>();
		Bench bench = Bench.of(HandlerKind.SYNC_LOCKSTEP, this.probe)
			.answering((request) -> Chunks.tokens("a", "b")
				.doOnSubscribe((subscription) -> threads.add(Thread.currentThread().getName())));
		bench.client()
			.prompt("Hi")
			.content()
			.doOnEach((signal) -> threads.add(Thread.currentThread().getName()))
			.blockLast(TIMEOUT);
		assertThat(threads).hasSize(4).noneMatch((thread) -> thread.startsWith("llm-callback-"));
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "ASYNC_CLASS" })
	@DisplayName("G10 the caller hears of a failure when those have caught up too that do not want to hear of it")
	void shouldAwaitHandlersThatDoNotWantTheEnd(HandlerKind kind) {
		Sinks.Empty<Void> gate = Sinks.empty();
		this.probe.on(LlmNewToken.class, (token) -> gate.asMono().doOnTerminate(() -> this.order.add("token")));
		Bench bench = Bench.of(kind, this.probe, (settings) -> settings.events(Set.of(LlmNewToken.class)))
			.answering(Chunks.tokens("a").concatWith(Flux.error(new IllegalStateException("broken"))));
		StepVerifier.create(bench.client().prompt("Hi").content().doOnError((ex) -> this.order.add("error")))
			.expectNext("a")
			.then(() -> Await.until("the token", () -> this.probe.tokens().equals("a")))
			.then(gate::tryEmitEmpty)
			.expectErrorMessage("broken")
			.verify(TIMEOUT);
		assertThat(this.order).containsExactly("token", "error");
	}

	@Test
	@DisplayName("G10 a lane that is being left can be waited for by what it lets go on")
	void shouldLetTheWorkWaitForTheLaneThatReleasedIt() {
		AsyncCallbackHandler handler = AsyncCallbackHandler.on(RunStart.class,
				(start) -> Mono.<Void>empty().subscribeOn(Schedulers.boundedElastic()));
		CallbackManager manager = CallbackManager.builder().handlers(handler).build();
		String answer = manager.run("outer", "in", Flux.defer(() -> {
			Mono<String> inner = manager.run("inner", "in", Mono.just("x"));
			return Flux.just(inner.block(TIMEOUT));
		})).blockLast(TIMEOUT);
		assertThat(answer).isEqualTo("x");
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_INLINE", "ASYNC_CLASS", "ASYNC_INLINE", "ASYNC_SERIAL" })
	@DisplayName("G18 G22 what the subscriber does next is not inside the callback that told it of the end")
	void shouldNotTakeTheNextCallForOneInsideTheCallback(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe);
		bench.client().prompt("One").result().flatMap((one) -> bench.client().prompt("Two").result()).block(TIMEOUT);
		assertThat(this.probe.of(ChatModelStart.class)).hasSize(2).allMatch((start) -> start.run().parentId() == null);
	}

	@Test
	@DisplayName("G22 what the subscriber does with an item happens in the run around, on whatever thread")
	void shouldRestoreTheRunAroundForTheSubscriber() {
		CallbackManager manager = CallbackManager.builder().build();
		Queue<String> current = new ConcurrentLinkedQueue<>();
		Flux<String> inner = manager.run("inner", "in", Flux.just("x"));
		manager.run("outer", "in", inner.doOnNext((item) -> current.add(nameOfCurrentRun())))
			.doOnNext((item) -> current.add(nameOfCurrentRun()))
			.doOnComplete(() -> current.add(nameOfCurrentRun()))
			.blockLast(TIMEOUT);
		assertThat(current).containsExactly("outer", "none", "none");
	}

	private static String nameOfCurrentRun() {
		return CurrentRun.get().map((run) -> run.name()).orElse("none");
	}

	@Test
	@DisplayName("G24 after a call the thread's current run is what it was before")
	void shouldLeaveNothingOnTheThread() {
		CountDownLatch done = new CountDownLatch(1);
		Bench bench = Bench.of(HandlerKind.SYNC_INLINE.registration(this.probe),
				HandlerRegistration.of(CallbackHandler.on(RunStart.class, (start) -> done.countDown())));
		bench.client().prompt("Hi").result().block(TIMEOUT);
		Await.zero(done);
		assertThat(CurrentRun.get()).isEmpty();
	}

	@Test
	@DisplayName("G11 a chunk without content is not a token, and reaches the subscriber all the same")
	void shouldHandOnChunksThatAreNoTokens() {
		Bench bench = Bench.of(HandlerKind.SYNC_LOCKSTEP, this.probe).answering("a");
		List<ChatChunk> chunks = bench.client().prompt("Hi").stream().collectList().block(TIMEOUT);
		assertThat(chunks).hasSize(2);
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(1);
		assertThat(Ordered.LOWEST_PRECEDENCE).isEqualTo(HandlerKind.SYNC_CLASS.registration(this.probe).order());
	}

}
