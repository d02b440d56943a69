package dev.llmcallbacks.provider;

import org.springframework.core.io.buffer.DataBuffer;

/**
 * Reads a stream of server-sent events.
 */
interface EventReader {

	/**
	 * Read a buffer and release it, also when that fails.
	 * @param buffer the next bytes of the stream
	 * @throws org.springframework.core.io.buffer.DataBufferLimitException if an event is
	 * too large; the reader must not be used afterwards
	 */
	void feed(DataBuffer buffer);

}
