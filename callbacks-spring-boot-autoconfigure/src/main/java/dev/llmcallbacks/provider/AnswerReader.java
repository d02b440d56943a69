package dev.llmcallbacks.provider;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import tools.jackson.core.JacksonException;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.provider.AnswerDecoder.Progress;

/**
 * Reads the body of one successful response: a stream of events or, whatever was asked
 * for, one JSON object; which of them it is, the first byte tells better than the content
 * type.
 */
final class AnswerReader {

	/** An answer in one piece may be as large as so many of the largest events. */
	private static final int BODY_FACTOR = 16;

	private final ResponseHead head;

	private final AnswerDecoder decoder;

	private final Failures failures;

	private final AnswerEvents events;

	private final SseReader reader;

	private final int maxBodySize;

	/** How many chunks the next buffer is likely to complete: as many as the last. */
	private int expected = 1;

	private boolean started;

	private @Nullable GrowingBytes body;

	private @Nullable ChatModelException failure;

	AnswerReader(ResponseHead head, AnswerDecoder decoder, Failures failures, int maxEventSize) {
		this.head = head;
		this.decoder = decoder;
		this.failures = failures;
		this.events = new AnswerEvents(head, decoder, failures);
		this.reader = new SseReader(this.events, maxEventSize);
		this.maxBodySize = (int) Math.min(Integer.MAX_VALUE - 8L, maxEventSize * (long) BODY_FACTOR);
	}

	/**
	 * Read a buffer and release it.
	 * @param buffer the next bytes of the body
	 * @return the chunks that are complete with it; may be empty
	 */
	List<ChatChunk> read(DataBuffer buffer) {
		List<ChatChunk> chunks = new ArrayList<>(this.expected);
		this.failure = failureOf(() -> feed(buffer, chunks));
		this.expected = Math.max(1, chunks.size());
		return chunks;
	}

	/**
	 * Nothing more is to be read.
	 * @return the chunks that are complete with the end of the body; none but those of a
	 * body in one piece
	 */
	List<ChatChunk> end() {
		List<ChatChunk> chunks = new ArrayList<>();
		if (this.failure == null) {
			this.failure = failureOf(() -> finish(chunks));
		}
		this.decoder.release();
		return chunks;
	}

	/**
	 * Return what fails the answer, after the chunks that came before it; nothing more is
	 * to be read then.
	 * @return the failure of what has been read, and after its end of what is missing
	 */
	@Nullable ChatModelException failure() {
		return this.failure;
	}

	/**
	 * Whether the protocol's own end has been read. The body should end at once now;
	 * whether it does, and how, does not matter to the answer.
	 * @return whether the answer is complete
	 */
	boolean isComplete() {
		return this.events.isEnded();
	}

	/**
	 * Reading the body met an error before the answer was complete.
	 * @param error the error
	 * @return the typed error
	 */
	ChatModelException broken(Throwable error) {
		return this.failures.whileReading(this.head, this.events.count(), error);
	}

	private @Nullable ChatModelException failureOf(Runnable step) {
		try {
			step.run();
			return null;
		}
		catch (ChatModelException | DataBufferLimitException ex) {
			return broken(ex);
		}
		catch (RuntimeException ex) {
			return this.failures.unreadable(this.head, "sent an answer that could not be read",
					"report it to the library", ex);
		}
	}

	private void feed(DataBuffer buffer, List<ChatChunk> chunks) {
		if (this.events.isEnded()) {
			DataBufferUtils.release(buffer);
			return;
		}
		if (!this.started) {
			start(buffer);
		}
		if (this.body != null) {
			keep(buffer, this.body);
			return;
		}
		this.events.collectInto(chunks);
		this.reader.feed(buffer);
	}

	private void start(DataBuffer buffer) {
		for (int i = buffer.readPosition(); i < buffer.writePosition(); i++) {
			byte next = buffer.getByte(i);
			if (next != ' ' && next != '\t' && next != '\n' && next != '\r') {
				this.started = true;
				this.body = (next == '{' || next == '[' || next == '<') ? new GrowingBytes(1024, this.maxBodySize)
						: null;
				return;
			}
		}
	}

	private static void keep(DataBuffer buffer, GrowingBytes body) {
		try {
			body.append(buffer);
		}
		finally {
			DataBufferUtils.release(buffer);
		}
	}

	private void finish(List<ChatChunk> chunks) {
		if (this.events.isEnded()) {
			return;
		}
		if (this.body != null) {
			finishBody(this.body.toByteArray(), chunks);
		}
		else if (!this.decoder.isComplete()) {
			throw (this.events.count() == 0 && !this.head.isEventStream()) ? noAnswer()
					: this.failures.truncated(this.head, this.events.count(), null);
		}
	}

	private void finishBody(byte[] bytes, List<ChatChunk> chunks) {
		Progress progress;
		try {
			progress = this.decoder.decodeWhole(bytes, chunks);
		}
		catch (JacksonException ex) {
			progress = ErrorBody.parse(bytes, 0, bytes.length).isKnown() ? Progress.ERROR : Progress.MORE;
		}
		if (progress == Progress.ERROR) {
			throw this.failures.reported(this.head, bytes, 0, bytes.length);
		}
		if (chunks.isEmpty()) {
			throw noAnswer();
		}
	}

	private ChatModelException noAnswer() {
		return this.failures.unreadable(this.head,
				"answered with a body of type '" + this.head.contentType() + "' that holds no answer",
				"check the base URL", null);
	}

}
