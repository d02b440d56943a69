package dev.llmcallbacks.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.web.reactive.function.client.WebClient;

import dev.llmcallbacks.message.ChatChunk;

/**
 * Plays answers of all known forms over sockets.
 */
class TranscriptTests {

	static List<Transcript> answers() {
		return Transcript.answers();
	}

	@ParameterizedTest
	@MethodSource("answers")
	@DisplayName("G26 G27 every answer is read as it was sent, in one piece and byte by byte")
	void shouldReadAnswerWhenItComesOverSockets(Transcript transcript) {
		for (List<byte[]> pieces : List.of(List.of(transcript.body()), SocketServer.singleBytes(transcript.body()))) {
			try (SocketServer server = SocketServer.answering(transcript.response(pieces))) {
				List<ChatChunk> chunks = new ArrayList<>();
				AtomicReference<Throwable> error = new AtomicReference<>();
				transcript.model(server.url(), WebClient.builder())
					.stream(ProviderFixture.REQUEST)
					.doOnNext(chunks::add)
					.doOnError(error::set)
					.onErrorComplete()
					.blockLast(ProviderFixture.TIMEOUT);
				transcript.expectation().check(ProviderFixture.answer(chunks), error.get());
			}
		}
	}

}
