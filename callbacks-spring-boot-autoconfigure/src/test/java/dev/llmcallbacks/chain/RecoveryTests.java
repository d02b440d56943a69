package dev.llmcallbacks.chain;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.run.Run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Chain chains} that are tried again, and for those that take over.
 */
class RecoveryTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final Trace trace = new Trace();

	private final CallbackManager manager = CallbackManager.builder().handlers(this.trace.handler()).build();

	private final AtomicInteger calls = new AtomicInteger();

	@Test
	@DisplayName("G23 attempts are runs inside one run, from the second on tagged, and the tag is not inherited")
	void shouldTagTheLaterAttempts() {
		Chain<String, String> inner = Chain.of("inner", (text) -> text);
		Chain<String, String> shaky = Chain.of("shaky", (text) -> inner.invoke(text).doOnNext((it) -> failUntil(3)));
		assertThat(shaky.withRetry(3).withManager(this.manager).invoke("x").block(TIMEOUT)).isEqualTo("x");
		assertThat(this.trace.runs("shaky")).extracting(Run::tags)
			.containsExactly(Set.of(), Set.of("retry:attempt:2"), Set.of("retry:attempt:3"));
		assertThat(this.trace.runs("inner")).hasSize(3).allSatisfy((run) -> assertThat(run.tags()).isEmpty());
		this.trace.shouldBeInside("shaky", "retry");
		assertThat(this.trace.lines()).filteredOn((line) -> !line.endsWith("inner"))
			.containsExactly("+retry", "+shaky", "!shaky", "+shaky", "!shaky", "+shaky", "-shaky", "-retry");
	}

	@Test
	void shouldFailWithTheLastFailureWhenAttemptsAreUsedUp() {
		Chain<String, String> bad = Chain.of("bad", (text) -> {
			throw new IllegalStateException("call " + this.calls.incrementAndGet());
		});
		StepVerifier.create(bad.withRetry(2, Duration.ofMillis(1)).withManager(this.manager).invoke("x"))
			.expectErrorMessage("call 2")
			.verify(TIMEOUT);
		assertThat(this.trace.lines()).containsExactly("+retry", "+bad", "!bad", "+bad", "!bad", "!retry");
	}

	@Test
	void shouldCountAttemptsForEachInvocation() {
		Chain<String, String> shaky = Chain.<String, String>of("shaky", (text) -> {
			failUntil(2);
			return text;
		}).withRetry(2).withManager(this.manager);
		Mono<String> invocation = shaky.invoke("x");
		assertThat(invocation.block(TIMEOUT)).isEqualTo("x");
		this.calls.set(0);
		assertThat(invocation.block(TIMEOUT)).isEqualTo("x");
		assertThat(this.trace.runs("shaky")).hasSize(4);
	}

	@Test
	void shouldNotTryAgainWhenItemsWereHandedOn() {
		Chain<String, String> breaks = Chain.of("breaks",
				(text) -> Flux.just("a").concatWith(Mono.error(new IllegalStateException("broken"))));
		StepVerifier.create(breaks.withRetry(3).withManager(this.manager).stream("x"))
			.expectNext("a")
			.expectErrorMessage("broken")
			.verify(TIMEOUT);
		assertThat(this.trace.runs("breaks")).hasSize(1);
	}

	@Test
	void shouldTryAgainWhenNobodyHasSeenTheItems() {
		Chain<String, String> breaks = Chain.of("breaks",
				(text) -> Flux.just("a").concatWith(Mono.fromSupplier(() -> failUntil(2))));
		assertThat(breaks.withRetry(3).withManager(this.manager).invoke("x").block(TIMEOUT)).isEqualTo("a2");
		assertThat(this.trace.runs("breaks")).hasSize(2);
	}

	@Test
	void shouldNotTryAgainWhenTheWorkWasCancelled() {
		Chain<String, String> gone = Chain.of("gone", (text) -> Mono.error(new CancellationException("gone")));
		Chain<String, String> other = Chain.of("other", (text) -> text);
		StepVerifier.create(gone.withRetry(3).withFallbacks(List.of(other)).withManager(this.manager).invoke("x"))
			.expectErrorMessage("gone")
			.verify(TIMEOUT);
		assertThat(this.trace.runs("gone")).hasSize(1);
		assertThat(this.trace.runs("other")).isEmpty();
	}

	@Test
	void shouldRefuseAttemptsThatMakeNoSense() {
		Chain<String, String> chain = Chain.of("step", (text) -> text);
		assertThatIllegalArgumentException().isThrownBy(() -> chain.withRetry(0)).withMessageContaining("maxAttempts");
		assertThatIllegalArgumentException().isThrownBy(() -> chain.withRetry(1, Duration.ofMillis(-1)))
			.withMessageContaining("firstBackoff");
	}

	@Test
	@DisplayName("G3 fallbacks are runs inside the same run as the chain that they stand in for")
	void shouldTryFallbacksInOrder() {
		Chain<String, Object> chain = Chain.<String, Object>of("first", (text) -> failUntil(9))
			.withFallbacks(List.of(Chain.<String, String>of("second", (text) -> failUntil(9)),
					Chain.<Object, String>of("third", (input) -> "by third"),
					Chain.<String, String>of("fourth", (text) -> "by fourth")));
		assertThat(chain.withManager(this.manager).invoke("x").block(TIMEOUT)).isEqualTo("by third");
		assertThat(this.trace.lines()).containsExactly("+fallbacks", "+first", "!first", "+second", "!second", "+third",
				"-third", "-fallbacks");
		List.of("first", "second", "third").forEach((name) -> this.trace.shouldBeInside(name, "fallbacks"));
	}

	@Test
	@SuppressWarnings("unchecked")
	void shouldTakeFallbacksAsArguments() {
		Chain<String, String> bad = Chain.of("bad", (text) -> failUntil(9));
		Chain<String, String> good = Chain.of("good", (text) -> text);
		assertThat(bad.withFallbacks(bad, good).invoke("x").block(TIMEOUT)).isEqualTo("x");
		assertThat(bad.withFallbacks(good).invoke("x").block(TIMEOUT)).isEqualTo("x");
	}

	@Test
	void shouldFailWithTheLastFailureWhenNoFallbackHelps() {
		Chain<String, String> bad = Chain.of("bad", (text) -> failUntil(9));
		StepVerifier.create(bad.withFallbacks(List.of(bad)).withManager(this.manager).invoke("x"))
			.expectErrorMessage("call 2")
			.verify(TIMEOUT);
		assertThat(this.trace.lines()).endsWith("!bad", "!fallbacks");
	}

	@Test
	void shouldNotFallBackWhenItemsWereHandedOn() {
		Chain<String, String> breaks = Chain.of("breaks",
				(text) -> Flux.just("a").concatWith(Mono.error(new IllegalStateException("broken"))));
		Chain<String, String> other = Chain.of("other", (text) -> Flux.just("b", "c"));
		Chain<String, String> chain = breaks.withFallbacks(List.of(other)).withManager(this.manager);
		StepVerifier.create(chain.stream("x")).expectNext("a").expectErrorMessage("broken").verify(TIMEOUT);
		assertThat(chain.invoke("x").block(TIMEOUT)).isEqualTo("bc");
	}

	@Test
	@DisplayName("G2 cancelling between attempts ends in a cancel and begins no further attempt")
	void shouldNotTryAgainWhenTheCallerCancels() {
		Chain<String, String> bad = Chain.of("bad", (text) -> failUntil(9));
		StepVerifier.create(bad.withRetry(5, Duration.ofMinutes(1)).withManager(this.manager).invoke("x"))
			.expectSubscription()
			.then(() -> this.trace.awaitLine("!bad"))
			.thenCancel()
			.verify(TIMEOUT);
		this.trace.awaitEnd();
		assertThat(this.trace.lines()).containsExactly("+retry", "+bad", "!bad", "xretry");
	}

	private String failUntil(int call) {
		int current = this.calls.incrementAndGet();
		if (current < call) {
			throw new IllegalStateException("call " + current);
		}
		return String.valueOf(current);
	}

}
