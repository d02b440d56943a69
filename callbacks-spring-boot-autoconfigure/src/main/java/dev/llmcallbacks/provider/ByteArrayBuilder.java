package dev.llmcallbacks.provider;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;

/**
 * Builds an array of bytes, up to a limit. Not safe for use by several threads.
 */
final class ByteArrayBuilder {

	private static final long BLANKS = 0x2020202020202020L;

	private static final long HIGHEST_BITS = 0x8080808080808080L;

	private final int limit;

	private byte[] bytes;

	private int length;

	ByteArrayBuilder(int capacity, int limit) {
		this.bytes = new byte[capacity];
		this.limit = limit;
	}

	void append(ByteBuffer source, int from, int count) {
		reserve(count);
		source.get(from, this.bytes, this.length, count);
		this.length += count;
	}

	void append(DataBuffer source) {
		int count = source.readableByteCount();
		reserve(count);
		source.read(this.bytes, this.length, count);
		this.length += count;
	}

	void append(byte next) {
		reserve(1);
		this.bytes[this.length++] = next;
	}

	private void reserve(int count) {
		if (count > this.limit - this.length) {
			throw new DataBufferLimitException("Exceeded the limit of " + this.limit + " bytes");
		}
		int needed = this.length + count;
		if (needed > this.bytes.length) {
			this.bytes = Arrays.copyOf(this.bytes, Math.max(needed, (int) Math.min(this.limit, this.length * 2L)));
		}
	}

	void clear() {
		this.length = 0;
	}

	byte[] array() {
		return this.bytes;
	}

	byte[] toByteArray() {
		return Arrays.copyOf(this.bytes, this.length);
	}

	int length() {
		return this.length;
	}

	boolean isEmpty() {
		return this.length == 0;
	}

	boolean contains(byte wanted) {
		for (int i = 0; i < this.length; i++) {
			if (this.bytes[i] == wanted) {
				return true;
			}
		}
		return false;
	}

	// Whether these are the digits of a number that a long can hold.
	boolean isDigits() {
		for (int i = 0; i < this.length; i++) {
			if (this.bytes[i] < '0' || this.bytes[i] > '9') {
				return false;
			}
		}
		return this.length > 0 && this.length < 19;
	}

	boolean contentEquals(byte[] other) {
		return Arrays.equals(this.bytes, 0, this.length, other, 0, other.length);
	}

	@Override
	public String toString() {
		return new String(this.bytes, 0, this.length, StandardCharsets.UTF_8);
	}

	// Find the first CR or LF, else the limit. Skips eight bytes at a time as long as
	// none
	// of them is a control character
	static int endOfLine(ByteBuffer bytes, int from, int limit) {
		int index = from;
		while (index <= limit - Long.BYTES) {
			long word = bytes.getLong(index);
			if (((word - BLANKS) & ~word & HIGHEST_BITS) != 0) {
				break;
			}
			index += Long.BYTES;
		}
		while (index < limit && bytes.get(index) != '\n' && bytes.get(index) != '\r') {
			index++;
		}
		return index;
	}

}
