package dev.llmcallbacks.benchmarks.load;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * A piece of an HTTP response that is sent on its own, and may tell when.
 *
 * @param bytes the piece, with a blank stamp if it has a stamp
 * @param stampAt where the stamp begins, negative if there is none
 */
public record StampedChunk(byte[] bytes, int stampAt) {

	private static final String HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
			+ "transfer-encoding: chunked\r\n\r\n";

	private static final String END = "0\r\n\r\n";

	/**
	 * Make a response in which each event is a chunk.
	 * @param answer the answer
	 * @return the chunks, the first and the last with what begins and ends the response
	 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-7.1">RFC 9112, chunked
	 * transfer coding</a>
	 */
	public static List<StampedChunk> chunks(Transcript answer) {
		Stream<String> events = answer.events()
			.stream()
			.map((event) -> Integer.toHexString(event.readableBytes()) + "\r\n"
					+ event.toString(StandardCharsets.US_ASCII) + "\r\n");
		return Stream.of(Stream.of(HEAD), events, Stream.of(END))
			.flatMap((part) -> part)
			.map(StampedChunk::of)
			.toList();
	}

	private static StampedChunk of(String text) {
		return new StampedChunk(text.getBytes(StandardCharsets.US_ASCII), text.indexOf(Stamp.BLANK));
	}

	/**
	 * Write the time of now into the stamp.
	 * @param allocator makes the buffer
	 * @return a copy with the time, for the taker to release
	 */
	public ByteBuf stamped(ByteBufAllocator allocator) {
		ByteBuf copy = allocator.directBuffer(this.bytes.length).writeBytes(this.bytes);
		if (this.stampAt >= 0) {
			Stamp.write(System.nanoTime(), copy, this.stampAt);
		}
		return copy;
	}

}
