package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * A payload that was decoded, and that the next ones are expected to repeat byte for byte
 * but for the texts in it: one that is wanted, and perhaps one that only pads. A payload
 * that matches means what the first one meant, with another text, and need not be parsed.
 * Whatever is not certain (an escape, a byte that differs) does not match. Belongs to one
 * stream and is used by one thread at a time.
 */
public final class TextTemplate {

	/** After so many payloads in a row that were learned in vain, no more are. */
	private static final int PATIENCE = 8;

	private byte[] bytes = {};

	private int textStart;

	private int textEnd;

	private int paddingStart;

	private int paddingEnd;

	private int inVain;

	/**
	 * Whether it is of any use to learn from a payload.
	 * @return whether there is hope that others resemble it
	 */
	public boolean isLearning() {
		return this.inVain < PATIENCE;
	}

	/**
	 * Learn from a payload that has been decoded.
	 * @param payload the array in which the payload lies
	 * @param offset where it begins
	 * @param length how many bytes it is
	 * @param text where the wanted text begins, behind its opening quote
	 * @param padding where the text that only pads begins, or -1 if there is none; behind
	 * the wanted one
	 * @return whether it was learned; if not, what was learned before still holds
	 */
	public boolean learn(byte[] payload, int offset, int length, int text, int padding) {
		int end = offset + length;
		int endOfText = endOfText(payload, text, end);
		int endOfPadding = (padding > endOfText) ? endOfText(payload, padding, end) : end;
		if (endOfText < 0 || endOfPadding < 0) {
			return false;
		}
		this.inVain++;
		this.bytes = Arrays.copyOfRange(payload, offset, end);
		this.textStart = text - offset;
		this.textEnd = endOfText - offset;
		this.paddingStart = ((padding > endOfText) ? padding : end) - offset;
		this.paddingEnd = endOfPadding - offset;
		return true;
	}

	/**
	 * Forget what was learned, for it does not hold any more.
	 */
	public void forget() {
		this.bytes = new byte[0];
	}

	/**
	 * Compare a payload with the one that was learned.
	 * @param payload the array in which the payload lies
	 * @param offset where it begins
	 * @param length how many bytes it is
	 * @return the wanted text, not empty, if the payload is the same but for its texts;
	 * else {@code null}
	 */
	public @Nullable String match(byte[] payload, int offset, int length) {
		int end = offset + length;
		int text = offset + this.textStart;
		if (this.bytes.length == 0 || !repeats(0, this.textStart, payload, offset, end)) {
			return null;
		}
		int endOfText = endOfText(payload, text, end);
		if (endOfText <= text || !matchesRest(payload, endOfText, end)) {
			return null;
		}
		this.inVain = 0;
		return new String(payload, text, endOfText - text, StandardCharsets.UTF_8);
	}

	private boolean matchesRest(byte[] payload, int from, int end) {
		int position = from;
		int known = this.textEnd;
		if (this.paddingStart < this.bytes.length) {
			if (!repeats(known, this.paddingStart, payload, position, end)) {
				return false;
			}
			position = endOfText(payload, position + this.paddingStart - known, end);
			known = this.paddingEnd;
		}
		return position >= 0 && (Arrays.equals(this.bytes, known, this.bytes.length, payload, position, end)
				|| closesAlike(known, payload, position, end));
	}

	private boolean repeats(int from, int to, byte[] payload, int position, int end) {
		return position + to - from < end
				&& Arrays.equals(this.bytes, from, to, payload, position, position + to - from);
	}

	// Anthropic pads with blanks between the closing braces
	private boolean closesAlike(int from, byte[] payload, int position, int end) {
		int known = from + 1;
		int i = position + 1;
		while (true) {
			known = skipBlanks(this.bytes, known, this.bytes.length);
			i = skipBlanks(payload, i, end);
			if (known == this.bytes.length || i == end) {
				return known == this.bytes.length && i == end;
			}
			if (this.bytes[known] != '}' || payload[i] != '}') {
				return false;
			}
			known++;
			i++;
		}
	}

	private static int skipBlanks(byte[] bytes, int from, int end) {
		int index = from;
		while (index < end && bytes[index] == ' ') {
			index++;
		}
		return index;
	}

	// Find the closing quote; a text with an escape, or without an end, is left to a
	// parser
	private static int endOfText(byte[] bytes, int from, int end) {
		for (int i = from; i < end; i++) {
			byte next = bytes[i];
			if (next == '"') {
				return i;
			}
			if (next == '\\' || (next >= 0 && next < ' ')) {
				return -1;
			}
		}
		return -1;
	}

}
