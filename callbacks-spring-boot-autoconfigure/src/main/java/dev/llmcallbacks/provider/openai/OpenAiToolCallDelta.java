package dev.llmcallbacks.provider.openai;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.provider.JsonCursor;
import dev.llmcallbacks.provider.ResponseLimits;

/**
 * Fragment of a tool call as it was sent.
 *
 * @param index the sender's number of the call, or {@code null} if it has none
 * @param id the call's id, or {@code null} if the fragment has none
 * @param name the tool's name or a part of it, or {@code null} if the fragment has none
 * @param arguments a fragment of the arguments' JSON text, possibly empty
 * @param details all other fields that say anything; they go back with the call
 */
record OpenAiToolCallDelta(@Nullable Integer index, @Nullable String id, @Nullable String name, String arguments,
		Map<String, Object> details) {

	/**
	 * Read a tool call, or the older protocol's function call.
	 * @param json stands in the object
	 * @param limits the limits of the response
	 * @return the fragment
	 */
	static OpenAiToolCallDelta read(JsonCursor json, ResponseLimits limits) {
		Reader reader = new Reader(limits);
		reader.read(json, true);
		return new OpenAiToolCallDelta(reader.index, reader.id, reader.name, reader.arguments,
				(reader.details != null) ? reader.details : Map.of());
	}

	/**
	 * Whether the fragment says nothing that could begin a call.
	 * @return whether there is neither id nor name nor arguments
	 */
	boolean isEmpty() {
		return this.id == null && this.name == null && this.arguments.isEmpty();
	}

	/** The fields as they are read. */
	private static final class Reader {

		private final ResponseLimits limits;

		private @Nullable Integer index;

		private @Nullable String id;

		private @Nullable String name;

		private String arguments = "";

		private @Nullable Map<String, Object> details;

		private Reader(ResponseLimits limits) {
			this.limits = limits;
		}

		private void read(JsonCursor json, boolean outer) {
			for (String field = json.nextField(); field != null; field = json.nextField()) {
				switch (field) {
					case "index" -> {
						this.index = json.isNull() ? null : Integer.valueOf(json.index());
					}
					case "id" -> {
						this.id = textOf(json);
					}
					case "name" -> {
						this.name = textOf(json);
					}
					case "arguments" -> {
						this.arguments = argumentsOf(json);
					}
					case "function" -> {
						if (json.enterObject()) {
							read(json, false);
						}
					}
					case "type" -> json.skip();
					default -> {
						if (outer) {
							OpenAiDetails.read(field, json, details(), this.limits);
						}
						else {
							json.skip();
						}
					}
				}
			}
		}

		private Map<String, Object> details() {
			this.details = (this.details != null) ? this.details : new LinkedHashMap<>();
			return this.details;
		}

		private static @Nullable String textOf(JsonCursor json) {
			String text = json.text();
			return (text != null && !text.isEmpty()) ? text : null;
		}

		private static String argumentsOf(JsonCursor json) {
			if (json.isNull()) {
				return "";
			}
			String text = json.isText() ? json.text() : json.raw();
			return (text != null) ? text : "";
		}

	}

}
