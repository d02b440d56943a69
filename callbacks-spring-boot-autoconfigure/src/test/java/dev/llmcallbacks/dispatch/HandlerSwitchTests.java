package dev.llmcallbacks.dispatch;

import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.Ordered;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import dev.llmcallbacks.dispatch.HandlerRegistration.Instance;
import dev.llmcallbacks.dispatch.HandlerRegistration.Scope;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for handlers that are switched off and on.
 */
class HandlerSwitchTests {

	private final Probe probe = new Probe();

	private final AtomicInteger made = new AtomicInteger();

	@ParameterizedTest
	@EnumSource
	void shouldCallNoHandlerThatIsOff(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe);
		assertThat(bench.manager().setEnabled(nameOf(bench), false)).isTrue();
		ask(bench);
		assertThat(this.probe.events()).isEmpty();
		assertThat(bench.manager().handlers()).singleElement().matches((handler) -> !handler.enabled());
		bench.manager().setEnabled(nameOf(bench), true);
		ask(bench);
		assertThat(this.probe.names()).startsWith("ChatModelStart").endsWith("LlmEnd");
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G1 a handler that is switched off hears the end of the run that it has heard begin")
	void shouldHearTheEndWhenSwitchedOffMeanwhile(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe);
		StepVerifier.create(bench.client().prompt("Hi").content(), 1)
			.expectNext("a")
			.then(() -> bench.manager().setEnabled(nameOf(bench), false))
			.thenRequest(Long.MAX_VALUE)
			.expectNext("b", "c")
			.expectComplete()
			.verify(Await.TIMEOUT);
		assertThat(this.probe.names()).startsWith("ChatModelStart").endsWith("LlmEnd");
	}

	@Test
	void shouldDecideForEachRunInsideOfAnother() {
		Bench bench = Bench.of(HandlerKind.ASYNC_CLASS, this.probe);
		Mono<String> work = Mono.defer(() -> {
			bench.manager().setEnabled(nameOf(bench), false);
			return bench.client().prompt("Hi").text();
		}).flatMap((text) -> {
			bench.manager().setEnabled(nameOf(bench), true);
			return bench.client().prompt("Hi").text();
		});
		bench.manager().run("outer", "in", work).block(Await.TIMEOUT);
		assertThat(this.probe.names()).containsExactly("ChainStart", "ChatModelStart", "LlmNewToken", "LlmNewToken",
				"LlmNewToken", "LlmEnd", "ChainEnd");
	}

	@ParameterizedTest
	@EnumSource
	void shouldMakeNoHandlerThatWasNeverOn(Scope scope) {
		HandlerRegistration registration = new HandlerRegistration("lazy",
				HandlerKind.ASYNC_CLASS.handler(this.probe).getClass(), (attributes) -> {
					this.made.incrementAndGet();
					return new Instance(HandlerKind.ASYNC_CLASS.handler(this.probe));
				}, scope, Ordered.LOWEST_PRECEDENCE, HandlerSettings.DEFAULT, false);
		Bench bench = Bench.of(registration);
		ask(bench);
		assertThat(this.made).hasValue(0);
		bench.manager().setEnabled("lazy", true);
		ask(bench);
		assertThat(this.made).hasValue(1);
		assertThat(this.probe.hasEnded()).isTrue();
	}

	@Test
	void shouldSayWhenThereIsNoSuchHandler() {
		assertThat(Bench.of(HandlerKind.SYNC_CLASS, this.probe).manager().setEnabled("other", false)).isFalse();
	}

	private static String nameOf(Bench bench) {
		return bench.manager().handlers().get(0).registration().name();
	}

	private static void ask(Bench bench) {
		assertThat(bench.client().prompt("Hi").text().block(Await.TIMEOUT)).isEqualTo("abc");
	}

}
