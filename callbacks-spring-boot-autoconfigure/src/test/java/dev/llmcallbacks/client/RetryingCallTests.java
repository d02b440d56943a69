package dev.llmcallbacks.client;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.subscriber.TestSubscriber;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback.Delivery;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.ActiveRun;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.HandlerRegistration;
import dev.llmcallbacks.dispatch.HandlerSettings;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.Retry;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.model.AuthenticationException;
import dev.llmcallbacks.model.ChatTimeoutException;
import dev.llmcallbacks.model.InvalidRequestException;
import dev.llmcallbacks.model.OverloadedException;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.model.RateLimitedException;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.Chunks;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RetryingCall}, {@link RetryPolicy} and {@link TimeLimits}.
 */
class RetryingCallTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final TimeLimits NONE = new TimeLimits(Duration.ZERO, Duration.ZERO, Duration.ZERO);

	private final EventRecorder log = new EventRecorder();

	private final AtomicInteger attempts = new AtomicInteger();

	private RetryPolicy retryPolicy = new RetryPolicy(3, Duration.ofMillis(5), Duration.ofMillis(20));

	private TimeLimits timeLimits = NONE;

	@Test
	@DisplayName("G29 a call that failed before its first chunk is tried again, and each retry is told")
	void shouldTryAgainWhenARetryCanHelp() {
		ChatClient client = client((attempt) -> (attempt < 3) ? Flux.error(overloaded()) : Chunks.tokens("ok"));
		assertThat(client.prompt("Hi").text().block(TIMEOUT)).isEqualTo("ok");
		assertThat(this.log.eventNames()).containsExactly("ChatModelStart", "Retry", "Retry", "LlmNewToken", "LlmEnd");
		assertThat(this.log.events(Retry.class)).extracting(Retry::attempt).containsExactly(1, 2);
		assertThat(this.log.events(Retry.class)).allMatch((retry) -> retry.cause() instanceof OverloadedException);
	}

	@Test
	@DisplayName("G29 max-attempts counts the first attempt")
	void shouldGiveUpAfterTheLastAttempt() {
		ChatClient client = client((attempt) -> Flux.error(overloaded()));
		StepVerifier.create(client.prompt("Hi").result()).expectError(OverloadedException.class).verify(TIMEOUT);
		assertThat(this.attempts).hasValue(3);
		assertThat(this.log.eventNames()).containsExactly("ChatModelStart", "Retry", "Retry", "LlmError");
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
				: Chunks.tokens("ok"));
		long start = System.nanoTime();
		client.prompt("Hi").result().block(TIMEOUT);
		assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(advised.toNanos());
		assertThat(this.log.events(Retry.class)).extracting(Retry::delay).containsExactly(advised);
	}

	@Test
	@DisplayName("G29 an advised wait beyond callbacks.retry.max-advised-wait fails the call at once, advice included")
	void shouldNotWaitLongerThanAnybodyWould() {
		for (Duration advised : List.of(Duration.ofSeconds(61), Duration.ofDays(1), Duration.ofDays(365))) {
			failAtOnce(advised);
		}
		this.retryPolicy = new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofMillis(100));
		failAtOnce(Duration.ofMillis(101));
	}

	@Test
	@DisplayName("G29 an advised wait beyond what is left of the call fails the call at once with the provider's error")
	void shouldNotWaitLongerThanTheCallMayTake() {
		this.timeLimits = new TimeLimits(Duration.ZERO, Duration.ZERO, Duration.ofSeconds(20));
		failAtOnce(Duration.ofSeconds(20));
	}

	private void failAtOnce(Duration advised) {
		this.attempts.set(0);
		ProviderError error = new ProviderError("test", 429, null, null, null, null, advised);
		ChatClient client = client((attempt) -> Flux.error(new RateLimitedException("no", error, null)));
		StepVerifier.create(client.prompt("Hi").result())
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOfSatisfying(RateLimitedException.class,
					(limited) -> assertThat(limited.retryAfter()).isEqualTo(advised)))
			.verify(TIMEOUT);
		assertThat(this.attempts).hasValue(1);
		assertThat(this.log.events(Retry.class)).isEmpty();
	}

	@Test
	@DisplayName("G29 x-should-retry is obeyed, whatever the kind of error")
	void shouldObeyTheProvidersDecision() {
		ProviderError no = new ProviderError("test", 529, null, null, null, null, null, false);
		OverloadedException refused = new OverloadedException("no", no, null);
		assertThat(refused.isRetryable()).isFalse();
		StepVerifier.create(client((attempt) -> Flux.error(refused)).prompt("Hi").result())
			.expectError(OverloadedException.class)
			.verify(TIMEOUT);
		assertThat(this.attempts).hasValue(1);
		ProviderError yes = new ProviderError("test", 400, null, null, null, null, null, true);
		ChatClient client = client((attempt) -> (attempt == 2)
				? Flux.error(new InvalidRequestException("no", yes, null)) : Chunks.tokens("ok"));
		assertThat(client.prompt("Hi").text().block(TIMEOUT)).isEqualTo("ok");
		assertThat(this.attempts).hasValue(3);
	}

	@Test
	@DisplayName("D5 G1 a fatal error of the model reaches the caller, thrown or signalled, at once or in a retry")
	void shouldPassFatalErrorsOn() {
		for (int failing : List.of(1, 2)) {
			for (boolean thrown : List.of(true, false)) {
				this.attempts.set(0);
				CompletableFuture<Throwable> failure = new CompletableFuture<>();
				RetryingCall.ofStream(Flux.<List<ChatChunk>>defer(() -> {
					if (this.attempts.incrementAndGet() < failing) {
						return Flux.error(overloaded());
					}
					NoClassDefFoundError fatal = new NoClassDefFoundError("gone");
					if (thrown) {
						throw fatal;
					}
					return Flux.from((actual) -> {
						actual.onSubscribe(Operators.emptySubscription());
						actual.onError(fatal);
					});
				}), settings(), run(), new SignalClock()).subscribe((item) -> {
				}, failure::complete);
				assertThat(failure).succeedsWithin(TIMEOUT).isInstanceOf(NoClassDefFoundError.class);
			}
		}
	}

	@Test
	@DisplayName("D17 what comes after the end or a cancel is dropped as Reactor says, and the rules of subscriptions hold")
	void shouldKeepTheRulesOfReactiveStreams() {
		List<Throwable> dropped = new CopyOnWriteArrayList<>();
		Hooks.onErrorDropped(dropped::add);
		try {
			TestPublisher<List<ChatChunk>> model = TestPublisher.createNoncompliant(
					TestPublisher.Violation.CLEANUP_ON_TERMINATE, TestPublisher.Violation.REQUEST_OVERFLOW);
			TestSubscriber<List<ChatChunk>> subscriber = TestSubscriber.create();
			RetryingCall.ofStream(model.flux(), settings(), run(), new SignalClock()).subscribe(subscriber);
			model.next(List.of(ChatChunk.text("a")));
			model.error(new IllegalStateException("first"));
			model.error(new IllegalStateException("second"));
			assertThat(subscriber.expectTerminalError()).hasMessage("first");
			assertThat(dropped).extracting(Throwable::getMessage).containsExactly("second");
			dropped.clear();

			TestPublisher<List<ChatChunk>> other = TestPublisher
				.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
			TestSubscriber<List<ChatChunk>> cancelling = TestSubscriber.create();
			RetryingCall.ofStream(other.flux(), settings(), run(), new SignalClock()).subscribe(cancelling);
			cancelling.cancel();
			other.error(new IllegalStateException("late"));
			assertThat(cancelling.isTerminatedOrCancelled()).isTrue();
			assertThat(dropped).extracting(Throwable::getMessage).containsExactly("late");
			dropped.clear();

			AtomicInteger cancelled = new AtomicInteger();
			TestSubscriber<List<ChatChunk>> twice = TestSubscriber.builder().initialRequest(0).build();
			RetryingCall.ofStream(Flux.<List<ChatChunk>>from((actual) -> {
				actual.onSubscribe(Operators.emptySubscription());
				actual.onSubscribe(cancelling(cancelled));
			}), settings(), run(), new SignalClock()).subscribe(twice);
			twice.request(0);
			twice.request(-1);
			assertThat(cancelled).hasValue(1);
			assertThat(twice.isTerminatedOrCancelled()).isFalse();
		}
		finally {
			Hooks.resetOnErrorDropped();
		}
	}

	private static Subscription cancelling(AtomicInteger cancelled) {
		return new Subscription() {

			@Override
			public void request(long n) {
			}

			@Override
			public void cancel() {
				cancelled.incrementAndGet();
			}

		};
	}

	@Test
	@DisplayName("operators can be scanned and have checkpoints")
	void shouldBeScannable() {
		Hooks.onOperatorDebug();
		try {
			Flux<List<ChatChunk>> call = RetryingCall.ofStream(Flux.error(new IllegalStateException("no")), settings(),
					run(), new SignalClock());
			StepVerifier.create(call)
				.expectErrorSatisfies((ex) -> assertThat(ex.getSuppressed()).extracting(Throwable::getMessage)
					.anyMatch((trace) -> trace.contains("RetryingCall")))
				.verify(TIMEOUT);
		}
		finally {
			Hooks.resetOnOperatorDebug();
		}
		AtomicReference<Subscription> subscription = new AtomicReference<>();
		Flux<List<ChatChunk>> never = Flux.<List<ChatChunk>>never().name("model");
		RetryingCall.ofStream(never, settings(), run(), new SignalClock())
			.doOnSubscribe(subscription::set)
			.subscribe()
			.dispose();
		Scannable call = Scannable.from(subscription.get());
		assertThat(call.isScanAvailable()).isTrue();
		assertThat(call.actuals()).isNotEmpty();
	}

	private ChatClientSettings settings() {
		return new ChatClientSettings(ScriptedChatModel.of("a"), CallbackManager.builder().build(), ChatOptions.NONE,
				RunOptions.NONE, 1, this.retryPolicy, this.timeLimits,
				Decorations.of(ScriptedChatModel.of("a"), List.of(), List.of()), PromptDefaults.NONE);
	}

	private static ActiveRun run() {
		Run run = new Run(new UUID(0, 1), null, new UUID(0, 1), RunType.LLM, "m", Set.of(), Map.of(), Instant.EPOCH);
		return new ActiveRun() {

			@Override
			public Run run() {
				return run;
			}

			@Override
			public void emit(CallbackEvent event) {
			}

		};
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
			.then(() -> this.log.await(Retry.class))
			.thenCancel()
			.verify(TIMEOUT);
		this.log.await(RunEnd.class);
		assertThat(this.log.events(LlmCancel.class)).hasSize(1);
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
		assertThat(this.log.events(LlmError.class)).hasSize(1);
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
		assertThat(this.log.events(LlmError.class).get(0).result().text()).isEqualTo("a");
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
	@DisplayName("G30 a paused subscriber does not count as a stall")
	void shouldNotTakeAPausedSubscriberForAStall() {
		this.timeLimits = new TimeLimits(Duration.ofMillis(500), Duration.ofMillis(500), Duration.ofMillis(500));
		ChatClient client = client((attempt) -> Chunks.tokens("a", "b", "c"));
		StepVerifier.create(client.prompt("Hi").content(), 1)
			.expectNext("a")
			.thenAwait(Duration.ofSeconds(1))
			.thenRequest(10)
			.expectNext("b", "c")
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	@DisplayName("G30 time in handlers is not counted")
	void shouldNotCountTheTimeInHandlers() {
		this.timeLimits = new TimeLimits(Duration.ofMillis(500), Duration.ofMillis(500), Duration.ofMillis(500));
		HandlerSettings inline = new HandlerSettings(Delivery.INLINE, HandlerSettings.DEFAULT.concurrency(),
				HandlerSettings.DEFAULT.overflow(), 1, false, Duration.ZERO, null, Set.of(), Set.of(), Set.of());
		CallbackHandler slow = CallbackHandler.on(LlmNewToken.class, (token) -> work(600));
		CallbackManager manager = CallbackManager.builder()
			.registrations(List.of(HandlerRegistration.of(slow, inline)))
			.handlers(AsyncCallbackHandler.on(RunStart.class, (start) -> Mono.delay(Duration.ofMillis(600)).then()))
			.build();
		ChatClient client = client((attempt) -> Chunks.tokens("a", "b")).mutate().callbackManager(manager).build();
		assertThat(client.prompt("Hi").text().block(TIMEOUT)).isEqualTo("ab");
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

}
