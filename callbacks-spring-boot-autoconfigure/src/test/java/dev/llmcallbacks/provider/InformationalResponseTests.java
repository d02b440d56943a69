package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.model.ChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Responses that come before the response.
 */
class InformationalResponseTests {

	static Stream<ProviderFixture> providers() {
		return Stream.of(new OpenAiContractTests(), new ResponsesContractTests(), new AnthropicContractTests());
	}

	@ParameterizedTest
	@MethodSource("providers")
	@DisplayName("S23 informational responses are skipped, and the connection is used again")
	void shouldSkipInformationalResponses(ProviderFixture provider) {
		String informational = "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n";
		for (String before : List.of(informational, "HTTP/1.1 100 Continue\r\n\r\n", informational.repeat(3),
				"HTTP/1.1 102 Processing\r\n\r\n" + informational)) {
			try (SocketServer server = new SocketServer((exchange) -> {
				exchange.sendRaw(before.getBytes(StandardCharsets.US_ASCII));
				exchange.send(ProviderFixture.stream(List.of(ProviderFixture.bytes(provider.transcript()))));
			})) {
				ChatModel model = provider.model(server.url(), ProviderFixture.withOneConnection(), 1024 * 1024,
						ChatOptions.builder().model("m").build());
				for (int call = 0; call < 3; call++) {
					provider.check(PayloadFixture.read(model));
				}
				assertThat(server.connections()).isEqualTo(1);
			}
		}
	}

}
