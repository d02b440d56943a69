package dev.llmcallbacks.dispatch;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the runs that are going on, and for those that are cancelled on request.
 */
class OpenRunsTests {

	private final Probe probe = new Probe();

	private final UUID id = Run.newId();

	private final Flux<ChatChunk> endless = Flux.just(ChatChunk.text("a")).concatWith(Flux.never());

	@Test
	void shouldKnowTheOpenRunsInTheOrderOfTheirOpening() {
		Bench bench = Bench.of(HandlerKind.ASYNC_CLASS, this.probe).answering(this.endless);
		StepVerifier.create(bench.manager().run("outer", "in", bench.client().prompt("Hi").runId(this.id).content()))
			.expectNext("a")
			.then(() -> {
				assertThat(bench.manager().openRuns()).extracting(Run::name)
					.containsExactly("outer", "ScriptedChatModel");
				Run inner = bench.manager().openRuns().get(1);
				assertThat(inner.id()).isEqualTo(this.id);
				assertThat(inner.parentId()).isEqualTo(bench.manager().openRuns().get(0).id());
			})
			.thenCancel()
			.verify(Await.TIMEOUT);
		bench.awaitNoLiveRuns();
		assertThat(bench.manager().openRuns()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("the caller of a run that has waited for a run inside it finds neither of them open")
	void shouldKnowNoRunInsideOneThatHasEnded(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe);
		Sinks.Empty<Void> gate = Sinks.empty();
		Mono<Void> child = bench.manager().run("child", "in", gate.asMono());
		Mono<Void> work = Mono
			.deferContextual((context) -> Mono.fromRunnable(() -> child.contextWrite(context).subscribe()));
		CompletableFuture<List<Run>> open = bench.manager()
			.run("parent", "in", work)
			.then(Mono.fromSupplier(bench.manager()::openRuns))
			.toFuture();
		Await.until("the child", () -> gate.currentSubscriberCount() == 1);
		gate.tryEmitEmpty();
		assertThat(Await.outcome(open)).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G1 G2 a run that is cancelled on request ends in a Cancel, its call is closed, its subscriber told")
	void shouldCancelARun(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe).answering(this.endless);
		StepVerifier.create(bench.client().prompt("Hi").runId(this.id).content())
			.expectNext("a")
			.then(() -> assertThat(bench.manager().cancel(this.id)).isTrue())
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(CancellationException.class)
				.hasMessageContainingAll("ScriptedChatModel", this.id.toString(), "cancelled on request"))
			.verify(Await.TIMEOUT);
		assertThat(bench.cancelledCalls()).isEqualTo(1);
		bench.awaitNoLiveRuns();
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmCancel");
		assertThat(this.probe.of(LlmCancel.class).get(0).result().text()).isEqualTo("a");
	}

	@Test
	@DisplayName("G3 open children are cancelled first")
	void shouldCancelTheRunsInsideFirst() {
		Bench bench = Bench.of(HandlerKind.ASYNC_CLASS, this.probe).answering(this.endless);
		StepVerifier.create(bench.manager().run("outer", "in", bench.client().prompt("Hi").content()))
			.expectNext("a")
			.then(() -> bench.manager().cancel(bench.manager().openRuns().get(0).id()))
			.expectError(CancellationException.class)
			.verify(Await.TIMEOUT);
		assertThat(bench.cancelledCalls()).isEqualTo(1);
		assertThat(this.probe.names()).containsExactly("ChainStart", "ChatModelStart", "LlmNewToken", "LlmCancel",
				"ChainCancel");
	}

	@Test
	void shouldFailTheRunAroundWhichGetsTheError() {
		Bench bench = Bench.of(HandlerKind.ASYNC_CLASS, this.probe).answering(this.endless);
		Flux<String> inner = bench.client().prompt("Hi").runId(this.id).content();
		StepVerifier.create(bench.manager().run("outer", "in", inner))
			.expectNext("a")
			.then(() -> bench.manager().cancel(this.id))
			.expectError(CancellationException.class)
			.verify(Await.TIMEOUT);
		assertThat(this.probe.names()).endsWith("LlmCancel", "ChainError");
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "SYNC_INLINE")
	@DisplayName("G1 a run whose end is on its way ends as it would have")
	void shouldLeaveTheEndAsItIsWhenItIsOnItsWay(HandlerKind kind) {
		Sinks.Empty<Void> gate = Sinks.empty();
		this.probe.on(LlmEnd.class, (end) -> gate.asMono());
		Bench bench = Bench.of(kind, this.probe).answering("a");
		Mono<String> text = bench.client().prompt("Hi").runId(this.id).text();
		StepVerifier.create(text).then(() -> {
			Await.until("the end", this.probe::hasEnded);
			assertThat(bench.manager().openRuns()).hasSize(1);
			assertThat(bench.manager().cancel(this.id)).isTrue();
			gate.tryEmitEmpty();
		}).expectNext("a").expectComplete().verify(Await.TIMEOUT);
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmEnd");
	}

	@Test
	void shouldSayWhenThereIsNoSuchRun() {
		assertThat(Bench.of(HandlerKind.SYNC_CLASS, this.probe).manager().cancel(this.id)).isFalse();
	}

}
