package dev.llmcallbacks.provider;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ToolCallChunk;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Bytes that are no UTF-8, and characters that are cut in two.
 */
class TextEncodingTests extends PayloadFixture {

	@ParameterizedTest
	@ValueSource(strings = { "C080", "E08080", "C1BF", "F4908080", "EDA080", "EDA0BDEDB880", "FF", "80", "E282",
			"F09F98", "F8888080", "C3" })
	@DisplayName("D20 G27 ill-formed UTF-8 gives replacement characters, whatever the event before")
	void shouldReplaceIllFormedBytes(String hex) {
		byte[] bytes = HexFormat.of().parseHex(hex);
		String expected = new String(bytes, StandardCharsets.UTF_8);
		assertThat(expected.chars()).allMatch((next) -> next == 0xFFFD);
		String plain = stream(choice("\"delta\":{\"content\":\"x\"}"));
		String other = stream(choice("\"delta\":{\"content\":\"x\",\"other\":1}"));
		for (String before : List.of("", plain, plain + plain, other, plain + other)) {
			byte[] body = bytes(
					before + stream(choice("\"delta\":{\"content\":\"a~b\"}")) + stream(finish("stop"), "[DONE]"),
					bytes);
			answer(body);
			assertThat(message(openAi()).text()).as(before).endsWith("a" + expected + "b");
		}
		answer(bytes(stream(START, blockDelta(0, "{\"type\":\"text_delta\",\"text\":\"a~b\"}"), END_TURN, STOP),
				bytes));
		assertThat(message(anthropic()).text()).isEqualTo("a" + expected + "b");
		assertThat(Utf8.isWellFormed(bytes, 0, bytes.length)).isFalse();
	}

