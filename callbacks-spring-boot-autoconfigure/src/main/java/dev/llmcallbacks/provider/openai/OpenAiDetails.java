package dev.llmcallbacks.provider.openai;

import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.provider.JsonCursor;
import dev.llmcallbacks.provider.ResponseLimits;

/**
 * Fields of messages and tool calls that OpenAI's protocol does not know, and that other
 * servers need to see again: signatures of thoughts and the like.
 */
final class OpenAiDetails {

	/** The detail that names the fields in which the reasoning was sent. */
	static final String REASONING_FIELD = "reasoning_field";

	/** The fields in which reasoning is sent as one text. */
	static final List<String> REASONING_FIELDS = List.of("reasoning_content", "reasoning", "reasoning_text");

	/** The fields of a message that go back as they came. */
	static final List<String> FIELDS = List.of(OpenAiReasoningDetails.NAME, OpenAiReasoningDetails.THINKING_BLOCKS,
			"extra_content", "thought_signature", "reasoning_opaque");

	/** What a field takes besides its name and value, when it is counted. */
	private static final int FIELD_OVERHEAD = 16;

	private OpenAiDetails() {
	}

	/**
	 * Read a field, unless its value says nothing.
	 * @param name the field's name
	 * @param json stands on the value
	 * @param details takes the field
	 * @param limits the limits of the response
	 */
	static void read(String name, JsonCursor json, Map<String, Object> details, ResponseLimits limits) {
		String text = json.raw();
		Object value = JsonCursor.valueOf(text);
		if (value != null && !isEmpty(value)) {
			limits.addText(name.length() + FIELD_OVERHEAD + text.length());
			details.merge(name, value, OpenAiDetails::merge);
		}
	}

	/**
	 * Merge two values of a field: objects field by field, of all others the later one
	 * counts. Both belong to the reader, and the earlier one is changed.
	 * @param earlier the value that was read earlier
	 * @param later the value that was read later
	 * @return the merged value
	 */
	@SuppressWarnings("unchecked")
	static Object merge(Object earlier, Object later) {
		if (!(earlier instanceof Map<?, ?>) || !(later instanceof Map<?, ?> added)) {
			return later;
		}
		Map<Object, @Nullable Object> merged = (Map<Object, @Nullable Object>) earlier;
		added.forEach((name, value) -> {
			Object before = merged.get(name);
			merged.put(name, (before != null && value != null) ? merge(before, value) : value);
		});
		return merged;
	}

	// Some servers send every field of their model, filled or not
	private static boolean isEmpty(@Nullable Object value) {
		if (value instanceof Map<?, ?> map) {
			return map.values().stream().allMatch(OpenAiDetails::isEmpty);
		}
		return value == null || value.equals("") || (value instanceof Collection<?> list && list.isEmpty());
	}

	/**
	 * Add the reasoning of an answer to its message, in the field in which it came.
	 * @param answer the answer
	 * @param details its details, which go back
	 * @param message the message as it is written
	 */
	static void writeReasoning(AiMessage answer, Map<String, Object> details, Map<String, Object> message) {
		if (!(details.get(REASONING_FIELD) instanceof String fields)) {
			return;
		}
		boolean inParts = details.containsKey(OpenAiReasoningDetails.NAME);
		String reasoning = (answer.reasoning() != null) ? answer.reasoning() : "";
		for (String field : fields.split(",")) {
			boolean needed = field.equals("reasoning_content") || (!reasoning.isEmpty() && !inParts);
			if (needed && REASONING_FIELDS.contains(field)) {
				message.put(field, reasoning);
			}
		}
	}

}
