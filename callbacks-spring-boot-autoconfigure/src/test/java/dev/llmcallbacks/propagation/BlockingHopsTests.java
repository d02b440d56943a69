package dev.llmcallbacks.propagation;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.retriever.Retriever;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.test.Await;
import dev.llmcallbacks.test.EventRecorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * The current run in code that blocks.
 */
@ParameterizedClass(name = "automatic context propagation: {0}")
@ValueSource(booleans = { false, true })
class BlockingHopsTests extends Hops {

	private final CallbackManager manager = CallbackManager.builder().build();

	@Test
	@DisplayName("G22 a plain step that blocks on a call")
	void shouldReachACallInAPlainStep() {
		inside((input) -> askBlocking());
		shouldHaveAskedInside(1);
		assertThat(this.trace.lines()).containsExactly("+outer", "+ask", "-ask", "-outer");
	}

	@Test
	@DisplayName("G22 blocking code in the run of a manager, in one of its own, and in a retriever")
	void shouldReachACallInBlockingCode() {
		Retriever retriever = Retriever.of("shelf", (query) -> {
			askBlocking();
			return List.of();
		});
		Mono<String> own = this.manager.run("own", "x", this::askBlocking);
		inside((input) -> this.manager.call(this::askBlocking).then(own).then(retriever.retrieve("q")));
		this.trace.awaitEnd();
		assertThat(this.trace.runs("ask")).extracting(Run::parentId)
			.containsExactly(this.trace.run("outer").id(), this.trace.run("own").id(), this.trace.run("shelf").id());
	}

	@Test
	@DisplayName("G22 blocking code inside blocking code, level by level")
	void shouldReachACallThroughSeveralLevels() {
		Chain<String, String> innermost = Chain.of("innermost", (text) -> askBlocking());
		Chain<String, String> inner = Chain.of("inner", (text) -> innermost.invoke(text).block(TIMEOUT));
		inside((input) -> inner.invoke(input).block(TIMEOUT));
		this.trace.awaitEnd();
		this.trace.shouldBeInside("ask", "innermost");
		this.trace.shouldBeInside("innermost", "inner");
		this.trace.shouldBeInside("inner", "outer");
	}

	@Test
	@DisplayName("G18 G22 a blocking handler: the call is inside the run of its event, and others hear of it")
	void shouldReachACallInABlockingHandler() {
		EventRecorder caller = new EventRecorder();
		insideWith(CallbackHandler.on(CallbackEvent.class, (event) -> {
			caller.onEvent(event);
			if (event instanceof ChainStart) {
				askBlocking();
			}
		}));
		shouldHaveAskedInside(1);
		assertThat(caller.eventNames()).containsExactly("ChainStart", "ChainEnd");
	}

	@Test
	@DisplayName("G18 G22 a handler that must not block: the call is inside the run of its event")
	void shouldReachACallInAReactiveHandler() {
		insideWith(AsyncCallbackHandler.on(ChainEnd.class,
				(end) -> Mono.just(end).publishOn(Schedulers.boundedElastic()).flatMap((it) -> ask()).then()));
		shouldHaveAskedInside(1);
	}

	private void insideWith(LlmCallbackHandler handler) {
		Chain.<String, String>of("outer", (text) -> text)
			.withOptions(heard())
			.withOptions(RunOptions.builder().callbacks(handler).build())
			.invoke("x")
			.block(TIMEOUT);
	}

	@Test
	@DisplayName("G22 with automatic propagation, a blocking call inside an operator on another scheduler")
	void shouldReachABlockingCallInAnOperator() {
		assumeThat(this.automatic).isTrue();
		inside((input) -> Mono.just(input).publishOn(Schedulers.boundedElastic()).map((text) -> askBlocking()));
		shouldHaveAskedInside(1);
	}

	@Test
	@DisplayName("G22 with automatic propagation, a blocking call inside a callable on another scheduler")
	void shouldReachABlockingCallInACallable() {
		assumeThat(this.automatic).isTrue();
		inside((input) -> Mono.fromCallable(this::askBlocking).subscribeOn(Schedulers.boundedElastic()));
		shouldHaveAskedInside(1);
	}

	@Test
	@DisplayName("G22 with automatic propagation, a blocking call behind a plain CompletableFuture")
	void shouldReachABlockingCallBehindAFuture() {
		assumeThat(this.automatic).isTrue();
		inside((input) -> Mono.fromFuture(this::completedOnAForeignThread).map((text) -> askBlocking()));
		shouldHaveAskedInside(1);
	}

	// a future that is complete too early is gone on from in place
	private CompletableFuture<String> completedOnAForeignThread() {
		CompletableFuture<String> future = new CompletableFuture<>();
		CompletableFuture.runAsync(() -> {
			Await.until(() -> future.getNumberOfDependents() > 0);
			future.complete("x");
		});
		return future;
	}

	@Test
	@DisplayName("G22 without automatic propagation, a blocking call inside an operator is called through the manager")
	void shouldReachABlockingCallThroughTheManager() {
		inside((input) -> Mono.just(input)
			.publishOn(Schedulers.parallel())
			.flatMap((text) -> this.manager.call(this::askBlocking)));
		shouldHaveAskedInside(1);
	}

	@Test
	@DisplayName("G24 a call leaves the run of the thread as it was, on every level")
	void shouldLeaveTheThreadAsItWas() {
		assertThat(CurrentRun.get()).isEmpty();
		inside((input) -> {
			Run before = CurrentRun.get().orElseThrow();
			askBlocking();
			Chain.<String, String>of("inner", (text) -> askBlocking()).invoke(input).block(TIMEOUT);
			assertThat(CurrentRun.get()).containsSame(before);
			return Objects.requireNonNull(before.name());
		});
		assertThat(CurrentRun.get()).isEmpty();
		assertThat(this.trace.lines()).endsWith("-outer");
	}

	@Test
	@DisplayName("G24 a call that fails leaves the run of the thread as it was")
	void shouldLeaveTheThreadAsItWasWhenACallFails() {
		Chain<String, String> bad = Chain.of("bad", (text) -> {
			throw new IllegalStateException("broken");
		});
		inside((input) -> {
			Run before = CurrentRun.get().orElseThrow();
			String message = bad.invoke(input).onErrorResume((ex) -> Mono.just("failed")).block(TIMEOUT);
			assertThat(CurrentRun.get()).containsSame(before);
			return Objects.requireNonNull(message);
		});
		assertThat(this.trace.lines()).endsWith("-outer");
	}

	@Test
	@DisplayName("G24 threads that were lent to a run are given back without it")
	void shouldLeaveNothingOnBorrowedThreads() {
		inside((input) -> ask().publishOn(Schedulers.single()));
		inside((input) -> askBlocking());
		assertThat(Mono.fromCallable(CurrentRun::get).subscribeOn(Schedulers.single()).block(TIMEOUT)).isEmpty();
		for (int i = 0; i < 20; i++) {
			assertThat(this.manager.call(CurrentRun::get).block(TIMEOUT)).isEmpty();
			assertThat(Mono.fromCallable(CurrentRun::get).subscribeOn(Schedulers.parallel()).block(TIMEOUT)).isEmpty();
		}
	}

}