	@Test
	void shouldKnowWellFormedBytes() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		for (int round = 0; round < 100_000; round++) {
			byte[] bytes = new byte[random.nextInt(24)];
			if (random.nextBoolean()) {
				random.nextBytes(bytes);
			}
			else {
				bytes = random.ints(random.nextInt(12), 0, 0x110000)
					.filter((point) -> point < 0xD800 || point > 0xDFFF)
					.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
					.toString()
					.getBytes(StandardCharsets.UTF_8);
			}
			boolean wellFormed = Arrays.equals(bytes, Utf8.mend(bytes, 0, bytes.length));
			assertThat(Utf8.isWellFormed(bytes, 0, bytes.length)).as("seed %d, round %d", seed, round)
				.isEqualTo(wellFormed);
		}
	}

	@Test
	@DisplayName("G27 the halves of a character that was cut are joined before they are handed on")
	void shouldJoinHalvesOfCharacters() {
		answer(stream(choice("\"delta\":{\"content\":\"a\\ud83d\"}"), choice("\"delta\":{\"content\":\"\\ude00b\"}"),
				choice("\"delta\":{\"reasoning\":\"c\\ud83d\"}"), choice("\"delta\":{\"content\":\"d\"}"),
				choice("\"delta\":{\"reasoning\":\"\\ude00\"}"),
				choice("\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"x\",\"function\":{\"name\":\"f\","
						+ "\"arguments\":\"{\\\"a\\\":\\\"\\ud83d\"}}]}"),
				choice("\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"\\ude00\\\"}\"}}]}"),
				finish("tool_calls"), "[DONE]"));
		AiMessage message = expectWellFormed(chunks(openAi()));
		assertThat(message.text()).isEqualTo("a😀bd");
		assertThat(message.reasoning()).isEqualTo("c😀");
		assertThat(message.toolCalls().get(0).arguments()).isEqualTo("{\"a\":\"😀\"}");
		answer(stream(START, blockStart(0, "{\"type\":\"thinking\",\"thinking\":\"\"}"),
				blockDelta(0, "{\"type\":\"thinking_delta\",\"thinking\":\"c\\ud83d\"}"),
				blockDelta(0, "{\"type\":\"thinking_delta\",\"thinking\":\"\\ude00\"}"), blockStop(0),
				blockStart(1, "{\"type\":\"text\",\"text\":\"\"}"),
				blockDelta(1, "{\"type\":\"text_delta\",\"text\":\"a\\ud83d\"}"),
				blockDelta(1, "{\"type\":\"text_delta\",\"text\":\"\\ude00b\"}"), blockStop(1), END_TURN, STOP));
		message = expectWellFormed(chunks(anthropic()));
		assertThat(message.text()).isEqualTo("a😀b");
		assertThat(message.reasoning()).isEqualTo("c😀");
		assertThat(message.details().toString()).contains("c😀");
	}

	@Test
	@DisplayName("G27 a half without its other half becomes a replacement character, also where an event repeats another")
	void shouldReplaceLoneHalves() {
		answer(stream(choice("\"delta\":{\"content\":\"x\"}"), choice("\"delta\":{\"content\":\"a\\ud83d\"}"),
				choice("\"delta\":{\"content\":\"b\"}"), choice("\"delta\":{\"content\":\"c\\ude00d\"}"),
				choice("\"delta\":{\"content\":\"e\\ud83d\"}"), finish("stop"), "[DONE]"));
		assertThat(expectWellFormed(chunks(openAi())).text()).isEqualTo("xa\uFFFDbc\uFFFDde\uFFFD");
		answer(stream(choice("\"delta\":{\"content\":\"e\\ud83d\"}"), "[DONE]"));
		assertThat(expectWellFormed(chunks(openAi())).text()).isEqualTo("e\uFFFD");
		answer(stream(START, blockDelta(0, "{\"type\":\"text_delta\",\"text\":\"e\"}"),
				blockStart(0, "{\"type\":\"text\",\"text\":\"\"}"),
				blockDelta(0, "{\"type\":\"text_delta\",\"text\":\"e\\ud83d\"}"), END_TURN, STOP));
		assertThat(expectWellFormed(chunks(anthropic())).text()).isEqualTo("ee\uFFFD");
	}

	@Test
	@DisplayName("G27 halves of characters in the items of a response are joined, lone ones replaced")
	void shouldJoinHalvesInItems() {
		String call = "{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"\"}";
		answer(stream(itemDelta("reasoning_text", 0, "c\\ud83d"), itemDelta("output_text", 1, "a\\ud83d"),
				itemDelta("reasoning_text", 0, "\\ude00"), itemDelta("output_text", 1, "\\ude00b"),
				itemDelta("output_text", 1, "c"), itemDelta("output_text", 1, "\\ud83d"),
				"{\"type\":\"response.output_item.added\",\"output_index\":2,\"item\":" + call + "}",
				itemDelta("function_call_arguments", 2, "{\\\"a\\\":\\\"\\ud83d"),
				itemDelta("function_call_arguments", 2, "\\ude00\\\"}"), completed()));
		AiMessage message = expectWellFormed(chunks(responses()));
		assertThat(message.text()).isEqualTo("a😀bc\uFFFD");
		assertThat(message.reasoning()).isEqualTo("c😀");
		assertThat(message.toolCalls().get(0).arguments()).isEqualTo("{\"a\":\"😀\"}");
	}

	@Test
	@DisplayName("what was kept of a text is handed on before the error that ends it")
	void shouldHandOnWhatWasKeptBeforeAnError() {
		answer(stream(choice("\"delta\":{\"content\":\"a\\ud83d\",\"refusal\":\"no\"}")));
		List<ChatChunk> chunks = new ArrayList<>();
		Throwable failure = openAi().stream(ProviderFixture.REQUEST)
			.doOnNext(chunks::add)
			.then()
			.materialize()
			.block(ProviderFixture.TIMEOUT)
			.getThrowable();
		assertThat(failure).isNotNull();
		AiMessage message = expectWellFormed(chunks);
		assertThat(message.text()).isEqualTo("a\uFFFD");
		assertThat(message.details()).containsEntry("refusal", "no");
	}

	private static AiMessage expectWellFormed(List<ChatChunk> chunks) {
		for (ChatChunk chunk : chunks) {
			List<String> texts = new ArrayList<>(List.of(chunk.text()));
			texts.add((chunk.reasoning() != null) ? chunk.reasoning() : "");
			chunk.toolCalls().stream().map(ToolCallChunk::arguments).forEach(texts::add);
			assertThat(texts).allMatch((text) -> StandardCharsets.UTF_8.newEncoder().canEncode(text));
		}
		return ProviderFixture.answer(chunks).generations().get(0).message();
	}

	private static byte[] bytes(String text, byte[] replacement) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		for (byte next : text.getBytes(StandardCharsets.UTF_8)) {
			if (next == '~') {
				bytes.writeBytes(replacement);
			}
			else {
				bytes.write(next);
			}
		}
		return bytes.toByteArray();
	}

}
