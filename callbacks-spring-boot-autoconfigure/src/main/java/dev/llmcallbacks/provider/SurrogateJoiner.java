package dev.llmcallbacks.provider;

/**
 * Internal to the library: makes the fragments of one text well-formed UTF-16. A
 * character that was cut in two is handed on as a whole with the second half, and a half
 * without its other half becomes a replacement character. Belongs to one text and is used
 * by one thread at a time.
 */
public final class SurrogateJoiner {

	private static final char REPLACEMENT = '\uFFFD';

	private static final char NONE = 0;

	/** The half of a character at the end of the last fragment. */
	private char pending = NONE;

	/**
	 * Join a fragment with what was kept of the one before.
	 * @param fragment the next fragment of the text
	 * @return the text that can be handed on, possibly empty
	 */
	public String join(String fragment) {
		if (fragment.isEmpty() || (this.pending == NONE && isWellFormed(fragment))) {
			return fragment;
		}
		String text = (this.pending != NONE) ? this.pending + fragment : fragment;
		this.pending = NONE;
		char last = text.charAt(text.length() - 1);
		if (Character.isHighSurrogate(last)) {
			this.pending = last;
			text = text.substring(0, text.length() - 1);
		}
		return isWellFormed(text) ? text : mend(text);
	}

	/**
	 * Join a fragment that is known to be well-formed with what was kept of the one
	 * before.
	 * @param fragment the next fragment of the text, not empty
	 * @return the text that can be handed on
	 */
	public String joinWellFormed(String fragment) {
		return (this.pending == NONE) ? fragment : join(fragment);
	}

	/**
	 * The text has ended.
	 * @return what was kept of it: nothing, or a replacement character
	 */
	public String end() {
		boolean half = this.pending != NONE;
		this.pending = NONE;
		return half ? String.valueOf(REPLACEMENT) : "";
	}

	private static boolean isWellFormed(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (Character.isSurrogate(text.charAt(i))) {
				if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
					return false;
				}
				i++;
			}
		}
		return true;
	}

	private static String mend(String text) {
		StringBuilder mended = new StringBuilder(text);
		for (int i = 0; i < mended.length(); i++) {
			if (Character.isSurrogate(mended.charAt(i))) {
				if (Character.isSupplementaryCodePoint(mended.codePointAt(i))) {
					i++;
				}
				else {
					mended.setCharAt(i, REPLACEMENT);
				}
			}
		}
		return mended.toString();
	}

}
