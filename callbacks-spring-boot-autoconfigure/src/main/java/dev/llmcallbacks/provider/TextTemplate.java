package dev.llmcallbacks.provider;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Template of an event that was decoded, and that the next ones are expected to repeat
 * byte for byte but for the texts in it: one that is wanted, and perhaps one that only
 * pads; and for a number that only counts the events. An event that matches means what
 * the first one meant, with another text, and need be neither cut into lines nor parsed.
 * What is not certain does not match. Belongs to one stream and is used by one thread at
 * a time.
 */
final class TextTemplate {

	/** After so many payloads in a row that were learned in vain, no more are. */
	private static final int PATIENCE = 8;

	private static final String ESCAPES = "\"\\/bfnrt";

	private static final String ESCAPED = "\"\\/\b\f\n\r\t";

	/** The bytes of the event, or of its payload alone. */
	private ByteBuffer event = ByteBuffer.allocate(0);

	private int payloadStart;

	private int payloadEnd;

	private int textStart;

	private int textEnd;

	private int paddingStart;

	private int paddingEnd;

	/** Where the number that only counts lies, outside of the texts; -1 if nowhere. */
	private int numberStart = -1;

	private int numberEnd = -1;

	private int inVain;

	private byte[] text = new byte[64];

	private int textLength;

	private int matchedEnd;

	/**
	 * Whether it is of any use to learn from a payload.
	 * @return whether there is hope that others resemble it
	 */
	boolean isLearning() {
		return this.inVain < PATIENCE;
	}

	/**
	 * Learn from a payload that has been decoded. What was learned before is forgotten.
	 * @param payload the array in which the payload lies
	 * @param offset where it begins
	 * @param length how many bytes it is
	 * @param text where the wanted text begins, behind its opening quote
	 * @param padding where the text that only pads begins, or -1 if there is none; behind
	 * the wanted one
	 * @param number where the number that only counts begins, or -1 if there is none
	 * @param parsed the wanted text as a parser has read it; nothing is learned if it is
	 * not the one that begins there
	 * @return whether the payload was learned
	 */
	boolean learn(byte[] payload, int offset, int length, int text, int padding, int number, String parsed) {
		forget();
		ByteBuffer source = ByteBuffer.wrap(payload);
		int end = offset + length;
		int endOfText = (text >= offset) ? readText(source, text, end) : -1;
		boolean padded = padding > endOfText;
		int endOfPadding = padded ? endOfPlain(source, padding, end) : end;
		if (endOfText < 0 || endOfPadding < 0 || !parsed.equals(textRead())) {
			return false;
		}
		this.inVain++;
		this.event = ByteBuffer.wrap(Arrays.copyOfRange(payload, offset, end));
		this.payloadStart = 0;
		this.payloadEnd = length;
		this.textStart = text - offset;
		this.textEnd = endOfText - offset;
		this.paddingStart = (padded ? padding : end) - offset;
		this.paddingEnd = endOfPadding - offset;
		int endOfNumber = (number >= offset) ? endOfDigits(source, number, end) : number;
		boolean counted = endOfNumber > number && (endOfNumber < text || number > endOfText);
		this.numberStart = counted ? number - offset : -1;
		this.numberEnd = counted ? endOfNumber - offset : -1;
		return true;
	}

	private String textRead() {
		return new String(this.text, 0, this.textLength, StandardCharsets.UTF_8);
	}

	// whether what was learned is a payload without the lines around it
	boolean isPayloadOnly() {
		return this.event.capacity() > 0 && this.event.capacity() == this.payloadEnd - this.payloadStart;
	}

	/**
	 * Learn what is around the payload.
	 * @param bytes the bytes of a stream
	 * @param start where an event begins
	 * @param payload where its payload begins, which matches
	 * @param endOfPayload where its payload ends
	 * @param end where it ends
	 */
	void learnLines(ByteBuffer bytes, int start, int payload, int endOfPayload, int end) {
		int before = payload - start;
		int length = this.payloadEnd - this.payloadStart;
		byte[] whole = new byte[before + length + end - endOfPayload];
		bytes.get(start, whole, 0, before);
		this.event.clear();
		this.event.get(this.payloadStart, whole, before, length);
		bytes.get(endOfPayload, whole, before + length, end - endOfPayload);
		this.event = ByteBuffer.wrap(whole);
		this.payloadStart += before;
		this.payloadEnd += before;
		this.textStart += before;
		this.textEnd += before;
		this.paddingStart += before;
		this.paddingEnd += before;
		if (this.numberStart >= 0) {
			this.numberStart += before;
			this.numberEnd += before;
		}
	}

	/**
	 * Forget what was learned, as it does not hold any more.
	 */
	void forget() {
		this.event = ByteBuffer.allocate(0);
		this.payloadStart = 0;
		this.payloadEnd = 0;
	}

	/**
	 * Compare an event, lines and all, with the one that was learned.
	 * @param bytes the bytes of a stream, whose position and limit are of no importance
	 * and are changed
	 * @param from where an event begins
	 * @param limit where the bytes end
	 * @return the wanted text, not empty, if the event is the same but for its texts;
	 * else {@code null}
	 */
	@Nullable String match(ByteBuffer bytes, int from, int limit) {
		return isPayloadOnly() ? null : match(bytes, from, limit, 0, this.event.capacity());
	}

