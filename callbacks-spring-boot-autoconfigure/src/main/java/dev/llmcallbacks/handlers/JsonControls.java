package dev.llmcallbacks.handlers;

import java.nio.charset.StandardCharsets;

import dev.llmcallbacks.run.PrintableText;

/**
 * Escapes control characters that JSON allows in strings: DEL and C1, line and paragraph
 * separators, and controls of the writing direction. A recording can then be shown on a
 * terminal and split into lines by any program. Stateless.
 */
final class JsonControls {

	private JsonControls() {
	}

	/**
	 * Return a JSON text without these characters.
	 * @param json the JSON text in UTF-8
	 * @return the text with their escapes in place of them; the array itself if there are
	 * none
	 */
	static byte[] escape(byte[] json) {
		if (!containsControl(json)) {
			return json;
		}
		String text = new String(json, StandardCharsets.UTF_8);
		StringBuilder escaped = new StringBuilder(text.length() + 64);
		for (int i = 0; i < text.length(); i++) {
			char next = text.charAt(i);
			if (!Character.isSurrogate(next) && PrintableText.isControl(next)) {
				escaped.append("\\u").append(Integer.toHexString(0x10000 | next), 1, 5);
			}
			else {
				escaped.append(next);
			}
		}
		return escaped.toString().getBytes(StandardCharsets.UTF_8);
	}

	private static boolean containsControl(byte[] json) {
		for (int i = 0; i < json.length; i++) {
			byte next = json[i];
			if (next == 0x7F || (next < 0 && i + 2 < json.length && isControl(json, i))) {
				return true;
			}
		}
		return false;
	}

	// The encoding of U+0080 to U+009F has two bytes, as has that of U+061C; the others,
	// from U+2000 to U+207F, have three, of which typographic quotes and dashes share two
	private static boolean isControl(byte[] json, int index) {
		int second = json[index + 1] & 0x3F;
		return switch (json[index] & 0xFF) {
			case 0xC2 -> PrintableText.isControl(0x80 | second);
			case 0xD8 -> PrintableText.isControl(0x600 | second);
			case 0xE2 -> second <= 1 && PrintableText.isControl(0x2000 | second << 6 | json[index + 2] & 0x3F);
			default -> false;
		};
	}

}
