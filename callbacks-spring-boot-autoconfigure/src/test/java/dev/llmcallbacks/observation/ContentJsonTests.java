package dev.llmcallbacks.observation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link ContentJson}.
 */
class ContentJsonTests {

	private static final JsonMapper MAPPER = new JsonMapper();

	private static final int UNLIMITED = Integer.MAX_VALUE;

	private static final String[] ALPHABET = { "a", " ", "\"", "\\", "\n", "\u0000", "\u001b", "é", "\u0085", "\u2028",
			"\u202e", "漢", "😀", "\ud83d", "\ude00", "{", "}", "[", "]", ",", ":", "1", "null", "\"a\":" };

	@Test
	void shouldWriteWhatFitsAsItIs() {
		Map<String, Object> message = message("Hello \"you\" 😀\n");
		String json = new ContentJson(1000).latest(List.of(message), 0, ContentJsonTests::mark);
		assertThat(json).isEqualTo("[{\"role\":\"user\",\"content\":\"Hello \\\"you\\\" 😀\\n\"}]");
	}

	@Test
	void shouldCutTextsToTheSameLengthBeforeLeavingOutAny() {
		List<Map<String, Object>> messages = List.of(message("a".repeat(5_000)), message("short"),
				message("b".repeat(5_000)));
		JsonNode json = MAPPER.readTree(new ContentJson(2_000).latest(messages, 0, ContentJsonTests::mark));
		assertThat(json).hasSize(3);
		assertThat(json.get(1).get("content").asString()).isEqualTo("short");
		String first = json.get(0).get("content").asString();
		String last = json.get(2).get("content").asString();
		assertThat(first).startsWith("a".repeat(700)).endsWith("characters cut]");
		assertThat(last).hasSameSizeAs(first).startsWith("bbb");
	}

