package dev.llmcallbacks.chain;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import dev.llmcallbacks.Turns;
import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainError;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.EventRecorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Chain}: one step, what is added to it, and whose its runs are.
 */
class ChainTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final Trace trace = new Trace();

	private final CallbackManager manager = CallbackManager.builder().handlers(this.trace.handler()).build();

	@Test
	@DisplayName("G1 a step that returns a value fires a start with the input and an end with the output")
	void shouldTellInputAndOutputWhenTheFunctionReturnsAValue() {
		Chain<String, String> chain = Chain.of("upper", (text) -> text.toUpperCase());
		assertThat(chain.withManager(this.manager).invoke("hi").block(TIMEOUT)).isEqualTo("HI");
		assertThat(this.trace.lines()).containsExactly("+upper", "-upper");
		assertThat(this.trace.log().events(ChainStart.class).get(0).inputs()).isEqualTo("hi");
		assertThat(this.trace.end(ChainEnd.class, "upper").outputs()).isEqualTo("HI");
		assertThat(this.trace.run("upper").type()).isEqualTo(RunType.CHAIN);
	}

	@Test
	void shouldSubscribeWhenTheFunctionReturnsAMono() {
		Chain<String, Integer> chain = Chain.of("length", (text) -> Mono.just(text.length()).delayElement(tick()));
		assertThat(chain.withManager(this.manager).invoke("four").block(TIMEOUT)).isEqualTo(4);
		assertThat(this.trace.end(ChainEnd.class, "length").outputs()).isEqualTo(4);
	}

	@Test
	void shouldJoinTextsWhenTheFunctionReturnsAFlux() {
		Chain<String, String> chain = Chain.of("letters", (text) -> Flux.fromArray(text.split("")));
		assertThat(chain.withManager(this.manager).invoke("abc").block(TIMEOUT)).isEqualTo("abc");
		assertThat(this.trace.end(ChainEnd.class, "letters").outputs()).isEqualTo("abc");
		StepVerifier.create(chain.stream("abc")).expectNext("a", "b", "c").expectComplete().verify(TIMEOUT);
	}

	@Test
	void shouldGiveAListWhenSeveralItemsAreNoTexts() {
		Chain<Integer, List<Integer>> chain = Chain.of("count", (end) -> Flux.range(1, end));
		assertThat(chain.withManager(this.manager).invoke(3).block(TIMEOUT)).containsExactly(1, 2, 3);
		assertThat(this.trace.end(ChainEnd.class, "count").outputs()).isEqualTo(List.of(1, 2, 3));
	}

	@Test
	void shouldGiveNothingWhenTheFunctionReturnsNull() {
		Chain<String, String> chain = Chain.of("none", (text) -> null);
		StepVerifier.create(chain.withManager(this.manager).invoke("x")).expectComplete().verify(TIMEOUT);
		assertThat(this.trace.end(ChainEnd.class, "none").outputs()).isEqualTo(List.of());
	}

	@Test
	@DisplayName("G18 a function that may block is called on the work executor, with the current run")
	void shouldCallTheFunctionOnTheWorkExecutor() {
		Chain<String, List<String>> chain = Chain.of("where",
				(text) -> List.of(Thread.currentThread().getName(), CurrentRun.get().orElseThrow().name()));
		List<String> where = chain.withManager(this.manager).invoke("x").block(TIMEOUT);
		assertThat(where).satisfiesExactly((thread) -> assertThat(thread).startsWith("llm-work-"),
				(name) -> assertThat(name).isEqualTo("where"));
	}

	@Test
	@DisplayName("G1 a step that throws fires one error")
	void shouldTellTheErrorWhenTheFunctionThrows() {
		IllegalStateException failure = new IllegalStateException("broken");
		Chain<String, String> chain = Chain.of("bad", (text) -> {
			throw failure;
		});
		StepVerifier.create(chain.withManager(this.manager).invoke("x"))
			.expectErrorMatches((ex) -> ex == failure)
			.verify(TIMEOUT);
		assertThat(this.trace.lines()).containsExactly("+bad", "!bad");
		assertThat(this.trace.end(ChainError.class, "bad").error()).isSameAs(failure);
	}

	@Test
	@DisplayName("G10 the function is called when the start has been handled, and the caller goes on after the end")
	void shouldAwaitHandlersBeforeTheWorkAndBeforeTheEnd() {
		AtomicInteger handled = new AtomicInteger();
		AsyncCallbackHandler slow = new AsyncCallbackHandler() {

			@Override
			public Mono<Void> onChainStart(ChainStart event) {
				return Mono.delay(Duration.ofMillis(50)).doOnNext((tick) -> handled.incrementAndGet()).then();
			}

			@Override
			public Mono<Void> onChainEnd(ChainEnd event) {
				return onChainStart(new ChainStart(event.run(), event.timestamp(), ""));
			}

		};
		Chain<String, Integer> chain = Chain.of("wait", (text) -> handled.get());
		assertThat(chain.withOptions(RunOptions.builder().callbacks(slow).build()).invoke("x").block(TIMEOUT))
			.isEqualTo(1);
		assertThat(handled).hasValue(2);
	}

	@Test
	@DisplayName("G23 options give name, tags, metadata and callbacks; a chain inside inherits all but the name")
	void shouldAddTheOptions() {
		Chain<String, String> inner = Chain.of("inner", (text) -> text);
		Chain<String, String> chain = Chain.<String, String>of("outer", (text) -> inner.invoke(text))
			.withOptions(RunOptions.builder().runName("renamed").tags("t1").callbacks(this.trace.handler()).build())
			.withOptions(RunOptions.builder().tags("t2").metadata("k", "v").build());
		assertThat(chain.invoke("x").block(TIMEOUT)).isEqualTo("x");
		assertThat(this.trace.lines()).containsExactly("+renamed", "+inner", "-inner", "-renamed");
		assertThat(this.trace.run("renamed").tags()).containsExactlyInAnyOrder("t1", "t2");
		assertThat(this.trace.run("inner").tags()).containsExactlyInAnyOrder("t1", "t2");
		assertThat(this.trace.run("inner").metadata()).containsEntry("k", "v");
		this.trace.shouldBeInside("inner", "renamed");
	}

	@Test
	@DisplayName("G6 each subscription is a run, and a given run id serves the first")
	void shouldUseTheRunIdOnce() {
		UUID id = Run.newId();
		Chain<String, String> chain = Chain.<String, String>of("step", (text) -> text)
			.withOptions(RunOptions.builder().runId(id).build())
			.withManager(this.manager);
		Mono<String> invocation = chain.invoke("x");
		invocation.block(TIMEOUT);
		invocation.block(TIMEOUT);
		chain.invoke("y").block(TIMEOUT);
		assertThat(this.trace.runs()).hasSize(3);
		assertThat(this.trace.runs().get(0).id()).isEqualTo(id);
		assertThat(this.trace.runs()).extracting(Run::id).doesNotHaveDuplicates();
	}

	@Test
	void shouldRunWithoutAnyManager() {
		assertThat(Chain.<String, Integer>of("length", String::length).invoke("four").block(TIMEOUT)).isEqualTo(4);
	}

	@Test
	@DisplayName("G22 inside a run, the manager and the handlers of that run are used")
	void shouldUseTheManagerOfTheCurrentRun() {
		EventRecorder other = new EventRecorder();
		Chain<String, String> inner = Chain.<String, String>of("inner", (text) -> text)
			.withManager(CallbackManager.builder().handlers(other).build());
		Chain<String, String> outer = Chain.of("outer", (text) -> inner.invoke(text));
		outer.withManager(this.manager).invoke("x").block(TIMEOUT);
		this.trace.shouldBeInside("inner", "outer");
		assertThat(other.events(CallbackEvent.class)).isEmpty();
	}

	@Test
	@DisplayName("G4 a batch gives its results in order, each from a run of its own")
	void shouldGiveResultsInOrderWhenInputsAreSeveral() {
		Turns turns = Turns.of(3, 2, 1);
		Chain<Integer, Integer> chain = Chain.of("step",
				(number) -> turns.take(number, Flux.just(number * 10)).single());
		assertThat(chain.withManager(this.manager).batch(List.of(1, 2, 3)).block(TIMEOUT)).containsExactly(10, 20, 30);
		assertThat(this.trace.runs("step")).hasSize(3);
	}

	@Test
	@DisplayName("G4 a batch runs no more at the same time than it may")
	void shouldKeepTheBoundWhenInputsAreMany() {
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		Sinks.Empty<Void> two = Sinks.empty();
		Chain<Integer, Integer> chain = Chain.of("step", (number) -> Mono.defer(() -> {
			if (most.accumulateAndGet(running.incrementAndGet(), Math::max) >= 2) {
				two.tryEmitEmpty();
			}
			return two.asMono().then(Mono.delay(Duration.ofMillis(5)));
		}).doOnNext((tick) -> running.decrementAndGet()).thenReturn(number));
		List<Integer> inputs = Flux.range(0, 50).collectList().block(TIMEOUT);
		assertThat(inputs).isNotNull();
		assertThat(chain.withManager(this.manager).batch(inputs, 3).block(TIMEOUT)).isEqualTo(inputs);
		assertThat(most).hasValueBetween(2, 3);
	}

	@Test
	@DisplayName("G4 a batch fails with the first failure by index when all have ended")
	void shouldFailWithTheFirstFailureWhenAllHaveEnded() {
		Turns turns = Turns.of(4, 2, 1, 3);
		Chain<Integer, Integer> chain = Chain.of("step",
				(number) -> turns
					.take(number,
							(number % 2 == 0) ? Flux.<Integer>error(new IllegalStateException("at " + number))
									: Flux.just(number))
					.single());
		StepVerifier.create(chain.withManager(this.manager).batch(List.of(1, 2, 3, 4)))
			.expectErrorMessage("at 2")
			.verify(TIMEOUT);
		assertThat(this.trace.lines()).filteredOn((line) -> line.equals("-step")).hasSize(2);
		assertThat(this.trace.lines()).filteredOn((line) -> line.equals("!step")).hasSize(2);
	}

	@Test
	void shouldKeepThePlaceWhenAnInputGivesNothing() {
		Chain<Integer, Integer> chain = Chain.of("odd", (number) -> Mono.just(number).filter((it) -> it % 2 == 1));
		assertThat(chain.batch(List.of(1, 2, 3)).block(TIMEOUT)).isEqualTo(Arrays.asList(1, null, 3));
	}

	@Test
	@DisplayName("G2 a cancelled caller interrupts the function and fires a cancel")
	void shouldInterruptTheFunctionWhenTheCallerCancels() throws InterruptedException {
		CountDownLatch entered = new CountDownLatch(1);
		CountDownLatch interrupted = new CountDownLatch(1);
		Chain<String, String> chain = Chain.of("sleep", (text) -> {
			entered.countDown();
			try {
				Thread.sleep(TIMEOUT.toMillis());
			}
			catch (InterruptedException ex) {
				interrupted.countDown();
			}
			return text;
		});
		StepVerifier.create(chain.withManager(this.manager).invoke("x"))
			.expectSubscription()
			.then(() -> await().until(() -> entered.getCount() == 0))
			.thenCancel()
			.verify(TIMEOUT);
		assertThat(interrupted.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		this.trace.awaitEnd();
		assertThat(this.trace.lines()).containsExactly("+sleep", "xsleep");
	}

	private static Duration tick() {
		return Duration.ofMillis(5);
	}

}
