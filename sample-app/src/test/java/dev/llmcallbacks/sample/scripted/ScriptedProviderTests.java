package dev.llmcallbacks.sample.scripted;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.llmcallbacks.test.ScriptedProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link ScriptedProvider}.
 */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ScriptedProviderTests {

	private static final String STORY = """
			{"model":"m","messages":[{"role":"user","content":"Tell me a story"}],"stream":true}""";

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	@Test
	void shouldSendFirstTokenLongBeforeTheLast() throws Exception {
		try (ScriptedProvider provider = ScriptedProvider.start(new ScriptedModel(Duration.ofHours(1)));
				InputStream body = new RawClient(provider).openStream(STORY).body()) {
			assertThat(nextLine(reader(body))).contains("\"role\":\"assistant\"");
			assertThat(provider.openStreams()).isOne();
		}
	}

	@Test
	void shouldStopWritingWhenClientDisconnects() throws Exception {
		try (ScriptedProvider provider = ScriptedProvider.start(new ScriptedModel(Duration.ofMillis(500)))) {
			try (InputStream body = new RawClient(provider).openStream(STORY).body()) {
				nextLine(reader(body));
				assertThat(provider.openStreams()).isOne();
			}
			Awaitility.await().atMost(PATIENCE).until(() -> provider.openStreams() == 0);
		}
	}

	@Test
	void shouldBreakOffStreamsAndRefuseConnectionsWhenClosed() throws Exception {
		ScriptedProvider provider = ScriptedProvider.start(new ScriptedModel(Duration.ofHours(1)));
		RawClient client = new RawClient(provider);
		try (InputStream body = client.openStream(STORY).body()) {
			nextLine(reader(body));
			provider.close();
			assertThatIOException().isThrownBy(body::readAllBytes);
		}
		Awaitility.await().atMost(PATIENCE).until(() -> provider.openStreams() == 0);
		assertThatIOException().isThrownBy(() -> client.openStream(STORY));
	}

	@Test
	void shouldAnswerNotFoundElsewhere() throws Exception {
		try (ScriptedProvider provider = ScriptedProvider.start(new ScriptedModel(Duration.ZERO))) {
			assertThat(new RawClient(provider).send(BodyHandlers.discarding(), "/v1/models", "{}").statusCode())
				.isEqualTo(404);
		}
	}

	private static BufferedReader reader(InputStream body) {
		return new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
	}

	private static String nextLine(BufferedReader reader) throws IOException {
		return String.valueOf(reader.readLine());
	}

}
