package dev.llmcallbacks.message;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Media}.
 */
class MediaTests {

	@Test
	void shouldKeepBytesOfItsOwn() {
		byte[] given = { 1, 2, 3 };
		Media media = Media.of("Image/PNG", given);
		given[0] = 9;
		media.data()[1] = 9;
		assertThat(media.data()).containsExactly(1, 2, 3);
		assertThat(media.mediaType()).isEqualTo("image/png");
		assertThat(media.size()).isEqualTo(3);
		assertThat(media.uri()).isNull();
		assertThat(media.base64()).isEqualTo("AQID");
		assertThat(media).isEqualTo(Media.of("image/png", new byte[] { 1, 2, 3 }))
			.hasSameHashCodeAs(Media.of("image/png", new byte[] { 1, 2, 3 }))
			.isNotEqualTo(Media.of("image/png", new byte[] { 1, 2, 4 }))
			.isNotEqualTo(media.named("cat.png"));
	}

	@Test
	@DisplayName("no text of a file has its bytes or the query of its URL")
	void shouldDescribeItselfWithoutContent() {
		Media image = Media.of("image/png", "SECRET-BYTES".getBytes(StandardCharsets.UTF_8)).named("cat\n.png");
		assertThat(image).hasToString("Media[image/png, 'cat\\n.png', 12 bytes]");
		Media remote = Media.of("application/pdf", URI.create("https://user:pw@files.test/a/b.pdf?token=SECRET"));
		assertThat(remote).hasToString("Media[application/pdf, https://files.test]");
		assertThat(new HumanMessage("Look", List.of(image, remote)).toString()).contains("12 bytes", "files.test")
			.doesNotContain("SECRET", "[83", "U0VDUkVU");
		assertThat(image.withoutData()).hasToString("Media[image/png, 'cat\\n.png', 12 bytes]")
			.isNotEqualTo(image)
			.isEqualTo(image.withoutData().withoutData());
		assertThat(image.withoutData().data()).isNull();
		assertThat(remote.withoutData()).isEqualTo(remote);
	}

	@Test
	void shouldDecodeDataUrl() {
		assertThat(Media.of("text/plain", URI.create("data:text/plain;base64,SGk="))).isEqualTo(text("Hi"));
		assertThat(Media.of("text/plain", URI.create("data:text/plain,a%20b+c"))).isEqualTo(text("a b+c"));
		for (String broken : List.of("data:nothing", "data:image/png;base64,%")) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> Media.of("image/png", URI.create(broken.replace("%", "%25"))));
		}
	}

	private static Media text(String text) {
		return Media.of("text/plain", text.getBytes(StandardCharsets.UTF_8));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "png", "image/", "/png", "image/png\nx", "image /png", "image/png; a\u0000" })
	void shouldRefuseMediaTypeThatIsNone(String mediaType) {
		assertThatIllegalArgumentException().isThrownBy(() -> Media.of(mediaType, new byte[1]))
			.withMessageContaining("is not a media type")
			.withMessageNotContaining("\n");
	}

	@Test
	void shouldRefuseFileThatIsNone() {
		assertThatIllegalArgumentException().isThrownBy(() -> Media.of("image/png", new byte[0]));
		assertThatIllegalArgumentException().isThrownBy(() -> Media.of("image/png", URI.create("cat.png")));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Media("image/png", URI.create("https://a.test"), new byte[1], null, 0));
	}

	@Test
	void shouldKnowEssenceOfMediaType() {
		Media media = Media.of("text/markdown; charset=utf-8", new byte[] { 'H', 'i' });
		assertThat(media.essence()).isEqualTo("text/markdown");
		assertThat(media.is("text")).isTrue();
		assertThat(media.is("image")).isFalse();
		assertThat(media.decodedText()).isEqualTo("Hi");
	}

	@Test
	@DisplayName("a message that was stored before messages had media has none")
	void shouldHaveNoMediaByDefault() {
		assertThat(new HumanMessage("Hi", null)).isEqualTo(new HumanMessage("Hi"));
		assertThat(new ToolMessage("c", "done", false, null)).isEqualTo(new ToolMessage("c", "done"));
		assertThat(new SystemMessage("x").media()).isEmpty();
		assertThat(new AiMessage("x").media()).isEmpty();
	}

}
