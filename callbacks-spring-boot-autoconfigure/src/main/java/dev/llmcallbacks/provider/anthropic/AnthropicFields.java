package dev.llmcallbacks.provider.anthropic;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.provider.JsonCursor;
import dev.llmcallbacks.provider.RequestBody;
import dev.llmcallbacks.provider.ResponseLimits;

/**
 * Fields of a content block that is sent back, in their order. A value is kept as the
 * JSON text that was received until something is added to it.
 */
final class AnthropicFields {

	/** What a field takes besides its value, when it is counted. */
	private static final int FIELD_OVERHEAD = 16;

	private final ResponseLimits limits;

	/** JSON text, or a {@link StringBuilder} of a text, or {@link Elements} of a list. */
	private final Map<String, Object> values = new LinkedHashMap<>();

	AnthropicFields(ResponseLimits limits) {
		this.limits = limits;
	}

	static AnthropicFields parse(String json, ResponseLimits limits) {
		AnthropicFields fields = new AnthropicFields(limits);
		JsonCursor cursor = new JsonCursor();
		byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
		cursor.open(bytes, 0, bytes.length);
		for (String name = cursor.nextField(); name != null; name = cursor.nextField()) {
			fields.values.put(name, cursor.raw());
		}
		cursor.close();
		cursor.release();
		return fields;
	}

	void put(String name, String json) {
		this.limits.addText(name.length() + FIELD_OVERHEAD + json.length());
		this.values.put(name, json);
	}

	/**
	 * Add to a text.
	 * @param name the field's name
	 * @param text what is added
	 */
	void append(String name, String text) {
		Object value = this.values.get(name);
		if (!(value instanceof StringBuilder)) {
			value = new StringBuilder((textOf(value) instanceof String begun) ? begun : "");
			this.values.put(name, value);
		}
		((StringBuilder) value).append(text);
	}

	/**
	 * Add to a list.
	 * @param name the field's name
	 * @param json the JSON text of the next element
	 */
	void addElement(String name, String json) {
		Object value = this.values.get(name);
		if (!(value instanceof Elements)) {
			value = new Elements((value instanceof String known) ? known : "");
			this.values.put(name, value);
		}
		((Elements) value).add(json);
	}

	/**
	 * Add to a field of any kind: to a text if both are texts, else in place of what is
	 * there.
	 * @param name the field's name
	 * @param json the JSON text of what is added
	 */
	void add(String name, String json) {
		Object begun = textOf(this.values.get(name));
		if (json.startsWith("\"") && (begun != null || !this.values.containsKey(name))) {
			append(name, String.valueOf(JsonCursor.valueOf(json)));
		}
		else if (!json.equals("null")) {
			this.values.put(name, json);
		}
	}

	// The text of a value, or null if it is something else
	private static @Nullable Object textOf(@Nullable Object value) {
		if (value instanceof StringBuilder) {
			return value;
		}
		return (value instanceof String json && (json.startsWith("\"") || json.equals("null")))
				? String.valueOf(json.equals("null") ? "" : JsonCursor.valueOf(json)) : null;
	}

	Map<String, Object> toValues() {
		Map<String, Object> parsed = new LinkedHashMap<>();
		this.values.forEach((name, value) -> {
			Object read = JsonCursor.valueOf(json(value));
			if (read != null) {
				parsed.put(name, read);
			}
		});
		return parsed;
	}

	String toJson() {
		StringBuilder json = new StringBuilder("{");
		for (Map.Entry<String, Object> field : this.values.entrySet()) {
			json.append((json.length() > 1) ? "," : "")
				.append(RequestBody.json(field.getKey()))
				.append(':')
				.append(json(field.getValue()));
		}
		return json.append('}').toString();
	}

	private static String json(Object value) {
		return (value instanceof StringBuilder text) ? RequestBody.json(text.toString()) : value.toString();
	}

	/** The elements of a list. */
	private static final class Elements {

		/** The JSON text of the list without its closing bracket. */
		private final StringBuilder json;

		private boolean empty;

		private Elements(String list) {
			String begun = list.startsWith("[") ? list.substring(1, list.length() - 1).strip() : "";
			this.json = new StringBuilder("[").append(begun);
			this.empty = begun.isEmpty();
		}

		void add(String element) {
			this.json.append(this.empty ? "" : ",").append(element);
			this.empty = false;
		}

		@Override
		public String toString() {
			return this.json + "]";
		}

	}

}
