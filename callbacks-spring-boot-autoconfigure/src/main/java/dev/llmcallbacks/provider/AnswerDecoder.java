package dev.llmcallbacks.provider;

import java.util.List;

import dev.llmcallbacks.message.ChatChunk;

/**
 * Turns what one provider sends in one answer into chunks. Holds the state of one answer
 * and is used by one thread at a time.
 */
public interface AnswerDecoder {

	/**
	 * Decode the payload of an event.
	 * @param payload the array in which the payload lies; valid during the call only
	 * @param offset where it begins
	 * @param length how many bytes it is
	 * @param chunks takes the chunks that the payload makes, if any
	 * @return how the answer goes on
	 * @throws tools.jackson.core.JacksonException if the payload is malformed; the same
	 * payload may then be tried again in a mended form
	 */
	Progress decodeEvent(byte[] payload, int offset, int length, List<ChatChunk> chunks);

	/**
	 * Return where in the payload that was decoded last its text lies, if another payload
	 * that is the same but for this text would mean a chunk that is the same but for it.
	 * @return the index behind the text's opening quote, or -1 if there is no such text
	 */
	int textStart();

	/**
	 * Return where in that payload another text lies that means nothing.
	 * @return the index behind the text's opening quote, or -1 if there is no such text
	 */
	default int paddingStart() {
		return -1;
	}

	/**
	 * Return the chunk of a payload that is the same but for these texts.
	 * @param text the text
	 * @return the chunk
	 */
	ChatChunk resembling(String text);

	/**
	 * Decode an answer that came as one JSON object, not as a stream.
	 * @param body the object's JSON text
	 * @param chunks takes the chunks that the answer makes
	 * @return {@link Progress#ERROR}, or anything else if it is an answer
	 * @throws tools.jackson.core.JacksonException if the body is malformed
	 */
	Progress decodeWhole(byte[] body, List<ChatChunk> chunks);

	/**
	 * Whether the answer is complete if the connection ends now.
	 * @return whether nothing is missing
	 */
	boolean isComplete();

	/**
	 * Give back what is held for decoding, now that nothing is to be decoded soon.
	 */
	void release();

	/**
	 * How an answer goes on after an event.
	 */
	enum Progress {

		/** More is to come. */
		MORE,

		/** The protocol's end was met, and whatever follows is not read. */
		END,

		/** The payload reports an error. */
		ERROR

	}

}
