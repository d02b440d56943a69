package dev.llmcallbacks.provider.openai;

import java.util.ArrayList;
import java.util.List;

import dev.llmcallbacks.provider.JsonCursor;
import dev.llmcallbacks.provider.ResponseLimits;

/**
 * Content that is a list of parts, as Mistral sends it. A part is a text or an object
 * with one; thinking is a text, or a list of parts within a part.
 *
 * @param text the texts
 * @param reasoning the texts of thinking
 * @param parts the parts that are more than a text and are sent back as they came
 */
record OpenAiContentParts(String text, String reasoning, List<OpenAiPart> parts) {

	/**
	 * Read the parts.
	 * @param json stands on the list
	 * @param limits the limits of the response
	 * @return the parts
	 */
	static OpenAiContentParts read(JsonCursor json, ResponseLimits limits) {
		StringBuilder texts = new StringBuilder();
		StringBuilder thoughts = new StringBuilder();
		List<OpenAiPart> parts = new ArrayList<>();
		json.enterArray();
		while (json.nextElement()) {
			if (json.isText()) {
				append(json, texts);
			}
			else if (json.isObject()) {
				int start = json.valueStart();
				int before = texts.length();
				json.enterObject();
				if (!readPart(json, texts, thoughts)) {
					String raw = json.rawFrom(start);
					limits.addText(raw.length());
					parts.add(new OpenAiPart(before, raw));
				}
			}
			else {
				json.skip();
			}
		}
		return new OpenAiContentParts(texts.toString(), thoughts.toString(), parts);
	}

	private static void readNested(JsonCursor json, StringBuilder texts, StringBuilder thoughts) {
		json.enterArray();
		while (json.nextElement()) {
			if (json.isText()) {
				append(json, texts);
			}
			else if (json.enterObject()) {
				readPart(json, texts, thoughts);
			}
		}
	}

	// Return whether the part is nothing but a text
	private static boolean readPart(JsonCursor json, StringBuilder texts, StringBuilder thoughts) {
		boolean plain = true;
		for (String name = json.nextField(); name != null; name = json.nextField()) {
			switch (name) {
				case "text" -> append(json, texts);
				case "type" -> {
					plain &= "text".equals(json.text());
				}
				case "thinking" -> {
					plain = false;
					if (json.isArray()) {
						readNested(json, thoughts, thoughts);
					}
					else {
						append(json, thoughts);
					}
				}
				default -> {
					plain &= json.isNull();
					json.skip();
				}
			}
		}
		return plain;
	}

	private static void append(JsonCursor json, StringBuilder target) {
		String read = json.text();
		if (read != null) {
			target.append(read);
		}
	}

}
