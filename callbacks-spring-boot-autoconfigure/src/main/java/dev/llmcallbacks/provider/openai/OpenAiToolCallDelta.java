package dev.llmcallbacks.provider.openai;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.provider.JsonCursor;

/**
 * Fragment of a tool call as it was sent.
 *
 * @param index the sender's number of the call, or {@code null} if it has none
 * @param id the call's id, or {@code null} if the fragment has none
 * @param name the tool's name or a part of it, or {@code null} if the fragment has none
 * @param arguments a fragment of the arguments' JSON text, possibly empty
 */
record OpenAiToolCallDelta(@Nullable Integer index, @Nullable String id, @Nullable String name, String arguments) {

	// Read a tool call, or the older protocol's function call.
	static OpenAiToolCallDelta read(JsonCursor json) {
		return readInto(json, new OpenAiToolCallDelta(null, null, null, ""));
	}

	private static OpenAiToolCallDelta readInto(JsonCursor json, OpenAiToolCallDelta read) {
		OpenAiToolCallDelta delta = read;
		for (String name = json.nextField(); name != null; name = json.nextField()) {
			switch (name) {
				case "index" -> {
					Integer index = json.isNull() ? null : Integer.valueOf(json.index());
					delta = new OpenAiToolCallDelta(index, delta.id, delta.name, delta.arguments);
				}
				case "id" -> {
					delta = new OpenAiToolCallDelta(delta.index, textOf(json), delta.name, delta.arguments);
				}
				case "name" -> {
					delta = new OpenAiToolCallDelta(delta.index, delta.id, textOf(json), delta.arguments);
				}
				case "arguments" -> {
					delta = new OpenAiToolCallDelta(delta.index, delta.id, delta.name, arguments(json));
				}
				case "function" -> {
					delta = json.enterObject() ? readInto(json, delta) : delta;
				}
				default -> json.skip();
			}
		}
		return delta;
	}

	/**
	 * Whether the fragment says nothing that could begin a call.
	 * @return whether there is neither id nor name nor arguments
	 */
	boolean isEmpty() {
		return this.id == null && this.name == null && this.arguments.isEmpty();
	}

	private static @Nullable String textOf(JsonCursor json) {
		String text = json.text();
		return (text != null && !text.isEmpty()) ? text : null;
	}

	private static String arguments(JsonCursor json) {
		if (json.isNull()) {
			return "";
		}
		String text = json.isText() ? json.text() : json.json();
		return (text != null) ? text : "";
	}

}