	/**
	 * Return where the event ends that was matched last.
	 * @return the index behind its last byte
	 */
	int matchedEnd() {
		return this.matchedEnd;
	}

	/**
	 * Compare a payload with the one that was learned.
	 * @param payload the array in which the payload lies
	 * @param offset where it begins
	 * @param length how many bytes it is
	 * @return the wanted text, not empty, if the payload is the same but for its texts;
	 * else {@code null}
	 */
	@Nullable String match(byte[] payload, int offset, int length) {
		String text = match(ByteBuffer.wrap(payload), offset, offset + length, this.payloadStart, this.payloadEnd);
		return (this.matchedEnd == offset + length) ? text : null;
	}

	private @Nullable String match(ByteBuffer bytes, int from, int limit, int first, int last) {
		int start = (first < last) ? repeat(first, this.textStart, bytes, from, limit) : -1;
		int end = (start >= 0) ? readText(bytes, start, limit) : -1;
		if (end < 0 || this.textLength == 0) {
			return null;
		}
		int known = this.textEnd;
		if (this.paddingStart < this.payloadEnd) {
			int padding = repeat(known, this.paddingStart, bytes, end, limit);
			end = (padding >= 0) ? endOfPlain(bytes, padding, limit) : -1;
			known = this.paddingEnd;
		}
		this.matchedEnd = (end >= 0) ? endOfRest(bytes, end, limit, known, last) : -1;
		return (this.matchedEnd >= 0) ? textRead() : null;
	}

	private int endOfRest(ByteBuffer bytes, int from, int limit, int known, int last) {
		int end = repeat(known, last, bytes, from, limit);
		if (end < 0) {
			int closing = endOfClosing(bytes, from, limit, known);
			end = (closing >= 0) ? repeat(this.payloadEnd, last, bytes, closing, limit) : -1;
		}
		if (end >= 0) {
			this.inVain = 0;
		}
		return end;
	}

	// Compare a part of what was learned with the bytes at a position, but for the number
	// if that is in it; return where the bytes go on, or -1
	private int repeat(int from, int to, ByteBuffer bytes, int position, int limit) {
		if (this.numberStart < from || this.numberStart >= to) {
			return repeats(from, to, bytes, position, limit) ? position + to - from : -1;
		}
		if (!repeats(from, this.numberStart, bytes, position, limit)) {
			return -1;
		}
		int number = position + this.numberStart - from;
		int end = endOfDigits(bytes, number, limit);
		return (end > number && repeats(this.numberEnd, to, bytes, end, limit)) ? end + to - this.numberEnd : -1;
	}

	private static int endOfDigits(ByteBuffer bytes, int from, int limit) {
		bytes.limit(limit);
		int index = from;
		while (index < limit && bytes.get(index) >= '0' && bytes.get(index) <= '9') {
			index++;
		}
		return index;
	}

	// Anthropic pads with blanks between the closing braces
	private int endOfClosing(ByteBuffer bytes, int from, int limit, int known) {
		int learned = known + 1;
		int i = from + 1;
		bytes.limit(limit);
		this.event.limit(this.payloadEnd);
		while (true) {
			learned = skipBlanks(this.event, learned, this.payloadEnd);
			i = skipBlanks(bytes, i, limit);
			if (learned == this.payloadEnd) {
				return i;
			}
			if (i == limit || this.event.get(learned) != '}' || bytes.get(i) != '}') {
				return -1;
			}
			learned++;
			i++;
		}
	}

	private static int skipBlanks(ByteBuffer bytes, int from, int end) {
		int index = from;
		while (index < end && bytes.get(index) == ' ') {
			index++;
		}
		return index;
	}

	private boolean repeats(int from, int to, ByteBuffer bytes, int position, int limit) {
		int end = position + to - from;
		if (end > limit) {
			return false;
		}
		this.event.limit(to).position(from);
		bytes.limit(end).position(position);
		return this.event.mismatch(bytes) < 0;
	}

	// Read a text up to its closing quote; what is escaped as a number, or has no end, is
	// left to a parser
	private int readText(ByteBuffer bytes, int from, int limit) {
		this.textLength = 0;
		bytes.limit(limit);
		for (int i = from; i < limit; i++) {
			byte next = bytes.get(i);
			if (next == '"') {
				return i;
			}
			if (next >= 0 && next < ' ') {
				return -1;
			}
			if (next == '\\') {
				i++;
				int escape = (i < limit) ? ESCAPES.indexOf(bytes.get(i)) : -1;
				if (escape < 0) {
					return -1;
				}
				next = (byte) ESCAPED.charAt(escape);
			}
			if (this.textLength == this.text.length) {
				this.text = Arrays.copyOf(this.text, 2 * this.textLength);
			}
			this.text[this.textLength++] = next;
		}
		return -1;
	}

	private static int endOfPlain(ByteBuffer bytes, int from, int limit) {
		bytes.limit(limit);
		for (int i = from; i < limit; i++) {
			byte next = bytes.get(i);
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
