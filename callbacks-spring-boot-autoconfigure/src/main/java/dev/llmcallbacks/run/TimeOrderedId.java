package dev.llmcallbacks.run;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * UUIDs of version 7 whose first 60 bits of time never repeat in one process.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9562#section-6.2">RFC 9562, section
 * 6.2, method 3</a>
 */
final class TimeOrderedId {

	private static final int FRACTION_BITS = 12;

	/** Milliseconds since the epoch, followed by 12 bits that count within one. */
	private static final AtomicLong last = new AtomicLong();

	private TimeOrderedId() {
	}

	static UUID next() {
		long now = System.currentTimeMillis() << FRACTION_BITS;
		long time = last.accumulateAndGet(now, (previous, current) -> Math.max(previous + 1, current));
		long fraction = time & ((1 << FRACTION_BITS) - 1);
		long mostSignificant = ((time >>> FRACTION_BITS) << 16) | 0x7000L | fraction;
		long leastSignificant = (ThreadLocalRandom.current().nextLong() >>> 2) | 0x8000000000000000L;
		return new UUID(mostSignificant, leastSignificant);
	}

}
