package dev.llmcallbacks.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Continues recorded conversations, and compares the next request with the one that the
 * real service accepted.
 */
class RecordedConversationTests {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private static final Pattern PLACE = Pattern.compile("/(messages|input)/(\\d+)(.*)");

	/** What a client adds, what is made unique, and what OpenAI refuses of reasoning. */
	private static final Set<String> LEFT = Set.of("cache_control", "call_id", "status");

	static List<RecordedConversation> conversations() {
		return RecordedConversation.all();
	}

	@ParameterizedTest(allowZeroInvocations = true)
	@MethodSource("conversations")
	@DisplayName("G34 the next request of a recorded conversation is as the service accepted it")
	void shouldContinueAsRecorded(RecordedConversation conversation) {
		JsonNode request = RoundTrip.sentBack(conversation.protocol(), conversation.response());
		int first = conversation.mustHold()
			.stream()
			.mapToInt((rule) -> index(rule.path("at").asString()))
			.min()
			.orElseThrow();
		for (JsonNode rule : conversation.mustHold()) {
			Matcher place = PLACE.matcher(rule.path("at").asString());
			if (place.matches()) {
				int index = Integer.parseInt(place.group(2));
				boolean items = conversation.protocol() == Protocol.RESPONSES;
				JsonNode ours = items ? sameItem(conversation.next().path("input"), first, index, request.path("input"))
						: request.path("messages").path(index - first + 1);
				JsonNode theirs = conversation.next().at(rule.path("at").asString());
				assertContains(rule, theirs, place.group(3).isEmpty() ? ours : ours.at(place.group(3)));
			}
		}
	}

	// Other clients leave items out: the item of the same type, counted in the same way
	private static JsonNode sameItem(JsonNode theirs, int first, int index, JsonNode ours) {
		String type = type(theirs.get(index));
		long position = IntStream.range(first, index).filter((i) -> type(theirs.get(i)).equals(type)).count();
		return IntStream.range(1, ours.size())
			.mapToObj(ours::get)
			.filter((item) -> type(item).equals(type))
			.skip(position)
			.findFirst()
			.orElseThrow();
	}

	private static String type(JsonNode item) {
		return item.path("type").asString("message");
	}

	private static int index(String place) {
		Matcher matcher = PLACE.matcher(place);
		return matcher.matches() ? Integer.parseInt(matcher.group(2)) : Integer.MAX_VALUE;
	}

	// Other clients leave things out, and write arguments anew
	private static void assertContains(JsonNode rule, JsonNode theirs, JsonNode ours) {
		if (type(theirs).equals("message") && theirs.path("role").asString("").equals("assistant")) {
			assertThat(plain(text(ours.path("content")))).isEqualTo(plain(text(theirs.path("content"))));
		}
		else if (theirs.isObject() && ours.isObject()) {
			theirs.properties().forEach((field) -> {
				if (!field.getValue().isNull() && !LEFT.contains(field.getKey())) {
					assertContains(rule, field.getValue(), ours.path(field.getKey()));
				}
			});
		}
		else if (theirs.isArray() && ours.isArray() && theirs.size() == ours.size()) {
			for (int i = 0; i < theirs.size(); i++) {
				assertContains(rule, theirs.get(i), ours.get(i));
			}
		}
		else if (rule.path("is").asString().startsWith("arguments: the same JSON")) {
			assertThat(MAPPER.readTree(ours.asString())).as(rule.toString())
				.isEqualTo(MAPPER.readTree(theirs.asString()));
		}
		else if (!rule.path("at").asString().contains("call_id") || !ours.asString().startsWith("call_")) {
			assertThat(ours).as(rule.toString()).isEqualTo(theirs);
		}
	}

	// One recorder wrote other quotation marks
	private static String plain(String text) {
		return text.replaceAll("[“”]", "\"").replaceAll("[‘’]", "'");
	}

	private static String text(JsonNode content) {
		return content.isString() ? content.asString() : String.join("", content.findValuesAsString("text"));
	}

	@ParameterizedTest(allowZeroInvocations = true)
	@MethodSource("conversations")
	@DisplayName("G34 the answer of a recorded conversation goes back as it came")
	void shouldSendAnswerBackAsItCame(RecordedConversation conversation) {
		if (conversation.stream()) {
			return;
		}
		JsonNode answer = MAPPER.readTree(conversation.answer());
		JsonNode request = RoundTrip.sentBack(conversation.protocol(), conversation.response());
		JsonNode sent = request.path("messages").path(1);
		if (conversation.protocol() == Protocol.ANTHROPIC) {
			assertThat(plain(sent.path("content"))).isEqualTo(plain(answer.path("content")));
			return;
		}
		if (conversation.protocol() == Protocol.RESPONSES) {
			List<JsonNode> input = new ArrayList<>();
			request.path("input").forEach(input::add);
			List<JsonNode> output = new ArrayList<>();
			answer.path("output").forEach((item) -> output.add(withoutNulls(item)));
			assertThat(input.stream().map(RecordedConversationTests::withoutNulls).toList())
				.containsSubsequence(output);
			return;
		}
		JsonNode message = answer.path("choices").path(0).path("message");
		for (String field : List.of("reasoning_content", "reasoning_details", "extra_content")) {
			assertThat(sent.path(field)).as(field).isEqualTo(message.path(field));
		}
	}

	// The status of reasoning is refused, and a null of a function call says nothing
	private static JsonNode withoutNulls(JsonNode item) {
		ObjectNode copy = (ObjectNode) item.deepCopy();
		copy.properties().removeIf((field) -> field.getValue().isNull());
		if (copy.path("type").asString().equals("reasoning")) {
			copy.remove("status");
		}
		return copy;
	}

	// Blocks without fields that say nothing
	private static List<JsonNode> plain(JsonNode blocks) {
		List<JsonNode> plain = new ArrayList<>();
		blocks.forEach((block) -> {
			JsonNode copy = block.deepCopy();
			if (copy.path("type").asString().equals("text") && copy.path("citations").isEmpty()) {
				((ObjectNode) copy).remove("citations");
			}
			plain.add(copy);
		});
		return plain;
	}

}
