package dev.llmcallbacks.chain;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import dev.llmcallbacks.dispatch.CallbackManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for errors of any kind in the steps of a {@link Chain}.
 */
class ChainErrorTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final Trace trace = new Trace();

	private final CallbackManager manager = CallbackManager.builder().handlers(this.trace.handler()).build();

	static Stream<Error> errors() {
		return Stream.of(new AssertionError("wrong"), new StackOverflowError(), new NoClassDefFoundError("gone"),
				new ExceptionInInitializerError("broken"));
	}

	@ParameterizedTest
	@MethodSource("errors")
	@DisplayName("D1 G1 an error of any kind in a step ends its run and the caller's wait")
	void shouldEndWhenAStepThrowsAnError(Error error) {
		shouldFail(Chain.of("step", (text) -> fail(error)), error);
		shouldFail(Chain.of("step", (text) -> Mono.fromSupplier(() -> fail(error))), error);
		shouldFail(Chain.of("step", (text) -> Flux.just("a").map((item) -> fail(error))), error);
		shouldFail(Chain.of("step", (text) -> CompletableFuture.failedFuture(error)), error);
		shouldFail(Chain.generator("step", (items) -> fail(error)), error);
		shouldFail(Chain.generator("step", (items) -> items.map((item) -> fail(error))), error);
	}

	@ParameterizedTest
	@MethodSource("errors")
	@DisplayName("D1 G1 an error of any kind in a step ends the chains around it")
	void shouldEndTheSequenceWhenAStepThrowsAnError(Error error) {
		Chain<String, String> first = Chain.of("first", (text) -> text);
		Chain<String, String> second = Chain.of("second", (text) -> fail(error));
		StepVerifier.create(first.then(second).withManager(this.manager).invoke("x"))
			.expectErrorMatches((ex) -> ex == error)
			.verify(TIMEOUT);
		this.trace.awaitEnd();
		assertThat(this.trace.lines()).containsExactly("+sequence", "+first", "-first", "+second", "!second",
				"!sequence");
	}

	private static void shouldFail(Chain<String, String> chain, Error error) {
		Trace trace = new Trace();
		CallbackManager manager = CallbackManager.builder().handlers(trace.handler()).build();
		StepVerifier.create(chain.withManager(manager).invoke("x"))
			.expectErrorMatches((ex) -> ex == error)
			.verify(TIMEOUT);
		assertThat(trace.lines()).containsExactly("+step", "!step");
		assertThat(manager.openRuns()).isEmpty();
	}

	private static <T> T fail(Error error) {
		throw error;
	}

}
