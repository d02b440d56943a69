package dev.llmcallbacks.chain;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.FlowAdapters;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import dev.llmcallbacks.dispatch.CallbackManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the types of values in a {@link Chain}.
 */
class ChainTypesTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final Trace trace = new Trace();

	private final CallbackManager manager = CallbackManager.builder().handlers(this.trace.handler()).build();

	static Stream<Object> outputs() {
		return Stream.of("x", Mono.just("x"), Flux.just("x"), CompletableFuture.completedFuture("x"),
				CompletableFuture.completedStage("x"), FlowAdapters.toFlowPublisher(Mono.just("x")));
	}

	@ParameterizedTest
	@MethodSource("outputs")
	@DisplayName("D24 a step resolves plain values, Mono, Flux, CompletionStage and whatever Spring adapts")
	void shouldResolveWhatTheFunctionReturns(Object output) {
		Chain<String, String> chain = Chain.of("f", (text) -> output);
		assertThat(chain.withManager(this.manager).invoke("in").block(TIMEOUT)).isEqualTo("x");
		StepVerifier.create(chain.stream("in")).expectNext("x").expectComplete().verify(TIMEOUT);
	}

	@Test
	@DisplayName("F28 a step with an output type fails when it returns another")
	void shouldNameTheStepWhenTheOutputIsOfAnotherType() {
		Chain<String, Integer> count = Chain.of("count", Integer.class, (text) -> "not a number");
		StepVerifier.create(count.withManager(this.manager).invoke("x"))
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(ClassCastException.class)
				.hasMessage("Chain 'count' must return a java.lang.Integer, but returned a java.lang.String"))
			.verify(TIMEOUT);
		assertThat(this.trace.lines()).containsExactly("+count", "!count");
		Chain<String, Integer> length = Chain.of("length", Integer.class, String::length);
		assertThat(length.invoke("four").block(TIMEOUT)).isEqualTo(4);
	}

	@Test
	@DisplayName("F28 a step that cannot take what the one before it returns is named")
	void shouldNameTheStepWhenTheInputIsOfAnotherType() {
		Chain<String, Integer> count = Chain.of("count", (text) -> "not a number");
		Chain<Integer, Integer> twice = Chain.of("twice", (number) -> 2 * number);
		StepVerifier.create(count.then(twice).withManager(this.manager).invoke("x"))
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(ClassCastException.class)
				.hasMessageContaining("Chain 'twice' cannot take a java.lang.String"))
			.verify(TIMEOUT);
	}

	@Test
	void shouldLeaveAClassCastExceptionOfTheFunctionAsItIs() {
		Object text = "text";
		Chain<String, Object> chain = Chain.of("cast", (input) -> Integer.class.cast(text));
		StepVerifier.create(chain.invoke("x"))
			.expectErrorSatisfies(
					(ex) -> assertThat(ex).isInstanceOf(ClassCastException.class).hasMessageNotContaining("Chain"))
			.verify(TIMEOUT);
	}

}
