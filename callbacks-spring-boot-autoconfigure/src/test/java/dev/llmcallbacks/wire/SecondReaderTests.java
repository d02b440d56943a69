package dev.llmcallbacks.wire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads the transcripts of OpenAI's protocols with OpenAI's own client, which has to read
 * what the library is expected to read.
 */
class SecondReaderTests {

	private static final String TRANSCRIPTS = "src/test/resources/transcripts/";

	@Test
	@DisplayName("G26 OpenAI's own client reads the transcripts as they are expected to be read")
	void shouldBeReadAlikeByTheOfficialClient() throws IOException, InterruptedException {
		Path modules = AimockProcess.install();
		Process process = new ProcessBuilder("node", "src/test/peers/second-reader.mjs", modules.toString(),
				TRANSCRIPTS + "responses", TRANSCRIPTS + "openai")
			.redirectErrorStream(true)
			.start();
		String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(process.exitValue()).as(said).isZero();
		assertThat(said).contains(" 0 differences");
	}

}
