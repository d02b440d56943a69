package dev.llmcallbacks.benchmarks.load;

import java.util.List;

import io.netty.buffer.ByteBuf;

/**
 * In which pieces an answer arrives.
 */
public enum Arrival {

	/** Token by token, as a model writes: a buffer holds one event. */
	SLOW {

		@Override
		public List<ByteBuf> cut(Transcript transcript) {
			return transcript.events();
		}

	},

	/** Faster than it can be read: a buffer holds what has gathered. */
	FAST {

		@Override
		public List<ByteBuf> cut(Transcript transcript) {
			return transcript.pieces(PIECE);
		}

	};

	private static final int PIECE = 16 * 1024;

	/**
	 * Cut an answer into pieces.
	 * @param transcript the answer
	 * @return slices, each a reference to the transcript's memory for the taker to
	 * release
	 */
	public abstract List<ByteBuf> cut(Transcript transcript);

}
