package dev.llmcallbacks.propagation;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The current run along chains of operators.
 */
@ParameterizedClass(name = "automatic context propagation: {0}")
@ValueSource(booleans = { false, true })
class ReactiveHopsTests extends Hops {

	private static final ExecutorService executor = Executors.newFixedThreadPool(2);

	private final AtomicReference<Runnable> subscription = new AtomicReference<>();

	@AfterAll
	static void stop() {
		executor.shutdownNow();
	}

	static Stream<Named<Scheduler>> schedulers() {
		return Stream.of(Named.of("parallel", Schedulers.parallel()),
				Named.of("boundedElastic", Schedulers.boundedElastic()), Named.of("single", Schedulers.single()),
				Named.of("immediate", Schedulers.immediate()),
				Named.of("fromExecutor", Schedulers.fromExecutor(executor)),
				Named.of("fromExecutorService", Schedulers.fromExecutorService(executor)));
	}

	@Test
	@DisplayName("G22 G23 a plain reactive chain carries the run, its handlers, tags and metadata")
	void shouldReachACallInAPlainChain() {
		inside((input) -> Mono.just(input).flatMap((text) -> ask()));
		shouldHaveAskedInside(1);
		assertThat(this.trace.lines()).containsExactly("+outer", "+ask", "-ask", "-outer");
	}

	@ParameterizedTest
	@MethodSource("schedulers")
	@DisplayName("G22 publishOn carries the run")
	void shouldReachACallBehindPublishOn(Scheduler scheduler) {
		inside((input) -> Mono.just(input).publishOn(scheduler).flatMap((text) -> ask()));
		shouldHaveAskedInside(1);
	}

	@ParameterizedTest
	@MethodSource("schedulers")
	@DisplayName("G22 subscribeOn carries the run")
	void shouldReachACallBeforeSubscribeOn(Scheduler scheduler) {
		inside((input) -> ask().subscribeOn(scheduler));
		shouldHaveAskedInside(1);
	}

	@ParameterizedTest
	@MethodSource("schedulers")
	@DisplayName("G22 several schedulers one after the other carry the run")
	void shouldReachACallBehindSeveralSchedulers(Scheduler scheduler) {
		inside((input) -> Flux.just(1, 2)
			.publishOn(scheduler)
			.delayElements(Duration.ofMillis(1))
			.publishOn(Schedulers.boundedElastic())
			.concatMap((number) -> ask().subscribeOn(scheduler)));
		shouldHaveAskedInside(2);
	}

	@Test
	@DisplayName("G22 flatMap carries the run to all that it subscribes to at the same time")
	void shouldReachConcurrentCalls() {
		inside((input) -> Flux.range(0, 50)
			.flatMap((number) -> ask().subscribeOn(Schedulers.parallel()).delayElement(Duration.ofMillis(1)), 8));
		shouldHaveAskedInside(50);
	}

	@Test
	@DisplayName("G22 concurrent runs keep their children apart")
	void shouldKeepConcurrentRunsApart() {
		Chain<Integer, String> outer = Chain.of("outer", (number) -> Flux.range(0, number % 3 + 1)
			.flatMap((index) -> ask().delayElement(Duration.ofMillis(1)).publishOn(Schedulers.parallel())));
		outer.withOptions(heard()).batch(Flux.range(0, 30).collectList().block(TIMEOUT)).block(TIMEOUT);
		this.trace.awaitEnd();
		assertThat(this.trace.runs("outer")).hasSize(30);
		assertThat(this.trace.runs("outer")
			.stream()
			.mapToLong(
					(run) -> this.trace.runs("ask").stream().filter((ask) -> run.id().equals(ask.parentId())).count()))
			.containsOnly(1L, 2L, 3L)
			.hasSize(30);
		assertThat(this.trace.runs("ask")).hasSize(60);
	}

	@Test
	@DisplayName("G22 a plain CompletableFuture in the middle loses nothing that comes after it")
	void shouldReachACallBehindAFuture() {
		inside((input) -> Mono.fromFuture(() -> CompletableFuture.supplyAsync(() -> input)).flatMap((text) -> ask()));
		shouldHaveAskedInside(1);
	}

	@Test
	@DisplayName("G22 zip, retry and fallbacks of Reactor carry the run")
	void shouldReachCallsOfOtherOperators() {
		inside((input) -> Mono.zip(ask(),
				Mono.<String>error(new IllegalStateException("once")).onErrorResume((ex) -> ask()).retry(1)));
		shouldHaveAskedInside(2);
	}

	@Test
	@DisplayName("G22 a step of a sequence, and what it consumes, are inside the sequence and not inside each other")
	void shouldKeepStepsBesideEachOther() {
		Chain<String, String> first = Chain.of("first", (text) -> Flux.just("a", "b").concatMap((item) -> ask()));
		Chain<String, String> second = Chain.generator("second", (items) -> items.publishOn(Schedulers.parallel())
			.concatMap((item) -> this.client.prompt(item).runName("again").text()));
		first.then(second).withOptions(heard()).invoke("x").block(TIMEOUT);
		this.trace.awaitEnd();
		this.trace.shouldBeInside("ask", "first");
		this.trace.shouldBeInside("again", "second");
		this.trace.shouldBeInside("first", "sequence");
		this.trace.shouldBeInside("second", "sequence");
	}

	@Test
	@DisplayName("G22 the run of the Reactor Context takes precedence over the run that a thread still has")
	void shouldPreferTheReactorContext() {
		AtomicReference<Executor> stale = new AtomicReference<>();
		Chain.<String, Object>of("stale", (input) -> {
			Runnable subscribe = CurrentRun.wrap(() -> this.subscription.get().run());
			stale.set((task) -> {
				this.subscription.set(task);
				subscribe.run();
			});
			return input;
		}).invoke("x").block(TIMEOUT);
		inside((input) -> Flux.from((subscriber) -> stale.get().execute(() -> ask().subscribe(subscriber))));
		shouldHaveAskedInside(1);
	}

	@Test
	@DisplayName("G22 G23 a run around the application's own Flux hands down its manager's handlers")
	void shouldReachACallInsideARunOfTheManager() {
		CallbackManager manager = CallbackManager.builder().handlers(this.trace.handler()).build();
		manager.run("outer", "x", Flux.just(1, 2).delayElements(Duration.ofMillis(1)).concatMap((number) -> ask()))
			.collectList()
			.block(TIMEOUT);
		this.trace.awaitEnd();
		assertThat(this.trace.runs("ask")).hasSize(2);
		this.trace.shouldBeInside("ask", "outer");
	}

}
