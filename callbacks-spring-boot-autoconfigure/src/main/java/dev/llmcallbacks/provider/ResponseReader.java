package dev.llmcallbacks.provider;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import tools.jackson.core.JacksonException;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.provider.ChatChunkDecoder.Progress;

/**
 * Reads the body of one successful response: a stream of events or, whatever was asked
 * for, one JSON object. The first byte decides which of them it is, as it is more
 * reliable than the content type. Used by one thread at a time.
 */
final class ResponseReader {

	/**
	 * How many times as large as the largest event a body that is not streamed may be.
	 */
	private static final int BODY_FACTOR = 16;

	private final ResponseHead head;

	private final ChatChunkDecoder decoder;

	private final ResponseLimits limits;

	private final ExceptionTranslator exceptions;

	private final SseEventDecoder events;

	private final EventReader reader;

	private final int maxBodySize;

	/** How many chunks the next buffer is likely to complete: as many as the last. */
	private int expected = 1;

	private boolean headAdded;

	private boolean started;

	private @Nullable ByteArrayBuilder body;

	private @Nullable ChatModelException failure;

	ResponseReader(ResponseHead head, ChatChunkDecoder decoder, ResponseLimits limits, ExceptionTranslator exceptions,
			int maxEventSize) {
		this.head = head;
		this.decoder = decoder;
		this.limits = limits;
		this.exceptions = exceptions;
		this.events = new SseEventDecoder(head, decoder, limits, exceptions);
		// new SseReader(this.events, maxEventSize) reads the same, and decodes every
		// event
		this.reader = new TemplateSseReader(this.events, decoder, maxEventSize);
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
		if (this.failure != null) {
			this.decoder.end(chunks);
		}
		this.expected = Math.max(1, chunks.size());
		addHead(chunks);
		return chunks;
	}

	// with the first chunk, so that it is known of a partial answer, too
	private void addHead(List<ChatChunk> chunks) {
		if (!this.headAdded && !chunks.isEmpty()) {
			this.headAdded = true;
			String requestId = this.exceptions.requestId(this.head);
			if (requestId != null || !this.head.rateLimits().isEmpty()) {
				chunks.set(0, withHead(chunks.get(0), requestId));
			}
		}
	}

	private ChatChunk withHead(ChatChunk chunk, @Nullable String requestId) {
		Map<String, Object> details = new LinkedHashMap<>(chunk.responseDetails());
		if (requestId != null) {
			details.put(AnswerAssembler.REQUEST_ID, requestId);
		}
		if (!this.head.rateLimits().isEmpty()) {
			details.put(AnswerAssembler.RATE_LIMITS, this.exceptions.rateLimits(this.head));
		}
		return new ChatChunk(chunk.choice(), chunk.text(), chunk.reasoning(), chunk.toolCalls(), chunk.finishReason(),
				chunk.rawFinishReason(), chunk.usage(), chunk.model(), chunk.id(), chunk.details(), details);
	}

	/**
	 * The body has ended, or nothing more of it is to be read.
	 * @return the chunks that are complete with the end of the body: those of a body that
	 * is not streamed, and what was kept back of a stream
	 */
	List<ChatChunk> end() {
		List<ChatChunk> chunks = new ArrayList<>();
		if (this.failure == null) {
			this.failure = failureOf(() -> finish(chunks));
		}
		this.decoder.end(chunks);
		this.decoder.release();
		addHead(chunks);
		return chunks;
	}

	/**
	 * Return what fails the response, after the chunks that came before it; nothing more
	 * is to be read then.
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
	 */
	void broken(Throwable error) {
		if (this.failure == null) {
			this.failure = this.exceptions.whileReading(this.head, this.events.count(), error);
		}
	}

	private @Nullable ChatModelException failureOf(Runnable step) {
		try {
			step.run();
			return null;
		}
		catch (ChatModelException | ResponseLimitException | DataBufferLimitException ex) {
			return this.exceptions.whileReading(this.head, this.events.count(), ex);
		}
		catch (RuntimeException ex) {
			return this.exceptions.unreadable(this.head, "sent an answer that could not be read",
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
				this.body = (next == '{' || next == '[' || next == '<') ? new ByteArrayBuilder(1024, this.maxBodySize)
						: null;
				return;
			}
		}
	}

	private static void keep(DataBuffer buffer, ByteArrayBuilder body) {
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
			finishBody(this.body, chunks);
		}
		else if (!this.decoder.isComplete()) {
			throw unfinished();
		}
	}

	private ChatModelException unfinished() {
		byte[] said = this.events.said();
		boolean noStream = this.events.count() == 0 && !this.head.isEventStream();
		return (noStream || ErrorBody.parse(said, 0, said.length).hasReason())
				? this.exceptions.noAnswer(this.head, said, said.length)
				: this.exceptions.truncated(this.head, this.events.count(), null);
	}

	private void finishBody(ByteArrayBuilder body, List<ChatChunk> chunks) {
		byte[] bytes = Utf8.isWellFormed(body.array(), 0, body.length()) ? body.toByteArray()
				: Utf8.mend(body.array(), 0, body.length());
		Progress progress;
		boolean malformed = false;
		try {
			progress = this.decoder.decodeWhole(bytes, chunks);
		}
		catch (JacksonException ex) {
			malformed = true;
			progress = ErrorBody.parse(bytes, 0, bytes.length).hasReason() ? Progress.ERROR : Progress.MORE;
		}
		if (progress == Progress.ERROR) {
			throw this.exceptions.reported(this.head, bytes, 0, bytes.length);
		}
		if (malformed || !this.decoder.hasAnswer()) {
			chunks.clear();
			// malformed JSON may be a part of an answer, which is not quoted
			boolean quoted = !malformed || bytes[0] == '<';
			throw this.exceptions.noAnswer(this.head, bytes, quoted ? bytes.length : 0);
		}
		SseEventDecoder.count(chunks, 0, this.limits);
	}

}
