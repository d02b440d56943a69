package dev.llmcallbacks.benchmarks.load;

import java.util.function.LongConsumer;

import io.netty.buffer.ByteBuf;

/**
 * A token that tells when it was sent, by the clock of {@code System.nanoTime}, which all
 * processes of a Linux machine share.
 */
public final class Stamp {

	private static final char SIGN = '@';

	private static final int DIGITS = 19;

	/** A stamp that tells nothing. */
	static final String BLANK = SIGN + "0".repeat(DIGITS);

	private Stamp() {
	}

	/**
	 * Write a time into a blank stamp.
	 * @param time the time, in nanoseconds
	 * @param buffer where the stamp is
	 * @param at where it begins
	 */
	static void write(long time, ByteBuf buffer, int at) {
		long rest = time;
		for (int i = at + DIGITS; rest > 0; i--) {
			buffer.setByte(i, (byte) ('0' + rest % 10));
			rest /= 10;
		}
	}

	/**
	 * Return how long a token was on its way.
	 * @param text a text that contains a stamp
	 * @return the time in nanoseconds
	 */
	public static long age(String text) {
		int begin = text.indexOf(SIGN) + 1;
		return System.nanoTime() - Long.parseLong(text, begin, begin + DIGITS, 10);
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
