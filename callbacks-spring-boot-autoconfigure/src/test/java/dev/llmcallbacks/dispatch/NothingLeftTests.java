package dev.llmcallbacks.dispatch;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.Ordered;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.HandlerRegistration.Instance;
import dev.llmcallbacks.dispatch.HandlerRegistration.Scope;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.Await;
import dev.llmcallbacks.test.Chunks;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what is left of a run that has ended.
 */
class NothingLeftTests {

	@Test
	@DisplayName("G21 nothing of a run and of the handlers of a call stays in memory when it has completed")
	void shouldLeaveNothingWhenTheRunCompletes() {
		assertForgotten(use(Flux.range(0, 300).map((i) -> ChatChunk.text("x")), false));
	}

	@Test
	@DisplayName("G21 nor when it has failed")
	void shouldLeaveNothingWhenTheRunFails() {
		assertForgotten(use(Chunks.tokens("a").concatWith(Flux.error(new IllegalStateException("x"))), false));
	}

	@Test
	@DisplayName("G21 nor when it was cancelled")
	void shouldLeaveNothingWhenTheRunIsCancelled() {
		assertForgotten(use(Chunks.tokens("a").concatWith(Flux.never()), true));
	}

	@Test
	@DisplayName("G21 nor when a handler was given up, once its call has returned")
	void shouldLeaveNothingWhenALaneWasGivenUp() {
		AtomicBoolean released = new AtomicBoolean();
		Probe probe = new Probe().on(LlmNewToken.class, (token) -> Mono.fromRunnable(() -> {
			long until = System.nanoTime() + Await.TIMEOUT.toNanos();
			while (!released.get() && System.nanoTime() < until) {
				Thread.onSpinWait();
			}
		}));
		List<WeakReference<?>> references = new ArrayList<>();
		Bench bench = Bench.of(HandlerKind.SYNC_SERIAL, probe, (settings) -> settings.timeout(Duration.ofMillis(200)))
			.answering("a", "b");
		bench.client().prompt("Hi").result().block(Await.TIMEOUT);
		released.set(true);
		probe.events().forEach((event) -> references.add(new WeakReference<>(event.run())));
		Await.until("the return", () -> bench.statistics().delivered() == 2);
		bench.awaitNoLiveRuns();
		probe.forget();
		assertForgotten(new EnumMap<>(Map.of(HandlerKind.SYNC_SERIAL, references)));
	}

	// the manager stays, what belongs to the call has to go
	private static final CallbackManager MANAGER = CallbackManager.builder().build();

	private static Map<HandlerKind, List<WeakReference<?>>> use(Flux<ChatChunk> answer, boolean cancel) {
		Map<HandlerKind, List<WeakReference<?>>> references = new EnumMap<>(HandlerKind.class);
		for (HandlerKind kind : HandlerKind.values()) {
			references.put(kind, use(kind, answer, cancel));
		}
		return references;
	}

	private static List<WeakReference<?>> use(HandlerKind kind, Flux<ChatChunk> answer, boolean cancel) {
		Probe probe = new Probe();
		// an item may be on its way while the run is cancelled
		List<WeakReference<?>> references = Collections.synchronizedList(new ArrayList<>());
		CallbackManager own = CallbackManager.builder().registrations(List.of(kind.registration(probe))).build();
		for (CallbackManager manager : List.of(own, MANAGER)) {
			ChatClient client = ChatClient.builder(new ScriptedChatModel((request) -> answer.doOnEach((signal) -> {
				RunContext context = CurrentRun.contextFrom(signal.getContextView());
				references.add(new WeakReference<>(context));
				references.add(new WeakReference<>(context.handle()));
			}))).callbackManager(manager).build();
			LlmCallbackHandler handler = kind.handler(probe);
			references.add(new WeakReference<>(handler));
			Flux<?> call = client.prompt("Hi").callbacks(handler).stream();
			if (cancel) {
				Disposable subscription = call.subscribe();
				Await.until("a token", () -> !probe.tokens().isEmpty());
				subscription.dispose();
			}
			else {
				call.onErrorComplete().blockLast(Await.TIMEOUT);
			}
			Await.until("no live runs", () -> ((DefaultCallbackManager) manager).registry().count() == 0);
			probe.events().forEach((event) -> references.add(new WeakReference<>(event)));
			probe.forget();
		}
		references.add(new WeakReference<>(probe));
		return references;
	}

