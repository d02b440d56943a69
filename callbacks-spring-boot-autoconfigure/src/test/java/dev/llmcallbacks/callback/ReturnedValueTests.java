package dev.llmcallbacks.callback;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ReturnedValue}.
 */
class ReturnedValueTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	static Stream<Object> streams() {
		return Stream.of("x", Mono.just("x"), Flux.just("x"), (Publisher<String>) Mono.just("x")::subscribe,
				CompletableFuture.completedFuture("x"), CompletableFuture.completedStage("x"),
				FlowAdapters.toFlowPublisher(Mono.just("x")));
	}

	@ParameterizedTest
	@MethodSource("streams")
	@DisplayName("D24 every type that Spring adapts to a stream is one")
	void shouldResolveWhatSpringKnows(Object value) {
		assertThat(ReturnedValue.of(value).items().collectList().block(TIMEOUT)).hasToString("[x]");
	}

	@Test
	void shouldTakeAnythingElseAsTheOnlyItem() {
		List<String> list = List.of("a", "b");
		assertThat(ReturnedValue.of(list).items().collectList().block(TIMEOUT)).hasToString("[[a, b]]");
		assertThat(ReturnedValue.of(null).items().collectList().block(TIMEOUT)).isEmpty();
		assertThat(ReturnedValue.of(Flux.empty()).multiple()).isTrue();
		assertThat(ReturnedValue.of(Mono.empty()).multiple()).isFalse();
	}

	@Test
	void shouldKnowReactiveTypes() {
		assertThat(Stream.of(Mono.class, Flux.class, CompletionStage.class, CompletableFuture.class, Publisher.class,
				Flow.Publisher.class))
			.allMatch(ReturnedValue::isReactive);
		assertThat(Stream.of(void.class, String.class, List.class)).noneMatch(ReturnedValue::isReactive);
	}

	@Test
	void shouldCancelAFutureWhenCancelled() {
		CompletableFuture<String> future = new CompletableFuture<>();
		ReturnedValue.of(future).items().subscribe().dispose();
		assertThat(future).isCancelled();
	}

	@Test
	@DisplayName("D1 a fatal error in a stream of the application's is an error signal")
	void shouldSignalFatalErrors() {
		for (Error error : List.of(new StackOverflowError(), new NoClassDefFoundError("gone"), new AssertionError())) {
			Flux<?> onSubscribe = ReturnedValue.of(Flux.defer(() -> fail(error))).items();
			Flux<?> onRequest = ReturnedValue.of(Flux.range(1, 3).map((item) -> fail(error))).items();
			Mono<?> onCall = ReturnedValue.call(() -> fail(error));
			for (Publisher<?> publisher : List.of(onSubscribe, onRequest, onCall)) {
				StepVerifier.create(publisher).expectErrorMatches((ex) -> ex == error).verify(TIMEOUT);
			}
		}
	}

	@Test
	void shouldSignalAnErrorOnceWhenItIsThrownAfterTheEnd() {
		Publisher<String> broken = (subscriber) -> {
			Mono.just("x").subscribe(subscriber);
			throw new NoClassDefFoundError("gone");
		};
		StepVerifier.create(ReturnedValue.guarded(broken))
			.expectNext("x")
			.expectComplete()
			.verifyThenAssertThat(TIMEOUT)
			.hasDroppedErrors(1);
	}

	@Test
	void shouldCancelTheSourceWhenCancelled() {
		StepVerifier.create(ReturnedValue.guarded(Flux.range(1, 100)), 1).expectNext(1).thenCancel().verify(TIMEOUT);
	}

	private static Flux<Object> fail(Error error) {
		throw error;
	}

}
