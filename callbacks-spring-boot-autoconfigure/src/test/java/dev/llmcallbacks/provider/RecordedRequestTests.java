package dev.llmcallbacks.provider;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.web.reactive.function.client.WebClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.ResponseFormat;
import dev.llmcallbacks.message.Thinking;
import dev.llmcallbacks.message.ToolChoice;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.model.InvalidRequestException;
import dev.llmcallbacks.provider.SocketServer.Response;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Builds recorded requests that real services accepted with the library's own values, and
 * compares what is sent field by field. They lie in the folder that the system property
 * {@code llm.requests} names, which need not exist.
 */
class RecordedRequestTests {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private static final Map<String, Protocol> PROTOCOLS = Map.of("openai-chat-completions", Protocol.CHAT_COMPLETIONS,
			"openai-responses", Protocol.RESPONSES, "anthropic-messages", Protocol.ANTHROPIC);

	/** What the library adds, or writes in a form of its own. */
	private static final Set<String> OWN = Set.of("messages", "input", "stream", "stream_options", "store", "include",
			"instructions");

	/** Members of parts that are defaults, or of the recorded client alone. */
	private static final Set<String> LEFT = Set.of("detail", "filename", "title", "citations", "cache_control");

	static Stream<Path> requests() throws IOException {
		Path root = Path.of(System.getProperty("llm.requests", "../../shared/requests"));
		return Files.isDirectory(root) ? Files.list(root).filter((file) -> file.toString().endsWith(".json")).sorted()
				: Stream.empty();
	}

