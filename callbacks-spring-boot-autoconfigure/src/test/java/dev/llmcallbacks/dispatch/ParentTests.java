package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.context.ContextView;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which run is the parent, and what that means for the order of events.
 */
class ParentTests {

	private static final Duration TIMEOUT = Await.TIMEOUT;

	private final Probe probe = new Probe();

	private CallbackManager manager = Bench.of(HandlerKind.ASYNC_CLASS, this.probe).manager();

	private List<String> told() {
		return this.probe.events()
			.stream()
			.map((event) -> (event instanceof CustomEvent custom) ? custom.name()
					: event.run().name() + event.getClass().getSimpleName().replace("Chain", " "))
			.toList();
	}

	private Run run(String name) {
		return this.probe.of(ChainStart.class)
			.stream()
			.map(ChainStart::run)
			.filter((run) -> run.name().equals(name))
			.findFirst()
			.orElseThrow();
	}

	@ParameterizedTest
	@EnumSource(names = { "SYNC_CLASS", "ASYNC_CLASS", "SYNC_SERIAL", "ASYNC_SERIAL" })
	@DisplayName("G3 a child's start follows what the run above its parent had told, if nothing is heard of the parent")
	void shouldOrderAChildAfterTheRunAboveItsParent(HandlerKind kind) {
		this.probe.on(CustomEvent.class, (event) -> Mono.delay(Duration.ofMillis(20)).then());
		this.manager = Bench.of(kind, this.probe, (settings) -> settings.tags("heard")).manager();
		Flux<Integer> parent = chain("parent", Set.of(), chain("child", Set.of("heard"), Flux.just(1)));
		chain("top", Set.of("heard"),
				this.manager.customEvent("first", 1).then(this.manager.customEvent("second", 2)).thenMany(parent))
			.blockLast(TIMEOUT);
		assertThat(told()).containsExactly("top Start", "first", "second", "child Start", "child End", "top End");
		assertThat(this.probe.overlaps()).isEmpty();
	}

	private <T> Flux<T> chain(String name, Set<String> tags, Flux<T> work) {
		return this.manager.run(new RunSpec(RunType.CHAIN, name, null, tags, RunOptions.NONE), new ChainEvents<>("in"),
				(run) -> work);
	}

	@Test
	@DisplayName("G3 a run that found its parent on the thread and outlives it is detached: nobody waits for it")
	void shouldNotWaitForARunThatWasFoundOnTheThread() {
		Sinks.Empty<Void> gate = Sinks.empty();
		this.manager.run("parent", "in", () -> {
			this.manager.run("child", "in", gate.asMono()).subscribe();
			return 1;
		}).block(TIMEOUT);
		assertThat(told()).containsExactly("parent Start", "child Start", "parent End");
		assertThat(run("child").parentId()).isEqualTo(run("parent").id());
		gate.tryEmitEmpty();
		assertThat(told()).endsWith("child End");
	}

	@Test
	@DisplayName("G22 the run of the Reactor Context comes before that of the thread")
	void shouldPreferTheRunOfTheReactorContext() {
		AtomicReference<ContextView> inside = new AtomicReference<>();
		this.manager.run("of context", "in", Mono.deferContextual((context) -> {
			inside.set(context);
			return Mono.never();
		})).subscribe();
		this.manager
			.run("of thread", "in",
					() -> this.manager.run("child", "in", Mono.just(1)).contextWrite(inside.get()).block(TIMEOUT))
			.block(TIMEOUT);
		assertThat(run("child").parentId()).isEqualTo(run("of context").id());
	}

}
