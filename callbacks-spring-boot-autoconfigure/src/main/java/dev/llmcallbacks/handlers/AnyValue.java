package dev.llmcallbacks.handlers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import tools.jackson.databind.node.ObjectNode;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;

/**
 * A value of no declared type as JSON. The library's own values, alone or in lists and
 * maps, are written with their type under {@code @type} and come back as they were;
 * anything else is written as Jackson writes it and comes back as a JSON value: a text,
 * number, truth value, list or map. What Jackson cannot write becomes a text.
 */
final class AnyValue {

	private static final String TYPE = "@type";

	private static final Map<String, Class<?>> TYPES = Stream
		.of(AiMessage.class, ChatChunk.class, ChatResponse.class, Document.class, HumanMessage.class, LlmResult.class,
				SystemMessage.class, ToolCall.class, ToolMessage.class)
		.collect(Collectors.toUnmodifiableMap(Class::getSimpleName, (type) -> type));

	private AnyValue() {
	}

	private static JsonNode toNode(@Nullable Object value, SerializationContext context) {
		if (value instanceof List<?> list) {
			return context.valueToTree(list.stream().map((element) -> toNode(element, context)).toList());
		}
		if (value instanceof Map<?, ?> map) {
			Map<String, JsonNode> nodes = new LinkedHashMap<>();
			map.forEach((key, element) -> nodes.put(String.valueOf(key), toNode(element, context)));
			return context.valueToTree(nodes);
		}
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
			return context.valueToTree(String.valueOf(value));
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
			context.writeTree(generator, toNode(value, context));
		}

	}

	static final class Deserializer extends ValueDeserializer<Object> {

		@Override
		public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
			return fromNode(context.readTree(parser), context);
		}

	}

}
