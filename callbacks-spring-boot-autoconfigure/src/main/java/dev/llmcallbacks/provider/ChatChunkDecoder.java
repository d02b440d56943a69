package dev.llmcallbacks.provider;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ChatChunk;

/**
 * Internal to the library: decodes the payloads of one provider's protocol into chunks.
 * Holds the state of one response and is used by one thread at a time. Payloads are
 * well-formed UTF-8.
 */
public interface ChatChunkDecoder {

	/**
	 * Whether the protocol has events of a type. A payload of any other type is an event
	 * of the protocol only if it looks like one, and is ignored if not, malformed or not.
	 * @param eventType the type of a server-sent event
	 * @return whether such an event is to be decoded
	 */
	boolean isKnown(String eventType);

	/**
	 * Decode the payload of an event.
	 * @param eventType the event's type
	 * @param payload the array in which the payload lies; valid during the call only
	 * @param offset where it begins
	 * @param length how many bytes it is
	 * @param chunks takes the chunks that the payload makes, if any
	 * @return how the response goes on
	 * @throws tools.jackson.core.JacksonException if the payload is malformed
	 */
	Progress decodeEvent(String eventType, byte[] payload, int offset, int length, List<ChatChunk> chunks);

	/**
	 * Return the text of the payload that was decoded last, if another payload that is
	 * the same but for this text would mean a chunk that is the same but for it.
	 * @return the text, or {@code null} if the payload means anything else
	 */
	@Nullable String plainText();

	/**
	 * Return where in that payload the {@link #plainText() text} lies.
	 * @return the index behind the text's opening quote
	 */
	int textStart();

	/**
	 * Return where in that payload another text lies that has no meaning.
	 * @return the index behind the text's opening quote, or -1 if there is no such text
	 */
	default int paddingStart() {
		return -1;
	}

	/**
	 * Return where in that payload a number lies that has no meaning, such as one that
	 * counts the events.
	 * @return the index of its first digit, or -1 if the number is not present
	 */
	default int numberStart() {
		return -1;
	}

	/**
	 * Return the chunk of a payload that is the same but for these texts and the number.
	 * @param text the text, well-formed and not empty
	 * @return the chunk
	 */
	ChatChunk resembling(String text);

	/**
	 * Decode a response that came as one JSON object, not as a stream.
	 * @param body the object's JSON text
	 * @param chunks takes the chunks that the response makes
	 * @return {@link Progress#ERROR} if it reports an error
	 * @throws tools.jackson.core.JacksonException if the body is malformed
	 */
	Progress decodeWhole(byte[] body, List<ChatChunk> chunks);

	/**
	 * Nothing more is to be decoded: hand on what was kept for later payloads. Has no
	 * effect when called again.
	 * @param chunks takes the chunks of it, if any
	 */
	void end(List<ChatChunk> chunks);

	/**
	 * Whether there was anything of an answer in the response: a choice, or a content
	 * block.
	 * @return whether the response is an answer, complete or not
	 */
	boolean hasAnswer();

	/**
	 * Whether the answer is complete if the connection ends now.
	 * @return whether nothing is missing
	 */
	boolean isComplete();

	/**
	 * Release what is held for decoding, as nothing is to be decoded soon.
	 */
	void release();

	/**
	 * How a response goes on after an event.
	 */
	enum Progress {

		/** More is to come. */
		MORE,

		/** The protocol's end was met, and what follows is not read. */
		END,

		/** The payload reports an error. */
		ERROR

	}

}
