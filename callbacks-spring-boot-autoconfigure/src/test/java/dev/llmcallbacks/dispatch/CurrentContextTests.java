package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.micrometer.context.ContextRegistry;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The current run and thread-locals where the library calls the application's code.
 */
class CurrentContextTests {

	private static final Duration TIMEOUT = Await.TIMEOUT;

	private static final String KEY = "tenant";

	private final ThreadLocal<String> tenant = new ThreadLocal<>();

	private final Queue<String> seen = new ConcurrentLinkedQueue<>();

	private final Probe probe = new Probe();

	@ParameterizedTest
	@EnumSource
	@DisplayName("G22 its run is current on the thread that calls a handler, of whatever kind")
	void shouldBeCurrentForHandlers(HandlerKind kind) {
		Queue<UUID> current = new ConcurrentLinkedQueue<>();
		this.probe
			.react((event) -> Mono.fromRunnable(() -> CurrentRun.get().ifPresent((run) -> current.add(run.id()))));
		Bench.of(kind, this.probe).answering("a").client().prompt("Hi").result().block(TIMEOUT);
		assertThat(current)
			.containsExactlyElementsOf(this.probe.events().stream().map((event) -> event.run().id()).toList());
	}

	@Test
	@DisplayName("G22 its run is current on the thread that begins the work")
	void shouldBeCurrentForTheWork() {
		Flux<String> run = CallbackManager.builder()
			.build()
			.run(new RunSpec(RunType.CHAIN, "run", RunOptions.NONE), new ChainEvents<>("in"),
					(active) -> Flux.just(current(), current()));
		assertThat(run.collectList().block(TIMEOUT)).containsExactly("run", "run");
	}

	private static String current() {
		return CurrentRun.get().map(Run::name).orElse("none");
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "SYNC_LOCKSTEP", "SYNC_SERIAL" })
	@DisplayName("G22 the application's thread-locals are set on a handler's thread, and gone with the run")
	void shouldCarryTheThreadLocalsOfTheApplication(HandlerKind kind) {
		this.probe.react((event) -> Mono.fromRunnable(() -> this.seen.add(String.valueOf(this.tenant.get()))));
		CallbackManager manager = Bench.of(kind, this.probe).manager();
		ContextRegistry.getInstance().registerThreadLocalAccessor(KEY, this.tenant);
		try {
			manager.run("run", "in", Mono.just(1)).contextWrite((context) -> context.put(KEY, "a")).block(TIMEOUT);
			manager.run("run", "in", Mono.just(1)).block(TIMEOUT);
		}
		finally {
			ContextRegistry.getInstance().removeThreadLocalAccessor(KEY);
		}
		assertThat(this.seen).containsExactly("a", "a", "null", "null");
	}

	@Test
	@DisplayName("G22 so are those of the thread that subscribes")
	void shouldCarryTheThreadLocalsOfTheSubscribersThread() {
		this.probe.react((event) -> Mono.fromRunnable(() -> this.seen.add(String.valueOf(this.tenant.get()))));
		CallbackManager manager = Bench.of(HandlerKind.SYNC_CLASS, this.probe).manager();
		ContextRegistry.getInstance().registerThreadLocalAccessor(KEY, this.tenant);
		this.tenant.set("b");
		try {
			manager.run("run", "in", Mono.just(1)).block(TIMEOUT);
		}
		finally {
			this.tenant.remove();
			ContextRegistry.getInstance().removeThreadLocalAccessor(KEY);
		}
		assertThat(this.seen).containsExactly("b", "b");
	}

	@Test
	@DisplayName("G24 a run of another tree leaves the run of the thread that its items and its end come on as it was")
	void shouldLeaveTheRunOfTheThread() {
		CallbackManager manager = CallbackManager.builder().build();
		Sinks.Many<Integer> items = Sinks.many().unicast().onBackpressureBuffer();
		Mono<String> other = Mono.deferContextual((context) -> {
			Flux<Integer> inside = manager.run("inside", "in", items.asFlux()).contextWrite(context);
			return manager.run("thread", "in", () -> {
				inside.subscribe();
				items.tryEmitNext(1);
				String afterItem = current();
				items.tryEmitComplete();
				return afterItem + " " + current();
			}).contextWrite((inherited) -> Context.empty());
		});
		assertThat(manager.run("other", "in", other).block(TIMEOUT)).isEqualTo("thread thread");
	}

	@Test
	@DisplayName("G23 the metadata that a run brings goes on top of what it inherits")
	void shouldPreferItsOwnMetadata() {
		CallbackManager manager = Bench.of(HandlerKind.ASYNC_CLASS, this.probe).manager();
		run(manager, Map.of("kept", 1, "changed", 1), run(manager, Map.of("changed", 2), Flux.just(1)))
			.blockLast(TIMEOUT);
		assertThat(this.probe.of(ChainStart.class)).last()
			.extracting((start) -> start.run().metadata())
			.isEqualTo(Map.of("kept", 1, "changed", 2));
	}

	private static Flux<Integer> run(CallbackManager manager, Map<String, Integer> metadata, Flux<Integer> work) {
		RunOptions options = RunOptions.builder().metadata(metadata).build();
		return manager.run(new RunSpec(RunType.CHAIN, "run", options), new ChainEvents<>("in"), (active) -> work);
	}

}
