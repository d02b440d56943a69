package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TextTemplate}: payloads that match mean what a parser would have read.
 */
class TextTemplateTests {

	private static final String LEARNED = "{\"a\":{\"text\":\"Hello\"},\"p\":\"xy\"}";

	private final TextTemplate template = new TextTemplate();

	@ParameterizedTest
	@ValueSource(strings = { "x", "Hello", " naïve – 🎉", "}", "a longer text, with commas: {[]}" })
	void shouldFindTheTextWhenAllElseIsTheSame(String text) {
		learn(LEARNED, "Hello", "xy");
		assertThat(match(LEARNED.replace("Hello", text))).isEqualTo(text);
		assertThat(match(LEARNED.replace("Hello", text).replace("xy", "other"))).isEqualTo(text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "\\n", "a\\\"b", "a\tb", "a\",\"b\":\"c" })
	void shouldLeaveTextsToTheParserThatAreNotCertain(String text) {
		learn(LEARNED, "Hello", "xy");
		assertThat(match(LEARNED.replace("Hello", text))).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"b\":{\"text\":\"Hello\"},\"p\":\"xy\"}", "{\"a\":{\"text\":\"Hello\"},\"q\":\"xy\"}",
			"{\"a\":{\"text\":\"Hello\"},\"p\":\"xy\"}}", "{\"a\":{\"text\":\"Hello\"},\"p\":\"xy\"",
			"{\"a\":{\"text\":\"Hello\"},\"p\":\"x\\y\"}", "{\"a\":{\"text\":\"Hello", "{\"a\":{\"text\":\"", "{", "",
			"{\"a\":{\"text\":\"Hello\"},\"p\":1}", "{\"a\":{\"text\":\"Hello\"}, \"p\":\"xy\"}" })
	void shouldNotMatchWhenAnyOtherByteDiffers(String payload) {
		learn(LEARNED, "Hello", "xy");
		assertThat(match(payload)).isNull();
	}

	@Test
	void shouldOverlookBlanksBetweenClosingBraces() {
		learn("{\"a\":{\"text\":\"Hello\"}  }", "Hello", null);
		assertThat(match("{\"a\":{\"text\":\"x\"}}")).isEqualTo("x");
		assertThat(match("{\"a\":{\"text\":\"x\"   }       } ")).isEqualTo("x");
		assertThat(match("{\"a\":{\"text\":\"x\"}  ")).isNull();
		assertThat(match("{\"a\":{\"text\":\"x\"} ]")).isNull();
		assertThat(match("{\"a\":{\"text\":\"x\"}},")).isNull();
	}

	@Test
	void shouldMatchNothingWhenForgotten() {
		learn(LEARNED, "Hello", "xy");
		this.template.forget();
		assertThat(match(LEARNED)).isNull();
	}

	@Test
	void shouldGiveUpLearningWhenNothingEverMatches() {
		for (int i = 0; i < 8; i++) {
			assertThat(this.template.isLearning()).isTrue();
			learn(LEARNED.replace("\"p\"", "\"" + i + "\""), "Hello", "xy");
		}
		assertThat(this.template.isLearning()).isFalse();
	}

	private void learn(String payload, String text, String padding) {
		byte[] bytes = ("##" + payload).getBytes(StandardCharsets.UTF_8);
		this.template.learn(bytes, 2, bytes.length - 2, 2 + payload.indexOf(text),
				(padding != null) ? 2 + payload.indexOf(padding) : -1);
	}

	private String match(String payload) {
		byte[] bytes = ("#" + payload + "#").getBytes(StandardCharsets.UTF_8);
		return this.template.match(bytes, 1, bytes.length - 2);
	}

}
