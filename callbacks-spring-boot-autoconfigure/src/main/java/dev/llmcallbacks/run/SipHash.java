package dev.llmcallbacks.run;

import java.util.random.RandomGenerator;

/**
 * SipHash-2-4 of messages of eight bytes: a pseudorandom function, whose values disclose
 * nothing about its key or about other values. Thread-safe.
 *
 * @see <a href="https://www.aumasson.jp/siphash/siphash.pdf">SipHash: a fast short-input
 * PRF</a>
 */
final class SipHash {

	/** The length of the message in bytes, in the last byte of the last block. */
	private static final long LENGTH = 8L << 56;

	private final long first;

	private final long second;

	/**
	 * Create a function.
	 * @param first the first eight bytes of the key, in little-endian order
	 * @param second the last eight bytes of the key
	 */
	SipHash(long first, long second) {
		this.first = first;
		this.second = second;
	}

	static SipHash withKeyOf(RandomGenerator random) {
		return new SipHash(random.nextLong(), random.nextLong());
	}

	/**
	 * Hash a message.
	 * @param message the eight bytes, in little-endian order
	 * @return the hash
	 */
	long of(long message) {
		State state = new State(this.first, this.second);
		state.add(message);
		state.add(LENGTH);
		return state.finish();
	}

	/**
	 * State of one hash, which the compiler keeps in registers.
	 */
	private static final class State {

		private long v0;

		private long v1;

		private long v2;

		private long v3;

		State(long first, long second) {
			this.v0 = first ^ 0x736f6d6570736575L;
			this.v1 = second ^ 0x646f72616e646f6dL;
			this.v2 = first ^ 0x6c7967656e657261L;
			this.v3 = second ^ 0x7465646279746573L;
		}

		void add(long block) {
			this.v3 ^= block;
			round();
			round();
			this.v0 ^= block;
		}

		long finish() {
			this.v2 ^= 0xff;
			round();
			round();
			round();
			round();
			return this.v0 ^ this.v1 ^ this.v2 ^ this.v3;
		}

		private void round() {
			this.v0 += this.v1;
			this.v1 = Long.rotateLeft(this.v1, 13) ^ this.v0;
			this.v0 = Long.rotateLeft(this.v0, 32);
			this.v2 += this.v3;
			this.v3 = Long.rotateLeft(this.v3, 16) ^ this.v2;
			this.v0 += this.v3;
			this.v3 = Long.rotateLeft(this.v3, 21) ^ this.v0;
			this.v2 += this.v1;
			this.v1 = Long.rotateLeft(this.v1, 17) ^ this.v2;
			this.v2 = Long.rotateLeft(this.v2, 32);
		}

	}

}
