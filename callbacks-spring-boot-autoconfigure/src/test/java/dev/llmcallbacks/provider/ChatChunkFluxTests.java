package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.io.buffer.DataBuffer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.model.OverloadedException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ChatChunkFlux}.
 */
class ChatChunkFluxTests {

	private final MemoryExchange exchange = new MemoryExchange();

	private final AtomicLong asked = new AtomicLong();

	private final AtomicBoolean closed = new AtomicBoolean();

	static List<ProviderFixture> providers() {
		return List.of(new OpenAiContractTests(), new ResponsesContractTests(), new AnthropicContractTests());
	}

	@ParameterizedTest
	@MethodSource("providers")
	@DisplayName("a buffer that completes no chunk is made up for by another, and no more is asked for")
	void shouldAskForAnotherBufferInPlaceOfOneWithoutChunk(ProviderFixture provider) {
		List<String> pieces = new ArrayList<>(List.of(": a comment\n\n", ": another\n", "\n"));
		provider.transcript().forEach((event) -> pieces.addAll(halves(event)));
		AtomicInteger empty = new AtomicInteger();
		TestSubscriber<List<ChatChunk>> subscriber = TestSubscriber.builder().initialRequest(2).build();
		bursts(provider, pieces).doOnNext((burst) -> empty.addAndGet(burst.isEmpty() ? 1 : 0)).subscribe(subscriber);
		assertThat(subscriber.getReceivedOnNext()).hasSize(2);
		long askedForTwo = this.asked.get();
		assertThat(askedForTwo).isBetween(7L, pieces.size() - 1L);
		subscriber.request(1);
		assertThat(subscriber.getReceivedOnNext()).hasSize(3);
		subscriber.request(Long.MAX_VALUE);
		subscriber.block(ProviderFixture.TIMEOUT);
		provider.check(answer(subscriber.getReceivedOnNext()));
		assertThat(empty).hasValue(0);
	}

	@ParameterizedTest
	@MethodSource("providers")
	@DisplayName("an answer in one piece is asked for like a chunk, in however many buffers it comes")
	void shouldGiveWholeAnswerWhenOneWasRequested(ProviderFixture provider) {
		List<String> pieces = halves(provider.wholeAnswer());
		StepVerifier.create(bursts(provider, pieces), 0)
			.expectSubscription()
			.thenRequest(1)
			.assertNext((burst) -> provider.check(answer(List.of(burst))))
			.expectComplete()
			.verify(ProviderFixture.TIMEOUT);
	}

	@ParameterizedTest
	@MethodSource("providers")
	@DisplayName("G26 a body that goes on after the end marker is closed after a while, and what it holds is not read")
	void shouldCloseBodyThatGoesOnAfterEndMarker(ProviderFixture provider) {
		List<String> pieces = new ArrayList<>(provider.transcript());
		pieces.add(provider.textEvent("no more"));
		Flux<List<ChatChunk>> bursts = bursts(provider, pieces, (body) -> body.concatWith(Flux.never()));
		List<List<ChatChunk>> answer = bursts.collectList().block(ProviderFixture.TIMEOUT);
		provider.check(answer(answer));
		assertThat(this.closed).isTrue();
		assertThat(this.exchange.takeLeaks()).isZero();
	}

	@ParameterizedTest
	@MethodSource("providers")
	@DisplayName("G28 nothing is read after an error, however much follows it, and the body is closed before it is told")
	void shouldReadNothingAfterError(ProviderFixture provider) {
		List<String> pieces = new ArrayList<>(provider.transcript());
		pieces.add(3, "event: error\ndata: " + provider.error("overloaded_error", "Busy") + "\n\n");
		List<List<ChatChunk>> told = new ArrayList<>();
		AtomicBoolean closedBefore = new AtomicBoolean();
		StepVerifier
			.create(bursts(provider, pieces, (body) -> body.concatWith(Flux.never())).doOnNext(told::add)
				.doOnError((error) -> closedBefore.set(this.closed.get())))
			.thenConsumeWhile((burst) -> true)
			.expectError(OverloadedException.class)
			.verify(ProviderFixture.TIMEOUT);
		assertThat(answer(told).generations()).allMatch((generation) -> generation.finishReason() == null);
		assertThat(closedBefore).isTrue();
		assertThat(this.exchange.takeLeaks()).isZero();
	}

	@ParameterizedTest
	@MethodSource("providers")
	@DisplayName("G2 a subscriber that has cancelled receives nothing more, and what still comes is released")
	void shouldReleaseWhatComesAfterCancel(ProviderFixture provider) {
		TestSubscriber<List<ChatChunk>> subscriber = TestSubscriber.create();
		bursts(provider, provider.transcript(), ChatChunkFluxTests::withoutCancel)
			.doOnNext((burst) -> subscriber.cancel())
			.subscribe(subscriber);
		assertThat(subscriber.getReceivedOnNext()).hasSizeLessThan(2);
		assertThat(subscriber.isTerminated()).isFalse();
		assertThat(this.exchange.takeLeaks()).isZero();
	}

	private Flux<List<ChatChunk>> bursts(ProviderFixture provider, List<String> pieces) {
		return bursts(provider, pieces, (body) -> body);
	}

	private Flux<List<ChatChunk>> bursts(ProviderFixture provider, List<String> pieces,
			UnaryOperator<Flux<DataBuffer>> transport) {
		this.exchange.answer(
				MemoryExchange.stream(pieces.stream().map((piece) -> piece.getBytes(StandardCharsets.UTF_8)).toList()),
				(body) -> transport.apply(body)
					.doOnRequest(this.asked::addAndGet)
					.doOnCancel(() -> this.closed.set(true)));
		return provider
			.model("http://localhost", this.exchange.webClientBuilder(), 1024 * 1024,
					ChatOptions.builder().model("m").build())
			.streamInBursts(ProviderFixture.REQUEST);
	}

	private static List<String> halves(String text) {
		int middle = text.length() / 2;
		return List.of(text.substring(0, middle), text.substring(middle));
	}

	private static ChatResponse answer(List<List<ChatChunk>> bursts) {
		return ProviderFixture.answer(bursts.stream().flatMap(List::stream).toList());
	}

	// a body that goes on when it is cancelled
	private static Flux<DataBuffer> withoutCancel(Flux<DataBuffer> body) {
		return Flux.from((actual) -> {
			actual.onSubscribe(Operators.emptySubscription());
			body.doOnNext(actual::onNext).doOnComplete(actual::onComplete).subscribe();
		});
	}

}
