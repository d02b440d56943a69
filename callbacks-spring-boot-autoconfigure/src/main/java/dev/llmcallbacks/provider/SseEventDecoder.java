package dev.llmcallbacks.provider;

import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ToolCallChunk;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.provider.ChatChunkDecoder.Progress;

/**
 * Decodes the events of one stream into chunks, up to the protocol's own end, and turns
 * events that report an error into exceptions.
 */
final class SseEventDecoder implements SseListener {

	private static final String ERROR = "error";

	private static final byte[] NOTHING = {};

	private final ResponseHead head;

	private final ChatChunkDecoder decoder;

	private final ResponseLimits limits;

	private final ExceptionTranslator exceptions;

	private List<ChatChunk> chunks = List.of();

	private boolean ended;

	private int count;

	/** The text of the last event, if the next ones may be the same but for it. */
	private @Nullable String plainText;

	/** The beginning of the last event, as long as there is nothing of an answer. */
	private byte[] said = NOTHING;

	SseEventDecoder(ResponseHead head, ChatChunkDecoder decoder, ResponseLimits limits,
			ExceptionTranslator exceptions) {
		this.head = head;
		this.decoder = decoder;
		this.limits = limits;
		this.exceptions = exceptions;
	}

	/**
	 * Set where the chunks go from now on.
	 * @param chunks takes the chunks
	 */
	void collectInto(List<ChatChunk> chunks) {
		this.chunks = chunks;
	}

	/**
	 * Whether the protocol's own end has been read; what follows is not.
	 * @return whether the answer is complete
	 */
	boolean isEnded() {
		return this.ended;
	}

	/**
	 * Return how many events have been read.
	 * @return the number
	 */
	int count() {
		return this.count;
	}

	/**
	 * Return what was read instead of an answer.
	 * @return the beginning of the last event; empty if there is something of an answer
	 */
	byte[] said() {
		return this.said;
	}

	/**
	 * Return the text of the last event, if the next ones may be the same but for it.
	 * @return the text, or {@code null} if the event means anything else
	 */
	@Nullable String plainText() {
		return this.plainText;
	}

	@Override
	public void onEvent(String type, byte[] data, int offset, int length) {
		this.plainText = null;
		if (this.ended) {
			return;
		}
		this.count++;
		if (type.equals(ERROR)) {
			throw this.exceptions.reported(this.head, data, offset, length);
		}
		if (isBlank(data, offset, length)) {
			return;
		}
		if (Utf8.isWellFormed(data, offset, length)) {
			decode(type, data, offset, length);
			this.plainText = this.decoder.plainText();
		}
		else {
			byte[] mended = Utf8.mend(data, offset, length);
			decode(type, mended, 0, mended.length);
		}
	}

	private static boolean isBlank(byte[] data, int offset, int length) {
		for (int i = offset; i < offset + length; i++) {
			if (data[i] != ' ' && data[i] != '\n') {
				return false;
			}
		}
		return true;
	}

	/**
	 * An event has been read that is the same as one before but for its text.
	 * @param text the text, well-formed and not empty
	 */
	void onText(String text) {
		if (this.ended) {
			return;
		}
		this.count++;
		this.limits.addText(text.length());
		// many more like it are likely to follow, and none is decoded
		this.decoder.release();
		this.chunks.add(this.decoder.resembling(text));
	}

	// llama.cpp reports errors in a field of their own
	@Override
	public void onUnknownField(String name, byte[] value, int offset, int length) {
		if (name.equals(ERROR) && !this.ended) {
			throw this.exceptions.reported(this.head, value, offset, length);
		}
	}

	private void decode(String type, byte[] data, int offset, int length) {
		int before = this.chunks.size();
		Progress progress;
		try {
			progress = this.decoder.decodeEvent(type, data, offset, length, this.chunks);
		}
		catch (JacksonException ex) {
			if (this.decoder.isKnown(type)) {
				throw malformed();
			}
			return;
		}
		count(this.chunks, before, this.limits);
		switch (progress) {
			case ERROR -> throw this.exceptions.reported(this.head, data, offset, length);
			case END -> end();
			case MORE -> {
				if (!this.decoder.hasAnswer()) {
					this.said = Arrays.copyOfRange(data, offset, offset + Math.min(length, ErrorBody.MAX_SIZE));
				}
			}
		}
	}

	private void end() {
		if (!this.decoder.hasAnswer()) {
			throw this.exceptions.noAnswer(this.head, this.said, this.said.length);
		}
		this.ended = true;
	}

	/**
	 * Count the text of chunks.
	 * @param chunks the chunks
	 * @param from the index of the first that has not been counted
	 * @param limits the limits of the response
	 */
	static void count(List<ChatChunk> chunks, int from, ResponseLimits limits) {
		for (int i = from; i < chunks.size(); i++) {
			ChatChunk chunk = chunks.get(i);
			limits.addText(chunk.text().length());
			if (chunk.reasoning() != null) {
				limits.addText(chunk.reasoning().length());
			}
			for (ToolCallChunk call : chunk.toolCalls()) {
				limits.addText(call.arguments().length() + length(call.id()) + length(call.name()));
			}
		}
	}

	private static int length(@Nullable String text) {
		return (text != null) ? text.length() : 0;
	}

	// The parser's own message quotes the payload, and with it an answer
	private ChatModelException malformed() {
		return this.exceptions.unreadable(this.head, "sent malformed JSON in event " + this.count + " of its stream",
				"try again or report it to the provider", null);
	}

}
