package dev.llmcallbacks.handlers;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TokenUsageHandler}.
 */
class TokenUsageHandlerTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final TokenUsage USAGE = new TokenUsage(1, 2, 3, 4, 5, 6);

	private final TokenUsageHandler usage = new TokenUsageHandler();

	private final Run run = SampleEvents.run(RunType.LLM, "chat", null);

	@Test
	void shouldSumAllCountsByModel() {
		this.usage.onLlmEnd(SampleEvents.llmEnd(this.run, "a", USAGE));
		this.usage.onLlmEnd(SampleEvents.llmEnd(this.run, "a", USAGE));
		this.usage.onLlmEnd(SampleEvents.llmEnd(this.run, "b", USAGE));
		assertThat(this.usage.byModel())
			.isEqualTo(Map.of("a", new TokenTotals(2, 2, 4, 6, 8, 10, 12), "b", new TokenTotals(1, 1, 2, 3, 4, 5, 6)));
		assertThat(this.usage.total()).isEqualTo(new TokenTotals(3, 3, 6, 9, 12, 15, 18));
	}

	@Test
	void shouldCountFailedAndCancelledCallsWhenUsageIsKnown() {
		this.usage.onLlmError(new LlmError(this.run, SampleEvents.AT, SampleEvents.TOOK, SampleEvents.ERROR,
				SampleEvents.request(), true, SampleEvents.result(this.run, "a", USAGE), null, null));
		this.usage.onLlmCancel(new LlmCancel(this.run, SampleEvents.AT, SampleEvents.TOOK, SampleEvents.request(), true,
				SampleEvents.result(this.run, "a", USAGE), null, null));
		this.usage.onLlmCancel(new LlmCancel(this.run, SampleEvents.AT, SampleEvents.TOOK, SampleEvents.request(), true,
				SampleEvents.nothing(this.run), null, null));
		assertThat(this.usage.byModel()).containsOnlyKeys("a");
		assertThat(this.usage.total().calls()).isEqualTo(2);
	}

	@Test
	void shouldCountUnderStatedKeyWhenModelHasNoName() {
		this.usage.onLlmEnd(SampleEvents.llmEnd(this.run, null, USAGE));
		assertThat(this.usage.byModel()).containsOnlyKeys(TokenUsageHandler.UNKNOWN_MODEL);
	}

	@Test
	void shouldNotGrowWithoutBoundWhenModelsAreMany() {
		for (int i = 0; i < TokenUsageHandler.MAX_MODELS + 10; i++) {
			this.usage.onLlmEnd(SampleEvents.llmEnd(this.run, "model-" + i, USAGE));
		}
		assertThat(this.usage.byModel()).hasSize(TokenUsageHandler.MAX_MODELS + 1);
		assertThat(this.usage.byModel().get(TokenUsageHandler.OTHER_MODELS).calls()).isEqualTo(10);
	}

	@Test
	void shouldNotOverflowWhenCallsAreMany() {
		TokenUsage large = new TokenUsage(Integer.MAX_VALUE, 0, Integer.MAX_VALUE, 0, 0, 0);
		this.usage.onLlmEnd(SampleEvents.llmEnd(this.run, "a", large));
		this.usage.onLlmEnd(SampleEvents.llmEnd(this.run, "a", large));
		assertThat(this.usage.total().input()).isEqualTo(2L * Integer.MAX_VALUE);
	}

	@Test
	void shouldCountExactlyWhenManyRunsEndAtOnce() {
		TokenUsageHandler application = new TokenUsageHandler();
		ChatClient client = ChatClient.builder(new ScriptedChatModel(ScriptedAnswer.text("Hi").withUsage(5, 7)))
			.callbackManager(CallbackManager.builder().handlers(application).build())
			.build();
		Flux.range(0, 1000)
			.flatMap((i) -> client.prompt("Hi").callbacks(this.usage).result(), 64)
			.then(client.prompt("Hi").result())
			.block(TIMEOUT);
		assertThat(this.usage.byModel()).containsOnlyKeys("scripted");
		assertThat(this.usage.total().calls()).isEqualTo(1000);
		assertThat(this.usage.total().total()).isEqualTo(1000L * 12);
		assertThat(application.total().calls()).isEqualTo(1001);
	}

	@Test
	void shouldCountTheRunsInsideACall() {
		CallbackManager manager = CallbackManager.builder().handlers(this.usage).build();
		ChatClient client = ChatClient.builder(new ScriptedChatModel(ScriptedAnswer.text("Hi").withUsage(5, 7)))
			.build();
		manager.run("chain", "x", client.prompt("Hi").text().then(client.prompt("Ho").text())).block(TIMEOUT);
		assertThat(this.usage.total().calls()).isEqualTo(2);
	}

	@Test
	void shouldBeginAgainWhenReset() {
		this.usage.onLlmEnd(SampleEvents.llmEnd(this.run, "a", USAGE));
		assertThat(this.usage.reset()).containsOnlyKeys("a");
		assertThat(this.usage.byModel()).isEmpty();
		assertThat(this.usage.total()).isEqualTo(TokenTotals.NONE);
	}

}
