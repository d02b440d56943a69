package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which events a handler hears, and what those that nobody hears cost.
 */
class HandlerFilterTests {

	private static final Duration TIMEOUT = Await.TIMEOUT;

	private final Probe probe = new Probe();

	@ParameterizedTest
	@EnumSource
	@DisplayName("'events' selects the types of events")
	void shouldHearTheEventsThatItNames(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe,
				(settings) -> settings.events(Set.of(RunEnd.class, LlmNewToken.class)));
		bench.client().prompt("Hi").result().block(TIMEOUT);
		assertThat(this.probe.names()).containsExactly("LlmNewToken", "LlmNewToken", "LlmNewToken", "LlmEnd");
		assertThat(bench.statistics().delivered()).isEqualTo(4);
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G1 a handler that does not want the end leaves nothing behind")
	void shouldEndWhenNobodyWantsTheEnd(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe, (settings) -> settings.events(Set.of(RunStart.class)));
		bench.client().prompt("Hi").result().block(TIMEOUT);
		assertThat(this.probe.names()).containsExactly("ChatModelStart");
		bench.awaitNoLiveRuns();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("'tags' selects runs that have one of them")
	void shouldHearRunsWithItsTags(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe, (settings) -> settings.tags("red", "blue"));
		bench.client().prompt("Hi").result().block(TIMEOUT);
		bench.client().prompt("Hi").tags("green").result().block(TIMEOUT);
		assertThat(this.probe.events()).isEmpty();
		bench.client().prompt("Hi").tags("green", "blue").result().block(TIMEOUT);
		assertThat(this.probe.names()).hasSize(5);
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("'models' selects runs by the name of the model")
	void shouldHearRunsOfItsModels(HandlerKind kind) {
		Bench bench = Bench.of(kind, this.probe, (settings) -> settings.models("gpt-*", "claude"));
		bench.client().prompt("Hi").result().block(TIMEOUT);
		bench.client().prompt("Hi").model("claude-2").result().block(TIMEOUT);
		assertThat(this.probe.events()).isEmpty();
		bench.client().prompt("Hi").model("gpt-5").result().block(TIMEOUT);
		bench.client().prompt("Hi").model("claude").result().block(TIMEOUT);
		assertThat(this.probe.names()).hasSize(10);
	}

	@Test
	@DisplayName("G19 a handler is asked once for a type of event, and never for a type that it does not implement")
	void shouldDecideOnceWhatAHandlerWants() {
		Queue<Class<?>> asked = new ConcurrentLinkedQueue<>();
		LlmCallbackHandler handler = new CallbackHandler() {

			@Override
			public boolean supports(Class<? extends CallbackEvent> eventType) {
				asked.add(eventType);
				return true;
			}

			@Override
			public void onLlmNewToken(LlmNewToken event) {
			}

			@Override
			public void onLlmEnd(LlmEnd event) {
			}

		};
		Bench bench = Bench.of(HandlerRegistration.of(handler)).answering("a", "b", "c", "d");
		bench.client().prompt("Hi").result().block(TIMEOUT);
		assertThat(asked).containsExactlyInAnyOrder(LlmNewToken.class, LlmEnd.class);
	}

	@Test
	@DisplayName("G19 no token event is made when nobody listens to tokens")
	void shouldMakeNoTokenWhenNobodyListens() {
		CountingEvents events = new CountingEvents();
		CallbackHandler withoutTokens = CallbackHandler.on(LlmEnd.class, (end) -> {
		});
		run(events, withoutTokens);
		assertThat(events.accepted).hasValue(3);
		assertThat(events.made).hasValue(0);
	}

	@Test
	@DisplayName("G19 one token event is made for all that listen")
	void shouldMakeOneTokenForAll() {
		CountingEvents events = new CountingEvents();
		run(events, HandlerKind.SYNC_CLASS.handler(this.probe), HandlerKind.ASYNC_CLASS.handler(new Probe()));
		assertThat(events.made).hasValue(3);
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(3);
	}

	@Test
	@DisplayName("G19 without handlers the work is asked for what the subscriber asks for, and nothing is held back")
	void shouldPassDemandThroughWhenNobodyListens() {
		Queue<Long> requests = new ConcurrentLinkedQueue<>();
		CallbackManager.builder()
			.build()
			.run(new RunSpec(RunType.LLM, "test", RunOptions.NONE), new CountingEvents(),
					(run) -> Flux.just("a", "b", "c").doOnRequest(requests::add))
			.blockLast(TIMEOUT);
		assertThat(requests).containsExactly(Long.MAX_VALUE);
	}

	@Test
	@DisplayName("'models' says nothing of runs that ask no model")
	void shouldHearRunsThatAskNoModel() {
		Bench bench = Bench.of(HandlerKind.ASYNC_CLASS, this.probe, (settings) -> settings.models("gpt-*"));
		bench.manager().run("chain", "in", bench.client().prompt("Hi").model("claude").text()).block(TIMEOUT);
		assertThat(this.probe.names()).containsExactly("ChainStart", "ChainEnd");
	}

	private static void run(CountingEvents events, LlmCallbackHandler... handlers) {
		CallbackManager.builder()
			.handlers(handlers)
			.build()
			.run(new RunSpec(RunType.LLM, "test", RunOptions.NONE), events, (run) -> Flux.just("a", "b", "c"))
			.blockLast(TIMEOUT);
	}

}
