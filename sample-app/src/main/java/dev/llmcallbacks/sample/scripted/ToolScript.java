package dev.llmcallbacks.sample.scripted;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ToolCallChunk;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.test.ScriptedAnswer;

/**
 * Which tools are called for what, and what is made of their answers. Not clever: the
 * first two tools are called, with the question itself where a text is wanted, and with
 * the choice that the question mentions where there is a choice.
 */
final class ToolScript {

	private static final int MAX_CALLS = 2;

	private static final JsonMapper json = JsonMapper.builder().build();

	private ToolScript() {
	}

	/**
	 * Request some tools at the same time.
	 * @param prompt the question
	 * @param tools the tools that are offered
	 * @return the calls, their arguments in fragments such as a model streams
	 */
	static ScriptedAnswer calls(String prompt, List<ToolDefinition> tools) {
		List<ChatChunk> chunks = IntStream.range(0, Math.min(MAX_CALLS, tools.size()))
			.boxed()
			.flatMap((index) -> fragments(index, prompt, tools.get(index)))
			.map((call) -> new ChatChunk(0, "", null, List.of(call), null, null, null, null, null, Map.of()))
			.toList();
		return (request) -> Flux.fromIterable(chunks);
	}

	private static Stream<ToolCallChunk> fragments(int index, String prompt, ToolDefinition tool) {
		String id = "call_" + UUID.randomUUID().toString().replace("-", "");
		String arguments = json
			.writeValueAsString(arguments(prompt, json.readTree(tool.inputSchema()).path("properties")));
		return Stream.concat(Stream.of(new ToolCallChunk(index, id, tool.name(), "")),
				Script.tokens(arguments).stream().map((piece) -> new ToolCallChunk(index, null, null, piece)));
	}

	/**
	 * Answer with what the tools have answered.
	 * @param results the tools' answers
	 * @return the tokens of the whole answer
	 */
	static List<String> answer(List<String> results) {
		return Script.tokens("I have looked that up. " + String.join(" ", results));
	}

	private static Map<String, Object> arguments(String prompt, JsonNode properties) {
		Map<String, Object> arguments = new LinkedHashMap<>();
		properties.properties()
			.forEach((property) -> arguments.put(property.getKey(), value(prompt, property.getValue())));
		return arguments;
	}

	private static Object value(String prompt, JsonNode schema) {
		if (schema.path("enum").isArray()) {
			return choice(prompt.toLowerCase(Locale.ROOT), schema.path("enum"));
		}
		return switch (schema.path("type").asString("")) {
			case "integer", "number" -> 1;
			case "boolean" -> true;
			case "array" -> List.of();
			case "object" -> arguments(prompt, schema.path("properties"));
			default -> prompt;
		};
	}

	private static String choice(String prompt, JsonNode choices) {
		return StreamSupport.stream(choices.spliterator(), false)
			.map((choice) -> choice.asString(""))
			.filter((choice) -> prompt.contains(choice.toLowerCase(Locale.ROOT)))
			.findFirst()
			.orElse(choices.path(0).asString(""));
	}

}
