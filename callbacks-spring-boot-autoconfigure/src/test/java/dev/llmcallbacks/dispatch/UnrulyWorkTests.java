package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.publisher.TestPublisher.Violation;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for work that does not keep to the rules, or does what it does at a bad moment.
 */
class UnrulyWorkTests {

	private static final Duration TIMEOUT = Await.TIMEOUT;

	private final Probe probe = new Probe();

	private final Bench bench = Bench.of(HandlerKind.ASYNC_CLASS, this.probe);

	private final CountingEvents events = new CountingEvents();

	private final List<String> told = new CopyOnWriteArrayList<>();

	private Flux<String> run(Publisher<String> work) {
		return this.bench.manager().run(new RunSpec(RunType.LLM, "run", RunOptions.NONE), this.events, (run) -> work);
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G1 work that throws instead of beginning fails the run")
	void shouldFailWhenTheWorkThrows(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe);
		Flux<String> run = bench.manager()
			.run(new RunSpec(RunType.LLM, "run", RunOptions.NONE), this.events, (active) -> {
				throw new IllegalStateException("broken");
			});
		StepVerifier.create(run).expectErrorMessage("broken").verify(TIMEOUT);
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmError");
		bench.awaitNoLiveRuns();
	}

	@Test
	@DisplayName("G2 work that was cancelled while its start was on its way to a handler never begins")
	void shouldNotBeginWhenCancelledDuringTheStart() {
		Sinks.Empty<Void> gate = Sinks.empty();
		this.probe.on(ChatModelStart.class, (start) -> gate.asMono());
		AtomicBoolean begun = new AtomicBoolean();
		Disposable subscription = this.bench.manager()
			.run(new RunSpec(RunType.LLM, "run", RunOptions.NONE), this.events, (active) -> {
				begun.set(true);
				return Flux.just("a");
			})
			.subscribe();
		subscription.dispose();
		gate.tryEmitEmpty();
		this.bench.awaitNoLiveRuns();
		assertThat(begun).isFalse();
	}

	@Test
	@DisplayName("G2 a subscription that comes after the cancel is cancelled, and never asked for anything")
	void shouldCancelASubscriptionThatComesLate() {
		AtomicReference<Subscriber<? super String>> subscriber = new AtomicReference<>();
		AtomicBoolean cancelled = new AtomicBoolean();
		AtomicBoolean asked = new AtomicBoolean();
		run(subscriber::set).subscribe().dispose();
		Flux.<String>never()
			.doOnRequest((n) -> asked.set(true))
			.doOnCancel(() -> cancelled.set(true))
			.subscribe(subscriber.get());
		assertThat(cancelled).isTrue();
		assertThat(asked).isFalse();
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmCancel");
	}

	@Test
	@DisplayName("G1 what the work sends after the cancel is noted by nobody, told to nobody and counted nowhere")
	void shouldIgnoreWhatComesAfterTheCancel() {
		TestPublisher<String> work = TestPublisher.createNoncompliant(Violation.DEFER_CANCELLATION);
		Disposable subscription = run(work).subscribe(this.told::add);
		work.next("a");
		subscription.dispose();
		work.next("b");
		assertThat(this.told).containsExactly("a");
		assertThat(this.events.accepted).hasValue(1);
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmCancel");
		assertThat(this.bench.statistics().dropped()).isZero();
	}

	@Test
	@DisplayName("G1 G11 an item that a lockstep handler still held when the subscriber left reaches nobody")
	void shouldDropAHeldItemAfterTheCancel() {
		Sinks.Empty<Void> gate = Sinks.empty();
		this.probe.on(LlmNewToken.class, (token) -> gate.asMono());
		Disposable subscription = Bench.of(HandlerKind.ASYNC_LOCKSTEP, this.probe)
			.manager()
			.run(new RunSpec(RunType.LLM, "run", RunOptions.NONE), this.events, (run) -> Flux.just("a"))
			.subscribe(this.told::add);
		assertThat(this.probe.tokens()).isEqualTo("a");
		subscription.dispose();
		gate.tryEmitEmpty();
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmCancel");
		assertThat(this.told).isEmpty();
	}

	@Test
	@DisplayName("G1 work that ends twice ends its run once, as it ended first")
	void shouldEndOnceWhenTheWorkEndsTwice() {
		Sinks.Empty<Void> gate = Sinks.empty();
		this.probe.on(LlmNewToken.class, (token) -> gate.asMono());
		TestPublisher<String> work = TestPublisher.createNoncompliant(Violation.CLEANUP_ON_TERMINATE);
		StepVerifier.create(run(work))
			.then(() -> work.next("a"))
			.expectNext("a")
			.then(work::complete)
			.then(() -> work.error(new IllegalStateException("late")))
			.then(gate::tryEmitEmpty)
			.expectComplete()
			.verify(TIMEOUT);
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmNewToken", "LlmEnd");
	}

	@Test
	@DisplayName("G1 the subscriber is told of the end when it has left the item that it is busy with")
	void shouldTellTheSubscriberOneThingAtATime() {
		Flux<String> run = run(Flux.just("a").concatWith(Flux.never()));
		run.subscribe((item) -> {
			this.told.add("in");
			this.bench.manager().cancel(this.bench.manager().openRuns().get(0).id());
			this.told.add("out");
		}, (ex) -> this.told.add("end"));
		assertThat(this.told).containsExactly("in", "out", "end");
	}

}
