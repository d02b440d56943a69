package dev.llmcallbacks.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback.Delivery;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.HandlerRegistration;
import dev.llmcallbacks.dispatch.HandlerSettings;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.Retry;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.model.AuthenticationException;
import dev.llmcallbacks.model.ChatTimeoutException;
import dev.llmcallbacks.model.OverloadedException;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.model.RateLimitedException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RetryingCall}, {@link RetryPolicy} and {@link TimeLimits}.
 */
class RetryingCallTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final TimeLimits NONE = new TimeLimits(Duration.ZERO, Duration.ZERO, Duration.ZERO);

	private final EventLog log = new EventLog();

	private final AtomicInteger attempts = new AtomicInteger();

	private RetryPolicy retryPolicy = new RetryPolicy(3, Duration.ofMillis(5), Duration.ofMillis(20));

	private TimeLimits timeLimits = NONE;

	@Test
	@DisplayName("G29 a call that failed before its first chunk is tried again, and each retry is told")
	void shouldTryAgainWhenARetryCanHelp() {
		ChatClient client = client(
				(attempt) -> (attempt < 3) ? Flux.error(overloaded()) : ScriptedChatModel.tokens("ok"));
		assertThat(client.prompt("Hi").text().block(TIMEOUT)).isEqualTo("ok");
		assertThat(this.log.names()).containsExactly("ChatModelStart", "Retry", "Retry", "LlmNewToken", "LlmEnd");
		assertThat(this.log.of(Retry.class)).extracting(Retry::attempt).containsExactly(1, 2);
		assertThat(this.log.of(Retry.class)).allMatch((retry) -> retry.cause() instanceof OverloadedException);
	}

	@Test
	@DisplayName("G29 max-attempts counts the first attempt")
	void shouldGiveUpAfterTheLastAttempt() {
		ChatClient client = client((attempt) -> Flux.error(overloaded()));
		StepVerifier.create(client.prompt("Hi").result()).expectError(OverloadedException.class).verify(TIMEOUT);
		assertThat(this.attempts).hasValue(3);
		assertThat(this.log.names()).containsExactly("ChatModelStart", "Retry", "Retry", "LlmError");
	}

	@Test
	@DisplayName("G29 a call that no retry can help is not tried again")
	void shouldNotTryAgainWhenARetryCannotHelp() {
		ChatClient client = client(
				(attempt) -> Flux.error(new AuthenticationException("no", ProviderError.of("test"), null)));
		StepVerifier.create(client.prompt("Hi").result()).expectError(AuthenticationException.class).verify(TIMEOUT);
		assertThat(this.attempts).hasValue(1);
	}

	@Test
	@DisplayName("G29 a call is not tried again when a chunk has been handed on")
	void shouldNotTryAgainAfterTheFirstChunk() {
		ChatClient client = client((attempt) -> Flux.just(ChatChunk.text("a")).concatWith(Flux.error(overloaded())));
		StepVerifier.create(client.prompt("Hi").content())
			.expectNext("a")
			.expectError(OverloadedException.class)
			.verify(TIMEOUT);
		assertThat(this.attempts).hasValue(1);
	}

	@Test
	@DisplayName("G29 the wait that the provider advises is obeyed")
	void shouldWaitAsAdvised() {
		Duration advised = Duration.ofMillis(150);
		ProviderError error = new ProviderError("test", 429, null, null, null, null, advised);
		ChatClient client = client((attempt) -> (attempt == 1) ? Flux.error(new RateLimitedException("no", error, null))
				: ScriptedChatModel.tokens("ok"));
		long start = System.nanoTime();
		client.prompt("Hi").result().block(TIMEOUT);
		assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(advised.toNanos());
		assertThat(this.log.of(Retry.class)).extracting(Retry::delay).containsExactly(advised);
	}

	@Test
	@DisplayName("G29 waits grow exponentially, with jitter, up to the longest")
	void shouldGrowTheWaits() {
		RetryPolicy policy = new RetryPolicy(10, Duration.ofMillis(100), Duration.ofSeconds(1));
		for (int i = 0; i < 200; i++) {
			assertThat(policy.backoff(1)).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
			assertThat(policy.backoff(3)).isBetween(Duration.ofMillis(200), Duration.ofMillis(400));
			assertThat(policy.backoff(40)).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
		}
	}

	@Test
	@DisplayName("G29 cancelling during the wait ends the run with a cancel")
	void shouldCancelDuringTheWait() {
		this.retryPolicy = new RetryPolicy(3, Duration.ofSeconds(60), Duration.ofSeconds(60));
		ChatClient client = client((attempt) -> Flux.error(overloaded()));
		StepVerifier.create(client.prompt("Hi").result())
			.expectSubscription()
			.then(() -> await(() -> this.log.names().contains("Retry")))
			.thenCancel()
			.verify(TIMEOUT);
		await(() -> !this.log.of(RunEnd.class).isEmpty());
		assertThat(this.log.of(LlmCancel.class)).hasSize(1);
		assertThat(this.attempts).hasValue(1);
	}

	@Test
	@DisplayName("G30 a first token that does not come is an error that names the property, and is not tried again")
	void shouldLimitTheWaitForTheFirstToken() {
		this.timeLimits = new TimeLimits(Duration.ofMillis(60), Duration.ZERO, Duration.ZERO);
		ChatChunk silent = new ChatChunk(0, "", null, List.of(), null, null, null, "model", "id", Map.of());
		ChatClient client = client((attempt) -> Flux.just(silent).concatWith(Flux.never()));
		StepVerifier.create(client.prompt("Hi").result())
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(ChatTimeoutException.class)
				.hasMessageContaining("callbacks.timeouts.first-token"))
			.verify(TIMEOUT);
		assertThat(this.attempts).hasValue(1);
		assertThat(this.log.of(LlmError.class)).hasSize(1);
	}

	@Test
	@DisplayName("G30 a silence between chunks is an error with the partial result")
	void shouldLimitTheSilence() {
		this.timeLimits = new TimeLimits(Duration.ZERO, Duration.ofMillis(60), Duration.ZERO);
		ChatClient client = client((attempt) -> Flux.just(ChatChunk.text("a")).concatWith(Flux.never()));
		StepVerifier.create(client.prompt("Hi").content())
			.expectNext("a")
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(ChatTimeoutException.class)
				.hasMessageContaining("callbacks.timeouts.silence"))
			.verify(TIMEOUT);
		assertThat(this.log.of(LlmError.class).get(0).result().text()).isEqualTo("a");
	}

	@Test
	@DisplayName("G30 the whole call is limited, however lively it is")
	void shouldLimitTheWholeCall() {
		this.timeLimits = new TimeLimits(Duration.ZERO, Duration.ZERO, Duration.ofMillis(150));
		ChatClient client = client((attempt) -> Flux.interval(Duration.ofMillis(10)).map((i) -> ChatChunk.text("a")));
		StepVerifier.create(client.prompt("Hi").result())
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(ChatTimeoutException.class)
				.hasMessageContaining("callbacks.timeouts.call"))
			.verify(TIMEOUT);
	}

	@Test
	@DisplayName("G30 the waits between attempts count for the whole call")
	void shouldCountTheWaitsBetweenAttempts() {
		this.retryPolicy = new RetryPolicy(100, Duration.ofMillis(40), Duration.ofMillis(40));
		this.timeLimits = new TimeLimits(Duration.ZERO, Duration.ZERO, Duration.ofMillis(150));
		ChatClient client = client((attempt) -> Flux.error(overloaded()));
		StepVerifier.create(client.prompt("Hi").result()).expectError(ChatTimeoutException.class).verify(TIMEOUT);
	}

	@Test
	@DisplayName("G30 a paused subscriber is no stall")
	void shouldNotTakeAPausedSubscriberForAStall() {
		this.timeLimits = new TimeLimits(Duration.ofMillis(50), Duration.ofMillis(50), Duration.ofMillis(100));
		ChatClient client = client((attempt) -> ScriptedChatModel.tokens("a", "b", "c"));
		StepVerifier.create(client.prompt("Hi").content(), 1)
			.expectNext("a")
			.thenAwait(Duration.ofMillis(200))
			.thenRequest(10)
			.expectNext("b", "c")
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	@DisplayName("G30 time in handlers is not counted")
	void shouldNotCountTheTimeInHandlers() {
		this.timeLimits = new TimeLimits(Duration.ofMillis(60), Duration.ofMillis(60), Duration.ofMillis(120));
		HandlerSettings inline = new HandlerSettings(Delivery.INLINE, HandlerSettings.DEFAULT.concurrency(),
				HandlerSettings.DEFAULT.overflow(), 1, false, Duration.ZERO, null, Set.of(), Set.of(), Set.of());
		CallbackHandler slow = CallbackHandler.on(LlmNewToken.class, (token) -> work(100));
		CallbackManager manager = CallbackManager.builder()
			.registrations(List.of(HandlerRegistration.of(slow, inline)))
			.handlers(AsyncCallbackHandler.on(RunStart.class, (start) -> Mono.delay(Duration.ofMillis(200)).then()))
			.build();
		ChatClient client = client((attempt) -> ScriptedChatModel.tokens("a", "b", "c")).mutate()
			.callbackManager(manager)
			.build();
		assertThat(client.prompt("Hi").text().block(TIMEOUT)).isEqualTo("abc");
	}

	private ChatClient client(Function<Integer, Flux<ChatChunk>> script) {
		ScriptedChatModel model = new ScriptedChatModel((request) -> script.apply(this.attempts.incrementAndGet()));
		return ChatClient.builder(model)
			.callbackManager(CallbackManager.builder().handlers(this.log).build())
			.retryPolicy(this.retryPolicy)
			.timeLimits(this.timeLimits)
			.build();
	}

	private static OverloadedException overloaded() {
		return new OverloadedException("busy", ProviderError.of("test"), null);
	}

	// keeps the thread busy, which may be one that must not block
	private static void work(long millis) {
		long until = System.nanoTime() + Duration.ofMillis(millis).toNanos();
		long now = System.nanoTime();
		while (now < until) {
			now = System.nanoTime();
		}
	}

	private static void await(BooleanSupplier condition) {
		long deadline = System.nanoTime() + TIMEOUT.toNanos();
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).as("time is up").isLessThan(deadline);
			Thread.onSpinWait();
		}
	}

}