	@Test
	void shouldLeaveOutTheOldestWithAMark() {
		List<Map<String, Object>> messages = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			messages.add(message("message " + i));
		}
		JsonNode json = MAPPER.readTree(new ContentJson(1_000).latest(messages, 7, ContentJsonTests::mark));
		assertThat(json.size()).isBetween(10, 40);
		assertThat(json.get(0).get("content").asString()).isEqualTo((107 - (json.size() - 1)) + " left out");
		assertThat(json.get(json.size() - 1).get("content").asString()).isEqualTo("message 99");
	}

	@Test
	void shouldLeaveOutTheLastOfAListThatBeginsWithTheMostImportant() {
		List<Map<String, Object>> documents = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			documents.add(message("document " + i));
		}
		JsonNode json = MAPPER.readTree(new ContentJson(1_000).first(documents, 0, ContentJsonTests::mark));
		assertThat(json.get(0).get("content").asString()).isEqualTo("document 0");
		assertThat(json.get(json.size() - 1).get("content").asString()).endsWith("left out");
	}

	@Test
	void shouldKeepTheStructureOfArgumentsThatAreCut() {
		String arguments = MAPPER.writeValueAsString(Map.of("query", "x".repeat(900)));
		JsonNode json = MAPPER.readTree(new ContentJson(600).single(new ContentJson.Json(arguments)));
		assertThat(json.get("query").asString()).startsWith("xxx").endsWith("characters cut]");
		JsonNode list = MAPPER.readTree(new ContentJson(600)
			.single(new ContentJson.Json(MAPPER.writeValueAsString(Map.of("n", new int[500])))));
		assertThat(list.get("n").get(0).asInt()).isZero();
		assertThat(list.get("n").get(list.get("n").size() - 1).asString()).isEqualTo("…");
	}

	@Test
	void shouldWriteArgumentsThatAreNotJsonAsAString() {
		for (String arguments : List.of("", "{\"a\":", "no json", "{} {}", "{\"a\":1}x", "NaN", "x".repeat(5_000))) {
			JsonNode json = MAPPER.readTree(new ContentJson(600).single(new ContentJson.Json(arguments)));
			assertThat(json.isString()).as(arguments).isTrue();
		}
		assertThat(new ContentJson(600).single(new ContentJson.Json("{\"n\": 1.10e5, \"b\": [true, null]}")))
			.isEqualTo("{\"n\":1.10e5,\"b\":[true,null]}");
	}

	@Test
	void shouldNotSplitPairsOfSurrogates() {
		String faces = "😀".repeat(1_000);
		for (int length = 256; length < 300; length++) {
			assertThat(new ContentJson(length).plain(faces)).hasSizeLessThanOrEqualTo(length)
				.satisfies(ContentJsonTests::isWellFormed)
				.endsWith("cut]");
			String json = new ContentJson(length).single(new ContentJson.Text(faces));
			assertThat(json).hasSizeLessThanOrEqualTo(length).satisfies(ContentJsonTests::isWellFormed);
		}
	}

	@Test
	void shouldEscapeControlsOfTerminals() {
		String text = "a\u001b[2J\u009b\u2028\u202e\u007f";
		String json = new ContentJson(1_000).single(new ContentJson.Text(text));
		assertThat(json).matches("[\\x20-\\x7e]*");
		assertThat(MAPPER.readTree(json).asString()).isEqualTo(text);
	}

	@Test
	@Timeout(60)
	void shouldTakeTimeByTheLimitAndNotByTheSizeOfTheContent() {
		String large = "\u0001{[".repeat(5_000_000);
		List<Map<String, Object>> messages = new ArrayList<>();
		for (int i = 0; i < 10_000; i++) {
			Map<String, Object> message = message(large);
			message.put("arguments", new ContentJson.Json(large));
			messages.add(message);
		}
		ContentJson json = new ContentJson(16_384);
		assertThat(MAPPER.readTree(json.latest(messages, 0, ContentJsonTests::mark)).size()).isPositive();
		assertThatNoException().isThrownBy(() -> MAPPER.readTree(json.single(new ContentJson.Json(large))));
	}

	@ParameterizedTest
	@ValueSource(ints = { 256, 300, 1_000, 16_384, UNLIMITED })
	void shouldAlwaysBeValidAndWithinTheLimit(int limit) {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		ContentJson json = new ContentJson(limit);
		for (int round = 0; round < 40; round++) {
			List<Map<String, Object>> list = list(random);
			int already = random.nextBoolean() ? 0 : random.nextInt(1_000_000);
			String arguments = arguments(random);
			String text = text(random, 20_000);
			List<String> written = List.of(json.latest(list, already, ContentJsonTests::mark),
					json.first(list, already, ContentJsonTests::mark), json.single(new ContentJson.Json(arguments)),
					json.single(new ContentJson.Text(text)), json.single(list));
			assertThat(written).as("seed %d, round %d", seed, round).allSatisfy((it) -> {
				assertThat(it.length()).isLessThanOrEqualTo(limit);
				assertThat(it).satisfies(ContentJsonTests::isWellFormed);
				assertThatNoException().isThrownBy(() -> MAPPER.readTree(it));
			});
			assertThat(json.plain(text).length()).isLessThanOrEqualTo(limit);
			isWellFormed(json.plain(text));
		}
	}

	private static List<Map<String, Object>> list(Random random) {
		List<Map<String, Object>> list = new ArrayList<>();
		int size = random.nextInt((random.nextInt(10) == 0) ? 600 : 6);
		for (int i = 0; i < size; i++) {
			Map<String, Object> message = message(text(random, (random.nextInt(10) == 0) ? 20_000 : 300));
			if (random.nextInt(3) == 0) {
				message.put("arguments", new ContentJson.Json(arguments(random)));
			}
			list.add(message);
		}
		return list;
	}

	private static String text(Random random, int most) {
		StringBuilder text = new StringBuilder();
		int size = random.nextInt(most);
		while (text.length() < size) {
			text.append(ALPHABET[random.nextInt(ALPHABET.length)]);
		}
		return text.toString();
	}

	// valid, cut off, or of nothing but brackets
	private static String arguments(Random random) {
		return switch (random.nextInt(4)) {
			case 0 -> text(random, 2_000);
			case 1 -> "[".repeat(random.nextInt(2_000));
			case 2 -> "{\"a\":".repeat(random.nextInt(400)) + "1";
			default -> {
				Map<String, Object> members = new LinkedHashMap<>();
				for (int i = random.nextInt(20); i > 0; i--) {
					members.put(wellFormed(text(random, 200)),
							random.nextBoolean() ? wellFormed(text(random, 3_000)) : List.of(random.nextInt(), true));
				}
				yield MAPPER.writeValueAsString(members);
			}
		};
	}

	private static String wellFormed(String text) {
		return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
	}

	private static void isWellFormed(String text) {
		assertThat(wellFormed(text).equals(text)).as("has unpaired surrogates").isTrue();
	}

	private static Map<String, Object> message(String content) {
		Map<String, Object> message = new LinkedHashMap<>();
		message.put("role", "user");
		message.put("content", new ContentJson.Text(content));
		return message;
	}

	private static Map<String, Object> mark(int missing) {
		return message(missing + " left out");
	}

}
