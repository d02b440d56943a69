package dev.llmcallbacks.benchmarks.load;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/**
 * The bytes of one streamed answer, in the direct memory from which a socket would be
 * written.
 */
public final class Transcript {

	private static final byte[] END_OF_EVENT = { '\n', '\n' };

	private final ByteBuf bytes;

	private final int tokens;

	private final int characters;

	Transcript(String text, int tokens, int characters) {
		byte[] array = text.getBytes(StandardCharsets.UTF_8);
		this.bytes = Unpooled.directBuffer(array.length).writeBytes(array);
		this.tokens = tokens;
		this.characters = characters;
	}

	/**
	 * Cut the transcript into pieces of equal size.
	 * @param size the size in bytes
	 * @return slices, each a reference to the transcript's memory for the taker to
	 * release
	 */
	public List<ByteBuf> pieces(int size) {
		List<ByteBuf> pieces = new ArrayList<>();
		for (int from = 0; from < length(); from += size) {
			pieces.add(this.bytes.retainedSlice(from, Math.min(size, length() - from)));
		}
		return pieces;
	}

	/**
	 * Cut the transcript into its events.
	 * @return slices, each a reference to the transcript's memory for the taker to
	 * release
	 */
	public List<ByteBuf> events() {
		ByteBuf end = Unpooled.wrappedBuffer(END_OF_EVENT);
		List<ByteBuf> events = new ArrayList<>();
		ByteBuf rest = this.bytes.duplicate();
		while (rest.isReadable()) {
			int length = ByteBufUtil.indexOf(end, rest) - rest.readerIndex() + END_OF_EVENT.length;
			events.add(rest.readRetainedSlice(length));
		}
		return events;
	}

	/**
	 * Return how many bytes it is.
	 * @return the length
	 */
	public int length() {
		return this.bytes.readableBytes();
	}

	/**
	 * Return how many tokens it holds.
	 * @return the number of tokens
	 */
	public int tokens() {
		return this.tokens;
	}

	/**
	 * Return how long the text of all tokens is.
	 * @return the number of characters
	 */
	public int characters() {
		return this.characters;
	}

}
