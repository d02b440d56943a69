package dev.llmcallbacks.handlers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Buffers whole lines in front of an output. Lines that the output fails to take are
 * dropped and counted rather than written again, because part of them may have been
 * written already; the line after them begins on a line of its own. Not thread-safe.
 */
final class LineBuffer {

	private static final int CAPACITY = 8192;

	private final OutputStream output;

	private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();

	private int buffered;

	private long lost;

	/** Whether the output may end in the middle of a line. */
	private boolean torn;

	LineBuffer(OutputStream output) {
		this.output = output;
	}

	/**
	 * Add a line.
	 * @param line the line, without a line break
	 * @param flush whether to flush this line and those before it
	 * @throws IOException if buffered lines could not be written; they are lost
	 */
	void add(byte[] line, boolean flush) throws IOException {
		this.buffer.write(line, 0, line.length);
		this.buffer.write('\n');
		this.buffered++;
		if (flush || this.buffer.size() >= CAPACITY) {
			write();
		}
		if (flush) {
			this.output.flush();
		}
	}

	private void write() throws IOException {
		int lines = this.buffered;
		byte[] bytes = this.buffer.toByteArray();
		this.buffered = 0;
		this.buffer.reset();
		try {
			if (this.torn) {
				this.output.write('\n');
				this.torn = false;
			}
			this.output.write(bytes, 0, bytes.length);
		}
		catch (IOException ex) {
			this.torn = true;
			this.lost += lines;
			throw ex;
		}
	}

	long lost() {
		return this.lost;
	}

	void close() throws IOException {
		try (this.output) {
			if (this.buffered > 0) {
				write();
			}
		}
	}

}
