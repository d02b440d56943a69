package dev.llmcallbacks.benchmarks.load;

import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/**
 * A token that tells when it was sent, by the clock of {@code System.nanoTime}, which all
 * processes of a Linux machine share.
 */
public final class Stamp {

	private static final char SIGN = '@';

	private static final int DIGITS = 19;

	/** A stamp that tells nothing. */
	static final String BLANK = SIGN + "0".repeat(DIGITS);

	private static final ByteBuf BLANK_BYTES = Unpooled.copiedBuffer(BLANK, StandardCharsets.US_ASCII);

	private Stamp() {
	}

	/**
	 * Write the time into the blank stamp of an event.
	 * @param event the event, which is left as it is
	 * @return a copy with the time of now, or the event itself if it has no stamp
	 */
	public static ByteBuf stamp(ByteBuf event) {
		int at = ByteBufUtil.indexOf(BLANK_BYTES, event);
		if (at < 0) {
			return event.retainedDuplicate();
		}
		ByteBuf copy = event.copy();
		long rest = System.nanoTime();
		for (int i = at - event.readerIndex() + DIGITS; rest > 0; i--) {
			copy.setByte(i, (byte) ('0' + rest % 10));
			rest /= 10;
		}
		return copy;
	}

	/**
	 * Return how long a token was on its way.
	 * @param text the token's text, a stamp
	 * @return the time in nanoseconds
	 */
	public static long age(String text) {
		return System.nanoTime() - Long.parseLong(text, 1, text.length(), 10);
	}

	/**
	 * Looks for stamps in bytes, and for nothing else.
	 */
	static final class Finder {

		private int missing;

		private long time;

		/**
		 * Look at the next byte.
		 * @param next the byte
		 * @param ages gets how long a stamp was on its way, when it is whole
		 */
		void look(byte next, LongConsumer ages) {
			if (next == SIGN) {
				this.missing = DIGITS;
				this.time = 0;
			}
			else if (this.missing > 0) {
				this.time = 10 * this.time + next - '0';
				this.missing--;
				if (this.missing == 0) {
					ages.accept(System.nanoTime() - this.time);
				}
			}
		}

	}

}
