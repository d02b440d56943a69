package dev.llmcallbacks.handlers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;

/**
 * Writes and reads a value without a declared type. The library's own values, alone or in
 * lists and maps, are written with their type under {@code @type} and are read as they
 * were; any other value is written as Jackson writes it and is read as a JSON value: a
 * string, number, boolean, list or map. A value that Jackson cannot write becomes a
 * string.
 */
final class AnyValue {

	private static final String TYPE = "@type";

	private static final Map<String, Class<?>> TYPES = Stream
		.of(AiMessage.class, ChatChunk.class, ChatResponse.class, Document.class, HumanMessage.class, LlmResult.class,
				Media.class, SystemMessage.class, ToolCall.class, ToolMessage.class)
		.collect(Collectors.toUnmodifiableMap(Class::getSimpleName, (type) -> type));

	private static final int MAX_DEPTH = 500;

	/** In the place of what is nested deeper, or contains itself. */
	private static final String CUT_OFF = "(nested too deeply)";

	private AnyValue() {
	}

	private static JsonNode toNode(@Nullable Object value, SerializationContext context, Set<Object> enclosing) {
		if (!(value instanceof List<?> || value instanceof Map<?, ?>)) {
			return toTypedNode(value, context);
		}
		if (enclosing.size() == MAX_DEPTH || !enclosing.add(value)) {
			return JsonNodeFactory.instance.stringNode(CUT_OFF);
		}
		JsonNode node = (value instanceof List<?> list) ? toArray(list, context, enclosing)
				: toObject((Map<?, ?>) value, context, enclosing);
		enclosing.remove(value);
		return node;
	}

	private static JsonNode toArray(List<?> list, SerializationContext context, Set<Object> enclosing) {
		ArrayNode array = JsonNodeFactory.instance.arrayNode();
		list.forEach((element) -> array.add(toNode(element, context, enclosing)));
		return array;
	}

	private static JsonNode toObject(Map<?, ?> map, SerializationContext context, Set<Object> enclosing) {
		ObjectNode object = JsonNodeFactory.instance.objectNode();
		map.forEach((key, element) -> object.set(String.valueOf(key), toNode(element, context, enclosing)));
		return object;
	}

	private static JsonNode toTypedNode(@Nullable Object value, SerializationContext context) {
		JsonNode node = toPlainNode(value, context);
		if (value != null && TYPES.containsValue(value.getClass())) {
			((ObjectNode) node).put(TYPE, value.getClass().getSimpleName());
		}
		return node;
	}

	private static JsonNode toPlainNode(@Nullable Object value, SerializationContext context) {
		try {
			return context.valueToTree(value);
		}
		catch (JacksonException | StackOverflowError ex) {
			return context.valueToTree(textOf(value));
		}
	}

	// A value that Jackson finds too deep may contain itself, and overflow the stack
	// again
	private static String textOf(@Nullable Object value) {
		try {
			return String.valueOf(value);
		}
		catch (StackOverflowError ex) {
			return CUT_OFF;
		}
	}

	private static @Nullable Object fromNode(JsonNode node, DeserializationContext context) {
		if (node.isArray()) {
			List<@Nullable Object> list = new ArrayList<>();
			node.forEach((element) -> list.add(fromNode(element, context)));
			return list;
		}
		if (!node.isObject()) {
			return context.readTreeAsValue(node, Object.class);
		}
		Class<?> type = TYPES.get(node.path(TYPE).asString(""));
		if (type != null) {
			return context.readTreeAsValue(node, type);
		}
		Map<String, @Nullable Object> map = new LinkedHashMap<>();
		node.forEachEntry((key, element) -> map.put(key, fromNode(element, context)));
		return map;
	}

	static final class Serializer extends ValueSerializer<Object> {

		@Override
		public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
			context.writeTree(generator, toNode(value, context, Collections.newSetFromMap(new IdentityHashMap<>())));
		}

	}

	static final class Deserializer extends ValueDeserializer<Object> {

		@Override
		public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
			return fromNode(context.readTree(parser), context);
		}

	}

}
