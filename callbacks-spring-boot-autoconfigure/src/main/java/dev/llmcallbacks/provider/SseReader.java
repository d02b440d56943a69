package dev.llmcallbacks.provider;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;

/**
 * Cuts the events of a {@code text/event-stream} out of the buffers in which they arrive.
 * Works on bytes, wherever they are split: a buffer is copied into an array of the
 * thread's own, and from there the bytes of an event's data to where they are put
 * together. A listener that knows what comes may take events as they stand. What follows
 * the last blank line is no event and is dropped with the reader. Belongs to one stream
 * and is used by one thread at a time.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">WHATWG
 * HTML, server-sent events</a>
 */
final class SseReader {

	/** As much as comes at once from the common clients. */
	private static final int PIECE = 16 * 1024;

	private static final byte[] BYTE_ORDER_MARK = { (byte) 0xEF, (byte) 0xBB, (byte) 0xBF };

	/**
	 * Where a thread has what it reads at the moment. To look into each network buffer
	 * where it stands takes several objects, a fifth of all garbage where a buffer brings
	 * but one event.
	 */
	private static final ThreadLocal<ByteBuffer> pieces = ThreadLocal
		.withInitial(() -> ByteBuffer.allocate(PIECE).order(ByteOrder.nativeOrder()));

	private final SseListener listener;

	private final int maxEventSize;

	private final GrowingBytes name;

	private final GrowingBytes value;

	private final GrowingBytes data;

	private final SseStrings types = new SseStrings();

	private State state = State.BYTE_ORDER_MARK;

	private Field field = Field.UNKNOWN;

	private int markLength;

	private boolean afterCarriageReturn;

	private boolean hasData;

	private String type = "";

	private String lastEventId = "";

	private @Nullable Long retry;

	/** Where the event began in the buffer at hand, or -1 if in an earlier one. */
	private int eventStart = -1;

	/** Where its data began, or -1 if they lie in more than one piece. */
	private int dataStart = -1;

	/**
	 * Create a reader.
	 * @param listener told of every event
	 * @param maxEventSize how many bytes the data of one event, or one other field, may
	 * have
	 */
	SseReader(SseListener listener, int maxEventSize) {
		this.listener = listener;
		this.maxEventSize = maxEventSize;
		this.name = new GrowingBytes(64, maxEventSize);
		this.value = new GrowingBytes(64, maxEventSize);
		this.data = new GrowingBytes(512, maxEventSize);
	}

	/**
	 * Read a buffer and release it, also when that fails.
	 * @param buffer the next bytes of the stream
	 * @throws org.springframework.core.io.buffer.DataBufferLimitException if an event is
	 * too large; the reader is of no use afterwards
	 */
	void feed(DataBuffer buffer) {
		try {
			while (buffer.readableByteCount() > 0) {
				read(piece(buffer));
			}
		}
		finally {
			DataBufferUtils.release(buffer);
		}
	}

	private static ByteBuffer piece(DataBuffer buffer) {
		ByteBuffer piece = pieces.get().clear();
		piece.limit(Math.min(buffer.readableByteCount(), PIECE));
		buffer.read(piece.array(), 0, piece.limit());
		return piece;
	}

	/**
	 * Return the last {@code id} that was read.
	 * @return the id, empty when there was none
	 */
	String lastEventId() {
		return this.lastEventId;
	}

	/**
	 * Return the last {@code retry} that was read.
	 * @return the time in milliseconds, or {@code null} when there was none
	 */
	@Nullable Long retry() {
		return this.retry;
	}

	private void read(ByteBuffer bytes) {
		int position = bytes.position();
		int limit = bytes.limit();
		this.eventStart = -1;
		this.dataStart = -1;
		while (position < limit) {
			if (isBetweenEvents()) {
				int end = this.listener.onBytes(bytes, position,
						position + Math.min(limit - position, this.maxEventSize));
				bytes.limit(limit);
				this.eventStart = end;
				if (end > position) {
					position = end;
					continue;
				}
			}
			position = switch (this.state) {
				case BYTE_ORDER_MARK -> readByteOrderMark(bytes, position);
				case NAME -> readName(bytes, position, limit);
				case VALUE_START -> readValueStart(bytes, position);
				case VALUE -> readValue(bytes, position, limit);
			};
		}
	}

	private boolean isBetweenEvents() {
		return this.state == State.NAME && this.name.isEmpty() && !this.hasData && this.type.isEmpty()
				&& !this.afterCarriageReturn;
	}

