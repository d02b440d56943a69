package dev.llmcallbacks.provider;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;

/**
 * Reads the events of a {@code text/event-stream} from the buffers in which they arrive.
 * Works on bytes, wherever they are split: a buffer is copied into an array of the
 * thread's own, and from there the bytes of an event's data into a buffer of the reader.
 * What follows the last blank line is not an event and is dropped with the reader.
 * Belongs to one stream and is used by one thread at a time.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">WHATWG
 * HTML, server-sent events</a>
 */
final class SseReader implements EventReader {

	/** As much as comes at once from the common clients. */
	private static final int CAPACITY = 16 * 1024;

	private static final byte[] BYTE_ORDER_MARK = { (byte) 0xEF, (byte) 0xBB, (byte) 0xBF };

	/**
	 * The bytes that a thread reads at the moment. Reading each network buffer in place
	 * takes several objects, a fifth of all garbage where a buffer holds only one event.
	 */
	private static final ThreadLocal<ByteBuffer> threadBytes = ThreadLocal
		.withInitial(() -> ByteBuffer.allocate(CAPACITY).order(ByteOrder.nativeOrder()));

	private final SseListener listener;

	private final int maxEventSize;

	private final ByteArrayBuilder name;

	private final ByteArrayBuilder value;

	private final ByteArrayBuilder data;

	private final StringCache types = new StringCache();

	private State state = State.BYTE_ORDER_MARK;

	private Field field = Field.UNKNOWN;

	private int markLength;

	private boolean afterCarriageReturn;

	private boolean hasData;

	private String type = "";

	private String lastEventId = "";

	private @Nullable Long retry;

	/**
	 * Where the data of the last event begin, or -1 if they are in more than one place.
	 */
	private int dataStart = -1;

	private int dataEnd;

	private int dispatched;

	/**
	 * Create a reader.
	 * @param listener receives the events
	 * @param maxEventSize how many bytes the data of one event, or one other field, may
	 * have
	 */
	SseReader(SseListener listener, int maxEventSize) {
		this.listener = listener;
		this.maxEventSize = maxEventSize;
		this.name = new ByteArrayBuilder(64, maxEventSize);
		this.value = new ByteArrayBuilder(64, maxEventSize);
		this.data = new ByteArrayBuilder(512, maxEventSize);
	}

	@Override
	public void feed(DataBuffer buffer) {
		try {
			while (buffer.readableByteCount() > 0) {
				ByteBuffer bytes = nextBytes(buffer);
				int position = 0;
				while (position < bytes.limit()) {
					position = readEvent(bytes, position);
				}
			}
		}
		finally {
			DataBufferUtils.release(buffer);
		}
	}

	/**
	 * Take bytes out of a buffer, as many as one array of this thread holds.
	 * @param buffer the buffer
	 * @return the bytes, from index 0 to the limit; valid until the next call
	 */
	static ByteBuffer nextBytes(DataBuffer buffer) {
		ByteBuffer bytes = threadBytes.get().clear();
		bytes.limit(Math.min(buffer.readableByteCount(), CAPACITY));
		buffer.read(bytes.array(), 0, bytes.limit());
		return bytes;
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

	/**
	 * Read bytes up to a place between two events, or all of them.
	 * @param bytes the bytes of the stream
	 * @param from the index of the first that has not been read; there must be one
	 * @return the index behind the last that has been read
	 */
	int readEvent(ByteBuffer bytes, int from) {
		int position = from;
		int limit = bytes.limit();
		this.dataStart = -1;
		this.dispatched = 0;
		do {
			position = switch (this.state) {
				case BYTE_ORDER_MARK -> readByteOrderMark(bytes, position);
				case NAME -> readName(bytes, position, limit);
				case VALUE_START -> readValueStart(bytes, position);
				case VALUE -> readValue(bytes, position, limit);
			};
		}
		while (position < limit && !isBetweenEvents());
		return position;
	}

	/**
	 * Whether nothing has been read of the next event.
	 * @return whether an event may begin with the next byte
	 */
	boolean isBetweenEvents() {
		return this.state == State.NAME && this.name.isEmpty() && !this.hasData && this.type.isEmpty()
				&& !this.afterCarriageReturn;
	}

	/**
	 * Return where the data of the event begin that was read last.
	 * @return the index in the bytes, or -1 unless they are the one line of data in the
	 * one event that was read from these bytes
	 */
	int dataStart() {
		return this.dataStart;
	}

	/**
	 * Return where those data end.
	 * @return the index in the bytes
	 */
	int dataEnd() {
		return this.dataEnd;
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
				endName(next);
				return i + 1;
			}
		}
		this.name.append(bytes, start, limit - start);
		return limit;
	}

	private void endName(byte end) {
		if (end == ':') {
			this.field = Field.of(this.name);
			this.state = State.VALUE_START;
			return;
		}
		this.afterCarriageReturn = (end == '\r');
		if (this.name.isEmpty()) {
			if (this.hasData) {
				dispatch();
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
		int end = ByteArrayBuilder.endOfLine(bytes, position, limit);
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

	private void dispatch() {
		int length = this.data.length();
		this.dispatched++;
		this.dataStart = (this.dispatched == 1 && !this.afterCarriageReturn) ? this.dataStart : -1;
		this.dataEnd = this.dataStart + length;
		this.listener.onEvent(this.type.isEmpty() ? "message" : this.type, this.data.array(), 0, length);
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

		static Field of(ByteArrayBuilder name) {
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
