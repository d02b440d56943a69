package dev.llmcallbacks.provider;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TextTemplate}: what matches means what a parser would have read.
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
		assertThat(match(LEARNED.replace("Hello", text.repeat(50)))).isEqualTo(text.repeat(50));
	}

	@ParameterizedTest
	@ValueSource(strings = { "\n", "a\"b", "\\", "\b\f\r\t.", "\n\n\"x\"\\n" })
	void shouldReadWhatIsEscaped(String text) {
		String json = JsonMapper.shared().writeValueAsString(text);
		String escaped = json.substring(1, json.length() - 1);
		learn(LEARNED, "Hello", "xy");
		assertThat(match(LEARNED.replace("Hello", escaped))).isEqualTo(text);
		assertThat(match(LEARNED.replace("Hello", "1\\/2"))).isEqualTo("1/2");
		learn(LEARNED.replace("Hello", escaped), escaped, "xy");
		assertThat(match(LEARNED)).isEqualTo("Hello");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "\\u0041", "\\x", "a\\", "a\tb", "a\",\"b\":\"c" })
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

	@ParameterizedTest
	@ValueSource(strings = { "data: %s\n\n", "event: x\ndata: %s\n\n", "data:%s\r\n\n", "data: %s\nid: 1\n\n" })
	void shouldMatchAnEventWithItsLines(String lines) {
		learn(LEARNED, "Hello", "xy");
		assertThat(this.template.isPayloadOnly()).isTrue();
		learnLines(lines, LEARNED);
		assertThat(this.template.isPayloadOnly()).isFalse();
		assertThat(matchEvent(lines.formatted(LEARNED.replace("Hello", "x")))).isEqualTo("x");
		assertThat(matchEvent(lines.formatted(LEARNED.replace("xy", "")))).isEqualTo("Hello");
		assertThat(matchEvent(lines.formatted(LEARNED).replace("data", "dada"))).isNull();
		assertThat(match(LEARNED.replace("Hello", "x"))).isEqualTo("x");
	}

	@ParameterizedTest
	@ValueSource(strings = { "data: %s\n\n", "event: x\ndata: %s\n\n" })
	void shouldMatchNoEventThatIsNotWhole(String lines) {
		learn(LEARNED, "Hello", "xy");
		learnLines(lines, LEARNED);
		String event = lines.formatted(LEARNED);
		for (int length = 0; length < event.length(); length++) {
			assertThat(matchEvent(event.substring(0, length))).as(event.substring(0, length)).isNull();
		}
	}

	@Test
	void shouldOverlookBlanksOfThePayloadAndOfNothingElse() {
		String payload = "{\"a\":{\"text\":\"Hello\" }}";
		learn(payload, "Hello", null);
		learnLines("data: %s\n\n", payload);
		assertThat(matchEvent("data: {\"a\":{\"text\":\"x\"}   }  \n\n")).isEqualTo("x");
		assertThat(matchEvent("data: {\"a\":{\"text\":\"x\"}}\n \n\n")).isNull();
		assertThat(matchEvent("data: {\"a\":{\"text\":\"x\"}}\n\r\n")).isNull();
		assertThat(matchEvent("data: {\"a\":{\"text\":\"x\"}}}\n\n")).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"n\":12,\"text\":\"Hello\",\"p\":\"xy\"}", "{\"text\":\"Hello\",\"n\":12,\"p\":\"xy\"}",
			"{\"text\":\"Hello\",\"p\":\"xy\",\"n\":12}" })
	void shouldOverlookTheNumberThatCounts(String payload) {
		learn(payload, "Hello", "xy");
		assertThat(match(payload.replace("12", "13").replace("Hello", "World"))).isEqualTo("World");
		assertThat(match(payload.replace("12", "7").replace("xy", ""))).isEqualTo("Hello");
		assertThat(match(payload.replace("12", "1024"))).isEqualTo("Hello");
		assertThat(match(payload.replace("12", ""))).isNull();
		assertThat(match(payload.replace("12", "1.5"))).isNull();
		assertThat(match(payload.replace("12", "-1"))).isNull();
		assertThat(match(payload.replace("12", "\"12\""))).isNull();
		learnLines("data: %s\n\n", payload);
		assertThat(matchEvent("data: " + payload.replace("12", "100") + "\n\n")).isEqualTo("Hello");
		assertThat(matchEvent("data: " + payload.replace("12", "100").replace("Hello", "ä") + "\n\n")).isEqualTo("ä");
	}

	private void learn(String payload, String text, @Nullable String padding) {
		byte[] bytes = ("##" + payload).getBytes(StandardCharsets.UTF_8);
		this.template.learn(bytes, 2, bytes.length - 2, 2 + payload.indexOf(text),
				(padding != null) ? 2 + payload.indexOf(padding) : -1,
				(payload.indexOf("\"n\":") >= 0) ? 2 + payload.indexOf("\"n\":") + 4 : -1,
				JsonMapper.shared().readValue("\"" + text + "\"", String.class));
	}

	private void learnLines(String lines, String payload) {
		String event = lines.formatted(payload);
		ByteBuffer bytes = ByteBuffer.wrap(("##" + event + "##").getBytes(StandardCharsets.UTF_8));
		int start = 2 + event.indexOf(payload);
		this.template.learnLines(bytes, 2, start, start + payload.length(), 2 + event.length());
	}

	private @Nullable String match(String payload) {
		byte[] bytes = ("#" + payload + "#").getBytes(StandardCharsets.UTF_8);
		return this.template.match(bytes, 1, bytes.length - 2);
	}

	private @Nullable String matchEvent(String event) {
		byte[] bytes = ("#" + event + "data: {}\n\n").getBytes(StandardCharsets.UTF_8);
		int length = event.getBytes(StandardCharsets.UTF_8).length;
		boolean whole = event.endsWith("\n\n");
		ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes);
		String text = this.template.match(direct, 1, whole ? bytes.length : length + 1);
		if (text != null) {
			assertThat(this.template.matchedEnd()).isEqualTo(length + 1);
		}
		return text;
	}

}
