package dev.llmcallbacks.run;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Generator of UUIDs of version 7 whose first 60 bits of time never repeat in one
 * process. The other 62 bits are a keyed hash of the time, with a key that is drawn once:
 * ids cannot be predicted from other ids, and cost no system call and no state of a
 * thread.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9562#section-6.2">RFC 9562, section
 * 6.2, method 3</a>
 */
final class TimeOrderedId {

	private static final int FRACTION_BITS = 12;

	/** Milliseconds since the epoch, followed by 12 bits that count within one. */
	private static final AtomicLong last = new AtomicLong();

	private static final SipHash HASH = SipHash.withKeyOf(new SecureRandom());

	private TimeOrderedId() {
	}

	static UUID next() {
		long now = System.currentTimeMillis() << FRACTION_BITS;
		long time = last.accumulateAndGet(now, (previous, current) -> Math.max(previous + 1, current));
		long fraction = time & ((1 << FRACTION_BITS) - 1);
		long mostSignificant = ((time >>> FRACTION_BITS) << 16) | 0x7000L | fraction;
		long leastSignificant = (HASH.of(time) >>> 2) | 0x8000000000000000L;
		return new UUID(mostSignificant, leastSignificant);
	}

}