	@ParameterizedTest(allowZeroInvocations = true)
	@MethodSource("requests")
	@DisplayName("a request that a service accepted is written as it was, field by field")
	void shouldWriteRecordedRequest(Path file) {
		JsonNode recording = MAPPER.readTree(read(file));
		Protocol protocol = PROTOCOLS.get(recording.path("protocol").asString());
		ObjectNode expected = (ObjectNode) recording.path("request");
		expected.properties().removeIf((field) -> field.getValue().isNull());
		List<JsonNode> parts = parts(expected);
		ChatRequest request = new ChatRequest(messages(parts), options(expected, protocol), tools(expected, protocol));
		JsonNode sent = sent(protocol, request);
		for (Map.Entry<String, JsonNode> field : expected.properties()) {
			if (!OWN.contains(field.getKey())) {
				JsonNode actual = sent.path(field.getKey());
				boolean equal = actual.isNumber() && actual.asDouble() == field.getValue().asDouble(Double.NaN);
				if (!equal) {
					assertThat(actual).as(field.getKey()).isEqualTo(field.getValue());
				}
			}
		}
		List<JsonNode> sentParts = parts(sent);
		assertThat(sentParts).hasSameSizeAs(parts);
		for (int i = 0; i < parts.size(); i++) {
			assertThat(plain(sentParts.get(i))).isEqualTo(plain(parts.get(i)));
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file).replaceAll("[A-Za-z0-9+/=]*CUT-\\d+-CHARACTERS", "QUJD");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static JsonNode sent(Protocol protocol, ChatRequest request) {
		try (SocketServer server = SocketServer.answering(Response.json(500, "{}"))) {
			protocol.model(server.url(), WebClient.builder())
				.call(request)
				.onErrorComplete((ex) -> !(ex instanceof InvalidRequestException))
				.block(ProviderFixture.TIMEOUT);
			return MAPPER.readTree(server.requests().get(0).body());
		}
	}

	// The parts of messages that are media of the library's
	private static List<JsonNode> parts(JsonNode request) {
		List<JsonNode> parts = new ArrayList<>();
		for (JsonNode message : request.path(request.has("messages") ? "messages" : "input")) {
			if (message.path("role").asString("").equals("user")) {
				message.path("content").forEach((part) -> addPart(part, parts));
			}
		}
		return parts;
	}

	private static void addPart(JsonNode part, List<JsonNode> parts) {
		if (media(part) != null) {
			parts.add(part);
		}
	}

	private static JsonNode plain(JsonNode part) {
		ObjectNode plain = (ObjectNode) part.deepCopy();
		if (plain.path("image_url").isString() && plain.path("type").asString().equals("image_url")) {
			plain.set("image_url", MAPPER.createObjectNode().set("url", plain.path("image_url")));
		}
		strip(plain);
		return plain;
	}

	private static void strip(JsonNode node) {
		if (node instanceof ObjectNode object) {
			object.properties().removeIf((field) -> LEFT.contains(field.getKey()) || field.getValue().isNull());
		}
		node.forEach(RecordedRequestTests::strip);
	}

	private static List<ChatMessage> messages(List<JsonNode> parts) {
		return List.of(new HumanMessage("Look", parts.stream().map(RecordedRequestTests::media).toList()));
	}

	private static Media media(JsonNode part) {
		return switch (part.path("type").asString("")) {
			case "image_url" ->
				ofUrl("image/*", part.path("image_url").path("url").asString(part.path("image_url").asString("")));
			case "input_audio" -> ofUrl("audio/" + part.path("input_audio").path("format").asString(),
					"data:,;base64," + part.path("input_audio").path("data").asString());
			case "file" -> ofUrl("application/pdf", part.path("file").path("file_data").asString(""));
			case "input_image" -> ofUrl("image/*", part.path("image_url").asString(""));
			case "input_file" ->
				ofUrl("application/pdf", part.path("file_url").asString(part.path("file_data").asString("")));
			case "image",
					"document" ->
				part.path("source").has("url")
						? ofUrl("image".equals(part.path("type").asString()) ? "image/*" : "application/pdf",
								part.path("source").path("url").asString())
						: ofUrl(part.path("source").path("media_type").asString(""),
								"data:;base64," + part.path("source").path("data").asString(""));
			default -> null;
		};
	}

	private static Media ofUrl(String type, String url) {
		if (url.isEmpty() || url.endsWith("base64,") || type.isEmpty()) {
			return null;
		}
		int end = url.indexOf(';');
		boolean named = url.startsWith("data:") && end > "data:".length() && url.charAt("data:".length()) != ',';
		String mediaType = named ? url.substring("data:".length(), end) : type;
		return Media.of(mediaType,
				URI.create(url.startsWith("data:") ? "data:x;base64," + url.substring(url.lastIndexOf(',') + 1) : url));
	}

	private static ChatOptions options(ObjectNode request, Protocol protocol) {
		ChatOptions.Builder options = ChatOptions.builder();
		Map<String, Object> extra = new LinkedHashMap<>();
		for (Map.Entry<String, JsonNode> field : request.properties()) {
			JsonNode value = field.getValue();
			switch (field.getKey()) {
				case "model" -> options.model(value.asString());
				case "max_tokens", "max_output_tokens" -> options.maxTokens(value.asInt());
				case "temperature" -> options.temperature(value.doubleValue());
				case "top_p" -> options.topP(value.doubleValue());
				case "reasoning_effort" -> options.reasoningEffort(value.asString());
				case "prompt_cache_key" -> options.promptCacheKey(value.asString());
				case "parallel_tool_calls" -> parallel(request, value, options, extra);
				case "response_format" -> format(value, value.path("json_schema"), options, extra, "response_format");
				case "text" -> format(value.path("format"), value.path("format"), options, extra, "text");
				case "reasoning" -> reasoning(value, protocol, options, extra);
				case "thinking" -> thinking(value, protocol, options, extra);
				case "output_config" -> {
					options.reasoningEffort(value.path("effort").asString(null));
					extra.put("output_config", value(value));
				}
				case "tool_choice" -> toolChoice(value, protocol, request, options, extra);
				case "tools" -> strict(request, protocol, value, options, extra);
				default -> {
					if (!OWN.contains(field.getKey())) {
						extra.put(field.getKey(), value(value));
					}
				}
			}
		}
		return options.extraBody(extra).build();
	}

	private static void parallel(ObjectNode request, JsonNode value, ChatOptions.Builder options,
			Map<String, Object> extra) {
		if (request.has("tools")) {
			options.parallelToolCalls(value.booleanValue());
		}
		else {
			extra.put("parallel_tool_calls", value.booleanValue());
		}
	}

	private static Object value(JsonNode node) {
		return MAPPER.convertValue(node, Object.class);
	}

	private static void format(JsonNode format, JsonNode schema, ChatOptions.Builder options, Map<String, Object> extra,
			String field) {
		switch (format.path("type").asString("")) {
			case "json_object" -> options.responseFormat(ResponseFormat.json());
			case "json_schema" -> {
				if (schema.has("name") && schema.path("strict").asBoolean(false)) {
					options.responseFormat(ResponseFormat.jsonSchema(schema.path("name").asString(),
							MAPPER.convertValue(schema.path("schema"), new TypeReference<Map<String, Object>>() {
							})));
					if (schema.has("description")) {
						extra.put(field,
								Map.of("json_schema", Map.of("description", schema.path("description").asString())));
					}
				}
				else {
					extra.put(field, value(format));
				}
			}
			default -> extra.put(field, Map.of("format", value(format), "verbosity", "low"));
		}
	}

	private static void reasoning(JsonNode value, Protocol protocol, ChatOptions.Builder options,
			Map<String, Object> extra) {
		Map<String, Object> rest = new LinkedHashMap<>();
		value.properties().forEach((field) -> {
			boolean known = protocol == Protocol.RESPONSES && !field.getValue().isNull();
			if (known && field.getKey().equals("effort")) {
				options.reasoningEffort(field.getValue().asString());
			}
			else if (known && field.getKey().equals("summary")) {
				options.showReasoning(true);
			}
			else {
				rest.put(field.getKey(), value(field.getValue()));
			}
		});
		extra.put("reasoning", rest);
	}

	private static void thinking(JsonNode value, Protocol protocol, ChatOptions.Builder options,
			Map<String, Object> extra) {
		if (protocol != Protocol.ANTHROPIC) {
			extra.put("thinking", value(value));
			return;
		}
		options.thinking(value.has("budget_tokens") ? Thinking.budget(value.path("budget_tokens").asInt())
				: Thinking.valueOf(value.path("type").asString()));
		if (value.has("display")) {
			options.showReasoning(value.path("display").asString().equals("summarized"));
		}
	}

	private static void toolChoice(JsonNode value, Protocol protocol, ObjectNode request, ChatOptions.Builder options,
			Map<String, Object> extra) {
		String kind = value.isObject() ? value.path("type").asString() : value.asString();
		String name = value.path("name").asString(value.path("function").path("name").asString(""));
		ToolChoice choice = switch (kind) {
			case "auto" -> ToolChoice.AUTO;
			case "none" -> ToolChoice.NONE;
			case "any", "required" -> ToolChoice.REQUIRED;
			case "tool", "function" -> ToolChoice.tool(name);
			default -> null;
		};
		if (choice == null || !isFunctions(request.path("tools"), protocol)) {
			extra.put("tool_choice", value(value));
			return;
		}
		options.toolChoice(choice);
		if (value.has("disable_parallel_tool_use")) {
			options.parallelToolCalls(!value.path("disable_parallel_tool_use").booleanValue());
		}
	}

	private static boolean isFunctions(JsonNode tools, Protocol protocol) {
		boolean functions = !tools.isEmpty();
		for (JsonNode tool : tools) {
			JsonNode function = tool.has("function") ? tool.path("function") : tool;
			boolean plain = (protocol == Protocol.ANTHROPIC) ? !tool.has("type")
					: tool.path("type").asString().equals("function");
			functions &= plain && !tool.has("cache_control") && function.path("description").isString()
					&& isPlain(function) && (protocol != Protocol.RESPONSES || function.has("strict"));
		}
		return functions;
	}

	private static boolean isPlain(JsonNode function) {
		return Set.of("type", "name", "description", "parameters", "input_schema", "strict")
			.containsAll(function.propertyNames());
	}

	private static void strict(ObjectNode request, Protocol protocol, JsonNode tools, ChatOptions.Builder options,
			Map<String, Object> extra) {
		if (!isFunctions(tools, protocol)) {
			extra.put("tools", value(tools));
			return;
		}
		JsonNode first = tools.get(0).has("function") ? tools.get(0).path("function") : tools.get(0);
		if (first.has("strict")) {
			options.strictTools(first.path("strict").booleanValue());
		}
	}

	private static List<ToolDefinition> tools(ObjectNode request, Protocol protocol) {
		List<ToolDefinition> tools = new ArrayList<>();
		if (isFunctions(request.path("tools"), protocol)) {
			for (JsonNode tool : (ArrayNode) request.path("tools")) {
				JsonNode function = tool.has("function") ? tool.path("function") : tool;
				JsonNode schema = function.has("parameters") ? function.path("parameters")
						: function.path("input_schema");
				tools.add(new ToolDefinition(function.path("name").asString(), function.path("description").asString(),
						schema.toString()));
			}
		}
		return tools;
	}

}
