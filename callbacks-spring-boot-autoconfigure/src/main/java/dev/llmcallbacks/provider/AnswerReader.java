package dev.llmcallbacks.provider;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import tools.jackson.core.JacksonException;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.provider.AnswerDecoder.Progress;

/**
 * Reads the body of one successful response: a stream of events or, whatever was asked
 * for, one JSON object; which of them it is, the first byte tells better than the content
 * type.
 */
final class AnswerReader implements SseListener {

	/** An answer in one piece may be as large as so many of the largest events. */
	private static final int BODY_FACTOR = 16;

	private final ResponseHead head;

	private final AnswerDecoder decoder;

	private final Failures failures;

	private final SseReader events;

	private final int maxBodySize;

	private final Sinks.Empty<Void> endMarker = Sinks.empty();

	private List<ChatChunk> chunks = List.of();

	private @Nullable Throwable failure;

	private boolean started;

	private @Nullable ByteArrayOutputStream body;

	private boolean ended;

	private int count;

	AnswerReader(ResponseHead head, AnswerDecoder decoder, Failures failures, int maxEventSize) {
		this.head = head;
		this.decoder = decoder;
		this.failures = failures;
		this.events = new SseReader(this, maxEventSize);
		this.maxBodySize = (int) Math.min(Integer.MAX_VALUE - 8L, maxEventSize * (long) BODY_FACTOR);
	}

	/**
	 * Read a buffer and release it.
	 * @param buffer the next bytes of the body
	 * @return the chunks that are complete with it; iterating over them fails after the
	 * last if the buffer held something that is to fail the answer
	 */
	Iterable<ChatChunk> read(DataBuffer buffer) {
		return collect(() -> feed(buffer));
	}

	/**
	 * The body has ended.
	 * @return the chunks that are complete with it; iterating over them fails after the
	 * last if the answer is not
	 */
	Iterable<ChatChunk> end() {
		return collect(this::finish);
	}

	/**
	 * The protocol's own end has been read. The body should end at once now; whoever
	 * waits for that lets the connection be used again.
	 * @return completes after the end marker
	 */
	Mono<Void> endMarker() {
		return this.endMarker.asMono();
	}

	// Map an error that reading the body met.
	Throwable broken(Throwable error) {
		return this.failures.whileReading(this.head, this.count, error);
	}

	private Iterable<ChatChunk> collect(Runnable step) {
		List<ChatChunk> collected = new ArrayList<>();
		this.chunks = collected;
		try {
			step.run();
		}
		catch (ChatModelException | DataBufferLimitException ex) {
			this.failure = broken(ex);
		}
		catch (RuntimeException ex) {
			this.failure = this.failures.unreadable(this.head, "sent an answer that could not be read",
					"report it to the library", ex);
		}
		Throwable thrown = this.failure;
		return (thrown != null) ? () -> new FailingIterator(collected.iterator(), thrown) : collected;
	}

	private void feed(DataBuffer buffer) {
		if (this.ended) {
			DataBufferUtils.release(buffer);
			return;
		}
		if (!this.started) {
			start(buffer);
		}
		if (this.body == null) {
			this.events.feed(buffer);
			return;
		}
		keep(buffer, this.body);
	}

	private void start(DataBuffer buffer) {
		for (int i = buffer.readPosition(); i < buffer.writePosition(); i++) {
			byte next = buffer.getByte(i);
			if (next != ' ' && next != '\t' && next != '\n' && next != '\r') {
				this.started = true;
				this.body = (next == '{' || next == '[' || next == '<') ? new ByteArrayOutputStream() : null;
				return;
			}
		}
	}

	private void keep(DataBuffer buffer, ByteArrayOutputStream body) {
		try {
			if (body.size() + (long) buffer.readableByteCount() > this.maxBodySize) {
				throw new DataBufferLimitException("Exceeded the limit of " + this.maxBodySize + " bytes");
			}
			byte[] bytes = new byte[buffer.readableByteCount()];
			buffer.read(bytes);
			body.writeBytes(bytes);
		}
		finally {
			DataBufferUtils.release(buffer);
		}
	}

	@Override
	public void onEvent(String type, byte[] data, int offset, int length) {
		if (this.ended) {
			return;
		}
		this.count++;
		Progress progress = type.equals("error") ? Progress.ERROR : decode(data, offset, length);
		if (progress == Progress.ERROR) {
			throw this.failures.reported(this.head, data, offset, length);
		}
		if (progress == Progress.END) {
			this.ended = true;
			this.endMarker.tryEmitEmpty();
		}
	}

	@Override
	public void onUnknownField(String name, byte[] value, int offset, int length) {
		if (name.equals("error") && !this.ended) {
			throw this.failures.reported(this.head, value, offset, length);
		}
	}

	private Progress decode(byte[] data, int offset, int length) {
		try {
			return this.decoder.decodeEvent(data, offset, length, this.chunks);
		}
		catch (JacksonException ex) {
			byte[] mended = mend(data, offset, length);
			if (mended == null) {
				throw malformed();
			}
			return decodeMended(mended);
		}
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

	// The parser's own message quotes the payload, and with it an answer.
	private RuntimeException malformed() {
		return this.failures.unreadable(this.head, "sent malformed JSON in event " + this.count + " of its stream",
				"try again or report it to the provider", null);
	}

	private void finish() {
		if (this.ended) {
			return;
		}
		if (this.body != null) {
			finishBody(this.body.toByteArray());
		}
		else if (!this.decoder.isComplete()) {
			throw (this.count == 0 && !isEventStream()) ? this.failures.unreadable(this.head,
					"answered with content of type '" + this.head.contentType() + "'", "check the base URL", null)
					: this.failures.truncated(this.head, this.count, null);
		}
	}

	private boolean isEventStream() {
		String contentType = this.head.contentType();
		return contentType == null || contentType.startsWith("text/event-stream");
	}

	private void finishBody(byte[] bytes) {
		Progress progress;
		try {
			progress = this.decoder.decodeWhole(bytes, this.chunks);
		}
		catch (JacksonException ex) {
			progress = null;
		}
		if (progress == Progress.ERROR || (progress == null && ErrorBody.parse(bytes, 0, bytes.length).isKnown())) {
			throw this.failures.reported(this.head, bytes, 0, bytes.length);
		}
		if (progress == null || this.chunks.isEmpty()) {
			throw this.failures.unreadable(this.head,
					"answered with a body of type '" + this.head.contentType() + "' that holds no answer",
					"check the base URL", null);
		}
	}

	// What was read before a failure is handed on before it.
	private record FailingIterator(Iterator<ChatChunk> chunks, Throwable failure) implements Iterator<ChatChunk> {

		@Override
		public boolean hasNext() {
			return true;
		}

		@Override
		public ChatChunk next() {
			if (this.chunks.hasNext()) {
				return this.chunks.next();
			}
			if (this.failure instanceof RuntimeException exception) {
				throw exception;
			}
			throw new NoSuchElementException();
		}

	}

}
