package dev.llmcallbacks.provider.openai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.provider.JsonCursor;
import dev.llmcallbacks.provider.RequestBody;

/**
 * Item of a response's output as it was sent: a message, reasoning, a call of a function,
 * or what a tool on the provider's side did. Items of unknown types are kept like the
 * others.
 */
final class ResponsesItem {

	private static final String STATUS = "status";

	private static final String FUNCTION_CALL = "function_call";

	private static final String REASONING = "reasoning";

	/** The fields of a function call that a tool call has names for. */
	private static final Map<String, String> KNOWN = Map.of("type", "", "call_id", "", "name", "", "arguments", "");

	/** In the place of an item that need not be read. */
	static final ResponsesItem NOT_READ = new ResponsesItem();

	private final StringBuilder text = new StringBuilder();

	private final StringBuilder reasoning = new StringBuilder();

	private final StringBuilder refusal = new StringBuilder();

	private String type = "";

	private @Nullable String callId;

	private @Nullable String name;

	private String arguments = "";

	private boolean hasStatus;

	private boolean hasLogprobs;

	private boolean hasAnnotations;

	private String json = "";

	/**
	 * Read an item.
	 * @param json stands on the value; what is not an object is an item of no type
	 * @return the item
	 */
	static ResponsesItem read(JsonCursor json) {
		ResponsesItem item = new ResponsesItem();
		if (json.isObject()) {
			int start = json.valueStart();
			json.enterObject();
			for (String field = json.nextField(); field != null; field = json.nextField()) {
				item.readField(field, json);
			}
			item.json = json.rawFrom(start);
		}
		else {
			json.skip();
		}
		return item;
	}

	private void readField(String field, JsonCursor json) {
		switch (field) {
			case "type" -> {
				this.type = orEmpty(json.text());
			}
			case "call_id" -> {
				this.callId = json.text();
			}
			case "name" -> {
				this.name = json.text();
			}
			case "arguments" -> {
				this.arguments = json.isNull() ? "" : json.isText() ? orEmpty(json.text()) : json.raw();
			}
			case STATUS -> {
				this.hasStatus = true;
				json.skip();
			}
			case "content", "summary" -> readParts(json);
			default -> json.skip();
		}
	}

	private void readParts(JsonCursor json) {
		if (json.enterArray()) {
			while (json.nextElement()) {
				if (json.enterObject()) {
					readPart(json);
				}
			}
		}
	}

	private void readPart(JsonCursor json) {
		String kind = "";
		String read = "";
		for (String field = json.nextField(); field != null; field = json.nextField()) {
			switch (field) {
				case "type" -> {
					kind = orEmpty(json.text());
				}
				case "text", "refusal" -> {
					read = orEmpty(json.text());
				}
				case ResponsesOutput.LOGPROBS -> {
					this.hasLogprobs |= isFilled(json);
				}
				case ResponsesOutput.ANNOTATIONS -> {
					this.hasAnnotations |= isFilled(json);
				}
				default -> json.skip();
			}
		}
		switch (kind) {
			case "output_text" -> this.text.append(read);
			case "refusal" -> this.refusal.append(read);
			case "summary_text", "reasoning_text" -> this.reasoning.append(read);
			default -> {
				// of a message of the user's, which a compacted conversation repeats
			}
		}
	}

	private static boolean isFilled(JsonCursor json) {
		boolean filled = false;
		if (json.enterArray()) {
			while (json.nextElement()) {
				filled = true;
				json.skip();
			}
		}
		return filled;
	}

	private static String orEmpty(@Nullable String text) {
		return (text != null) ? text : "";
	}

	boolean isFunctionCall() {
		return this.type.equals(FUNCTION_CALL);
	}

	boolean isReasoning() {
		return this.type.equals(REASONING);
	}

	boolean isMessage() {
		return this.type.equals("message");
	}

	String text() {
		return this.text.toString();
	}

	String reasoning() {
		return this.reasoning.toString();
	}

	String refusal() {
		return this.refusal.toString();
	}

	boolean hasLogprobs() {
		return this.hasLogprobs;
	}

	boolean hasAnnotations() {
		return this.hasAnnotations;
	}

	/**
	 * Return what a list of all parts of a message holds.
	 * @param field the name of the list
	 * @return the elements, in their order
	 */
	List<?> listOfParts(String field) {
		List<Object> all = new ArrayList<>();
		if (JsonCursor.valueOf(this.json) instanceof Map<?, ?> fields
				&& fields.get("content") instanceof List<?> parts) {
			for (Object part : parts) {
				if (part instanceof Map<?, ?> values && values.get(field) instanceof List<?> list) {
					all.addAll(list);
				}
			}
		}
		return all;
	}

	@Nullable String callId() {
		return this.callId;
	}

	@Nullable String name() {
		return this.name;
	}

	String arguments() {
		return this.arguments;
	}

	/**
	 * Return the item as it goes back: as it came, but for the status of reasoning, which
	 * is refused there.
	 * @return the JSON text of an object; empty if the item was not one
	 */
	String toInput() {
		if (!isReasoning() || !this.hasStatus) {
			return this.json;
		}
		Map<String, Object> fields = RequestBody.rawFields(this.json);
		fields.remove(STATUS);
		return RequestBody.json(fields);
	}

	/**
	 * Return the fields of a function call that are not those of every tool call.
	 * @return the values by name
	 */
	Map<String, Object> details() {
		Map<String, Object> details = new LinkedHashMap<>();
		if (JsonCursor.valueOf(this.json) instanceof Map<?, ?> fields) {
			fields.forEach((field, value) -> {
				if (value != null && !KNOWN.containsKey(String.valueOf(field))) {
					details.put(String.valueOf(field), value);
				}
			});
		}
		return details;
	}

}
