package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.test.StepVerifier;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.OverloadedException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what follows an error in a stream.
 */
class ErrorInStreamTests {

	private final MemoryExchange exchange = new MemoryExchange();

	static List<ProviderFixture> providers() {
		return List.of(new OpenAiContractTests(), new AnthropicContractTests());
	}

	@ParameterizedTest
	@MethodSource("providers")
	@DisplayName("G28 nothing is read after an error, however much follows it")
	void shouldReadNothingAfterError(ProviderFixture provider) {
		List<String> events = new ArrayList<>(provider.transcript());
		events.add(3, "event: error\ndata: " + provider.error("overloaded_error", "Busy") + "\n\n");
		this.exchange.answer(
				MemoryExchange.stream(events.stream().map((event) -> event.getBytes(StandardCharsets.UTF_8)).toList()));
		ChatModel model = provider.model("http://localhost", this.exchange.webClientBuilder(), 1024,
				ChatOptions.builder().model("m").build());
		List<ChatChunk> chunks = new ArrayList<>();
		StepVerifier.create(model.stream(ProviderFixture.REQUEST).doOnNext(chunks::add))
			.thenConsumeWhile((chunk) -> true)
			.expectError(OverloadedException.class)
			.verify(ProviderFixture.TIMEOUT);
		assertThat(ProviderFixture.answer(chunks).generations())
			.allMatch((generation) -> generation.finishReason() == null);
		assertThat(this.exchange.takeLeaks()).isZero();
	}

}
