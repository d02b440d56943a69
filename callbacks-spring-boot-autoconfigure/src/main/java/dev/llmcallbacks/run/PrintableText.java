package dev.llmcallbacks.run;

/**
 * Internal to the library: makes text that others have written safe to print, in a log, a
 * message of an exception or on a terminal. Stateless.
 */
public final class PrintableText {

	private static final String ELLIPSIS = "…";

	private static final int LONGEST_ESCAPE = 6;

	private PrintableText() {
	}

	/**
	 * Return a text on one line, cut to a length. Line breaks and tabs are written as
	 * {@code \n}, {@code \r} and {@code \t}; other control characters (C0, DEL and C1),
	 * line and paragraph separators, controls of the writing direction and unpaired
	 * surrogates as {@code \}{@code uXXXX}. Takes time linear in {@code maxLength},
	 * however long the text is.
	 * @param text the text
	 * @param maxLength how many characters to return at most, escapes included; an
	 * ellipsis follows if the text is longer
	 * @return the printable text
	 */
	public static String of(String text, int maxLength) {
		int plain = plainLength(text, Math.min(text.length(), maxLength));
		return (plain == text.length()) ? text : escape(text, plain, maxLength);
	}

	// how many characters from the first on can be printed as they are
	private static int plainLength(String text, int limit) {
		for (int i = 0; i < limit; i++) {
			char next = text.charAt(i);
			if (next < ' ' || (next >= 0x7F && (Character.isSurrogate(next) || isControl(next)))) {
				return i;
			}
		}
		return limit;
	}

	private static String escape(String text, int plain, int maxLength) {
		StringBuilder printable = new StringBuilder(Math.min(text.length(), maxLength) + LONGEST_ESCAPE);
		printable.append(text, 0, plain);
		int i = plain;
		while (i < text.length()) {
			int length = printable.length();
			int next = text.codePointAt(i);
			append(next, printable);
			if (printable.length() > maxLength) {
				printable.setLength(length);
				return printable.append(ELLIPSIS).toString();
			}
			i += Character.charCount(next);
		}
		return printable.toString();
	}

	private static void append(int next, StringBuilder printable) {
		switch (next) {
			case '\n' -> printable.append("\\n");
			case '\r' -> printable.append("\\r");
			case '\t' -> printable.append("\\t");
			default -> {
				if (isControl(next)) {
					printable.append("\\u").append(Integer.toHexString(0x10000 | next), 1, 5);
				}
				else {
					printable.appendCodePoint(next);
				}
			}
		}
	}

	/**
	 * Return whether a character is written as an escape.
	 * @param codePoint the character
	 * @return whether it is a control character, a line or paragraph separator, a control
	 * of the writing direction or an unpaired surrogate
	 */
	public static boolean isControl(int codePoint) {
		return switch (codePoint) {
			// U+061C, U+200E and U+200F, U+202A to U+202E, U+2066 to U+2069 control the
			// direction
			case 0x061C, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068,
					0x2069 ->
				true;
			default -> Character.isISOControl(codePoint)
					|| (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
		};
	}

}