	private static void assertForgotten(Map<HandlerKind, List<WeakReference<?>>> references) {
		assertThat(references.values()).allMatch((ofKind) -> ofKind.size() > 1);
		Await.until("the garbage collector to take what belongs to " + references.keySet(), () -> {
			System.gc();
			references.values().removeIf((ofKind) -> ofKind.stream().allMatch((reference) -> reference.get() == null));
			return references.isEmpty();
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_PER_ROOT_RUN", "ASYNC_PER_ROOT_RUN" })
	@DisplayName("a handler of a root run hears its whole tree, and is destroyed once when that has ended")
	void shouldMakeAndDestroyOneHandlerForATree(HandlerKind kind) {
		AtomicInteger destroyed = new AtomicInteger();
		Map<Integer, List<UUID>> roots = new ConcurrentHashMap<>();
		AtomicInteger made = new AtomicInteger();
		HandlerRegistration registration = new HandlerRegistration("prototype", kind.handler(new Probe()).getClass(),
				(shared) -> {
					int number = made.incrementAndGet();
					List<UUID> heard = roots.computeIfAbsent(number, (key) -> new ArrayList<>());
					Probe probe = new Probe().on(CallbackEvent.class,
							(event) -> Mono.fromRunnable(() -> heard.add(event.run().rootId())));
					return instance(kind.handler(probe), destroyed);
				}, Scope.PER_ROOT_RUN, Ordered.LOWEST_PRECEDENCE, new TestSettings().build());
		Bench bench = Bench.of(registration);
		Mono<String> call = bench.client().prompt("Hi").text();
		Flux.range(0, 5)
			.flatMap((i) -> bench.manager().run("tree", i, Flux.merge(call, call, call)))
			.blockLast(Await.TIMEOUT);
		Await.until("no live runs", () -> bench.liveRuns() == 0);
		assertThat(made).hasValue(5);
		assertThat(destroyed).hasValue(5);
		assertThat(roots.values()).hasSize(5)
			.allSatisfy((heard) -> assertThat(heard).hasSize(17).containsOnly(heard.get(0)));
	}

	private static Instance instance(LlmCallbackHandler handler, AtomicInteger destroyed) {
		return new Instance(handler, handler, destroyed::incrementAndGet);
	}

	@Test
	@DisplayName("D18 G15 G21 the run goes on without a handler that cannot be created, and destroys the others")
	void shouldGoOnWithoutAHandlerThatCannotBeCreated() {
		AtomicInteger destroyed = new AtomicInteger();
		Probe probe = new Probe();
		LlmCallbackHandler handler = HandlerKind.ASYNC_CLASS.handler(probe);
		Bench bench = Bench.of(perRootRun((shared) -> instance(handler, destroyed)), perRootRun((shared) -> {
			throw new IllegalStateException("cannot be created");
		}));
		bench.client().prompt("Hi").result().block(Await.TIMEOUT);
		assertThat(probe.names()).startsWith("ChatModelStart").endsWith("LlmEnd");
		bench.awaitNoLiveRuns();
		assertThat(destroyed).hasValue(1);
		assertThat(bench.statistics().failed()).isEqualTo(1);
	}

	@Test
	@DisplayName("G21 a run that cannot be opened leaves nothing behind, and destroys what was created for it")
	void shouldDestroyWhatWasCreatedForARunThatCannotBeOpened() {
		AtomicInteger destroyed = new AtomicInteger();
		LlmCallbackHandler handler = HandlerKind.ASYNC_CLASS.handler(new Probe());
		Bench bench = Bench.of(perRootRun((shared) -> instance(handler, destroyed)));
		RunEvents<String> events = new FailingEvents(FailingEvents.Place.STARTED,
				new NoClassDefFoundError("cannot be opened"));
		assertThatExceptionOfType(NoClassDefFoundError.class).isThrownBy(() -> bench.manager()
			.run(new RunSpec(RunType.CHAIN, "run", RunOptions.NONE), events, (run) -> Flux.just("a"))
			.blockLast(Await.TIMEOUT));
		assertThat(destroyed).hasValue(1);
		assertThat(bench.liveRuns()).isZero();
	}

	private static HandlerRegistration perRootRun(Function<Map<Object, Object>, Instance> source) {
		return new HandlerRegistration("prototype", LlmCallbackHandler.class, source, Scope.PER_ROOT_RUN,
				Ordered.LOWEST_PRECEDENCE, new TestSettings().build());
	}

	@Test
	@DisplayName("G21 handlers that say they are equal are told apart, and forgotten")
	void shouldTellEqualHandlersApart() {
		String one = new String("handler");
		String other = new String("handler");
		assertThat(AsyncMutex.of(one)).isSameAs(AsyncMutex.of(one)).isNotSameAs(AsyncMutex.of(other));
	}

}
