package dev.llmcallbacks.sample.picture;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import dev.llmcallbacks.sample.SampleApplication;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PictureProgram}: what it logs when the application starts.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class PictureProgramTests {

	@ParameterizedTest
	@ValueSource(strings = { "openai", "anthropic" })
	void shouldLogTheRecord(String provider, CapturedOutput output) {
		try (ConfigurableApplicationContext context = SpringApplication.run(SampleApplication.class, "--server.port=0",
				"--callbacks.openai.api-key=", "--callbacks.anthropic.api-key=", "--sample.scripted.pace=0ms",
				"--sample.provider=" + provider)) {
			assertThat(context.isRunning()).isTrue();
		}
		assertThat(output)
			.contains("The picture shows View[place=the north cape, things=[a lighthouse, a seal, the sea]]");
	}

}
