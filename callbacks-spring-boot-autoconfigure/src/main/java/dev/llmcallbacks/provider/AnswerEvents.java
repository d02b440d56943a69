package dev.llmcallbacks.provider;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.provider.AnswerDecoder.Progress;

/**
 * Takes the events of one answer to its decoder, up to the protocol's own end, and turns
 * those that report an error into exceptions.
 */
final class AnswerEvents implements SseListener {

	private final ResponseHead head;

	private final AnswerDecoder decoder;

	private final Failures failures;

	private final TextTemplate template = new TextTemplate();

	private List<ChatChunk> chunks = List.of();

	private boolean ended;

	private int count;

	/** Whether the last event is what the template holds, or resembles it. */
	private boolean resembling;

	AnswerEvents(ResponseHead head, AnswerDecoder decoder, Failures failures) {
		this.head = head;
		this.decoder = decoder;
		this.failures = failures;
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

	@Override
	public void onEvent(String type, byte[] data, int offset, int length) {
		if (this.ended) {
			return;
		}
		this.count++;
		this.resembling = false;
		Progress progress = type.equals("error") ? Progress.ERROR : decode(data, offset, length);
		if (progress == Progress.ERROR) {
			throw this.failures.reported(this.head, data, offset, length);
		}
		this.ended = (progress == Progress.END);
	}

	@Override
	public int onBytes(ByteBuffer bytes, int from, int limit) {
		String text = this.ended ? null : this.template.match(bytes, from, limit);
		if (text == null) {
			return from;
		}
		this.count++;
		addResembling(text);
		return this.template.matchedEnd();
	}

	@Override
	public void onLines(ByteBuffer bytes, int start, int data, int endOfData, int end) {
		if (this.resembling && this.template.isPayloadOnly()) {
			this.template.learnLines(bytes, start, data, endOfData, end);
		}
	}

	// llama.cpp reports errors in a field of their own
	@Override
	public void onUnknownField(String name, byte[] value, int offset, int length) {
		if (name.equals("error") && !this.ended) {
			throw this.failures.reported(this.head, value, offset, length);
		}
	}

	private Progress decode(byte[] data, int offset, int length) {
		if (isBlank(data, offset, length)) {
			return Progress.MORE;
		}
		String text = this.template.match(data, offset, length);
		if (text != null) {
			this.resembling = true;
			addResembling(text);
			return Progress.MORE;
		}
		try {
			Progress progress = this.decoder.decodeEvent(data, offset, length, this.chunks);
			learn(data, offset, length);
			return progress;
		}
		catch (JacksonException ex) {
			this.template.forget();
			byte[] mended = mend(data, offset, length);
			if (mended == null) {
				throw malformed();
			}
			return decodeMended(mended);
		}
	}

	// it is likely that many more resemble it, and none is decoded
	private void addResembling(String text) {
		this.decoder.release();
		this.chunks.add(this.decoder.resembling(text));
	}

	private void learn(byte[] data, int offset, int length) {
		int text = this.decoder.textStart();
		if (text >= 0 && this.template.isLearning()) {
			this.template.learn(data, offset, length, text, this.decoder.paddingStart());
			this.resembling = true;
		}
		else {
			this.template.forget();
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

	private Progress decodeMended(byte[] mended) {
		try {
			return this.decoder.decodeEvent(mended, 0, mended.length, this.chunks);
		}
		catch (JacksonException ex) {
			throw malformed();
		}
	}

	// An event stream is UTF-8 with replacement characters for what is invalid, which a
	// JSON parser refuses. Nothing is returned if nothing is invalid
	private static byte @Nullable [] mend(byte[] data, int offset, int length) {
		byte[] mended = new String(data, offset, length, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
		return Arrays.equals(mended, 0, mended.length, data, offset, offset + length) ? null : mended;
	}

	// The parser's own message quotes the payload, and with it an answer
	private ChatModelException malformed() {
		return this.failures.unreadable(this.head, "sent malformed JSON in event " + this.count + " of its stream",
				"try again or report it to the provider", null);
	}

}