	private int readByteOrderMark(ByteBuffer bytes, int position) {
		if (bytes.get(position) == BYTE_ORDER_MARK[this.markLength]) {
			this.markLength++;
			this.state = (this.markLength == BYTE_ORDER_MARK.length) ? State.NAME : State.BYTE_ORDER_MARK;
			return position + 1;
		}
		this.name.append(ByteBuffer.wrap(BYTE_ORDER_MARK), 0, this.markLength);
		this.state = State.NAME;
		return position;
	}

	private int readName(ByteBuffer bytes, int position, int limit) {
		int start = position;
		if (this.afterCarriageReturn) {
			this.afterCarriageReturn = false;
			if (bytes.get(position) == '\n') {
				return position + 1;
			}
		}
		for (int i = start; i < limit; i++) {
			byte next = bytes.get(i);
			if (next == ':' || next == '\n' || next == '\r') {
				this.name.append(bytes, start, i - start);
				endName(bytes, next, i + 1);
				return i + 1;
			}
		}
		this.name.append(bytes, start, limit - start);
		return limit;
	}

	private void endName(ByteBuffer bytes, byte end, int next) {
		if (end == ':') {
			this.field = Field.of(this.name);
			this.state = State.VALUE_START;
			return;
		}
		this.afterCarriageReturn = (end == '\r');
		if (this.name.isEmpty()) {
			if (this.hasData) {
				dispatch(bytes, next);
			}
			this.type = "";
			return;
		}
		this.field = Field.of(this.name);
		startValue();
		endField();
	}

	private int readValueStart(ByteBuffer bytes, int position) {
		int start = (bytes.get(position) == ' ') ? position + 1 : position;
		if (this.field == Field.DATA) {
			this.dataStart = this.hasData ? -1 : start;
		}
		startValue();
		this.state = State.VALUE;
		return start;
	}

	private void startValue() {
		if (this.field == Field.DATA) {
			if (this.hasData) {
				this.data.append((byte) '\n');
			}
			this.hasData = true;
		}
	}

	private int readValue(ByteBuffer bytes, int position, int limit) {
		int end = GrowingBytes.endOfLine(bytes, position, limit);
		if (this.field == Field.DATA) {
			this.data.append(bytes, position, end - position);
		}
		else if (this.field != Field.COMMENT) {
			this.value.append(bytes, position, end - position);
		}
		if (end == limit) {
			return limit;
		}
		this.afterCarriageReturn = (bytes.get(end) == '\r');
		endField();
		return end + 1;
	}

	private void endField() {
		switch (this.field) {
			case EVENT -> {
				this.type = this.types.get(this.value);
			}
			case ID -> {
				this.lastEventId = this.value.contains((byte) 0) ? this.lastEventId : this.value.toString();
			}
			case RETRY -> {
				this.retry = this.value.isDigits() ? (Long) Long.parseLong(this.value.toString()) : this.retry;
			}
			case UNKNOWN ->
				this.listener.onUnknownField(this.name.toString(), this.value.array(), 0, this.value.length());
			case DATA, COMMENT -> {
			}
		}
		this.name.clear();
		this.value.clear();
		this.state = State.NAME;
	}

	private void dispatch(ByteBuffer bytes, int end) {
		int length = this.data.length();
		this.listener.onEvent(this.type.isEmpty() ? "message" : this.type, this.data.array(), 0, length);
		if (this.eventStart >= 0 && this.dataStart >= 0 && !this.afterCarriageReturn) {
			this.listener.onLines(bytes, this.eventStart, this.dataStart, this.dataStart + length, end);
		}
		this.data.clear();
		this.hasData = false;
	}

	private enum State {

		BYTE_ORDER_MARK, NAME, VALUE_START, VALUE

	}

	private enum Field {

		DATA("data"), EVENT("event"), ID("id"), RETRY("retry"), COMMENT(""), UNKNOWN("?");

		private final byte[] bytes;

		Field(String name) {
			this.bytes = name.getBytes(StandardCharsets.US_ASCII);
		}

		static Field of(GrowingBytes name) {
			for (Field field : FIELDS) {
				if (name.contentEquals(field.bytes)) {
					return field;
				}
			}
			return UNKNOWN;
		}

		private static final Field[] FIELDS = { DATA, EVENT, ID, RETRY, COMMENT };

	}

}
