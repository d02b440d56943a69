package dev.llmcallbacks.provider;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Checks and mends UTF-8. Parsers of JSON are more lenient than the standard and each in
 * its own way, which is why a payload is checked before it is parsed.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3629#section-4">RFC 3629, section 4</a>
 */
final class Utf8 {

	private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

	private static final long NOT_ASCII = 0x8080808080808080L;

	private Utf8() {
	}

	/**
	 * Whether bytes are well-formed UTF-8: neither overlong nor cut, no surrogates and
	 * nothing beyond the last code point.
	 * @param bytes the array in which they lie
	 * @param offset where they begin
	 * @param length how many there are
	 * @return whether they are
	 */
	static boolean isWellFormed(byte[] bytes, int offset, int length) {
		int end = offset + length;
		int i = offset;
		while (i < end) {
			if (i <= end - Long.BYTES && ((long) LONG.get(bytes, i) & NOT_ASCII) == 0) {
				i += Long.BYTES;
			}
			else if (bytes[i] >= 0) {
				i++;
			}
			else {
				int size = sizeOfSequence(bytes, i, end);
				if (size == 0) {
					return false;
				}
				i += size;
			}
		}
		return true;
	}

	// Return how many bytes the sequence has that begins with a byte other than ASCII, or
	// 0 if it is ill-formed
	private static int sizeOfSequence(byte[] bytes, int start, int end) {
		int first = bytes[start] & 0xFF;
		int size = (first < 0xE0) ? 2 : (first < 0xF0) ? 3 : 4;
		if (first < 0xC2 || first > 0xF4 || start + size > end) {
			return 0;
		}
		int second = bytes[start + 1] & 0xFF;
		int lowest = (first == 0xE0) ? 0xA0 : (first == 0xF0) ? 0x90 : 0x80;
		int highest = (first == 0xED) ? 0x9F : (first == 0xF4) ? 0x8F : 0xBF;
		if (second < lowest || second > highest) {
			return 0;
		}
		for (int i = start + 2; i < start + size; i++) {
			if ((bytes[i] & 0xC0) != 0x80) {
				return 0;
			}
		}
		return size;
	}

	/**
	 * Put replacement characters in place of what is ill-formed, as the standard of
	 * server-sent events demands.
	 * @param bytes the array in which the bytes lie
	 * @param offset where they begin
	 * @param length how many there are
	 * @return well-formed UTF-8
	 */
	static byte[] mend(byte[] bytes, int offset, int length) {
		return new String(bytes, offset, length, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
	}

}
