package dev.llmcallbacks.sample.picture;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

import dev.llmcallbacks.autoconfigure.test.AutoConfigureScriptedChatModel;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.model.MismatchedAnswerException;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link PictureViewer}, with a scripted model in the application.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE)
@AutoConfigureScriptedChatModel
class PictureViewerTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	@Autowired
	private PictureViewer viewer;

	@Autowired
	private ScriptedChatModel model;

	@Test
	void shouldSendThePictureAndReadTheRecord() throws IOException {
		this.model.answer(ScriptedAnswer.tokens("{\"place\":\"here\",", "\"things\":[\"a seal\"]}"));
		assertThat(this.viewer.describe().block(PATIENCE)).isEqualTo(new View("here", List.of("a seal")));
		ChatRequest request = this.model.requests().get(0);
		assertThat(request.options().responseFormat().name()).isEqualTo("View");
		Media picture = request.messages().get(0).media().get(0);
		assertThat(picture.mediaType()).isEqualTo("image/png");
		BufferedImage image = ImageIO.read(new ByteArrayInputStream(picture.data()));
		assertThat(image.getWidth()).isEqualTo(96);
	}

	@Test
	void shouldFailWhenTheAnswerDoesNotFit() {
		this.model.answer(ScriptedAnswer.text("A lighthouse."));
		assertThatExceptionOfType(MismatchedAnswerException.class)
			.isThrownBy(() -> this.viewer.describe().block(PATIENCE))
			.satisfies((ex) -> assertThat(ex.getText()).isEqualTo("A lighthouse."));
	}

}
