package dev.llmcallbacks.provider;

import java.nio.ByteBuffer;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;

/**
 * Decorator of an {@link SseReader} that takes the text out of events which repeat the
 * one before them byte for byte but for that text, without having them read and decoded.
 * It sits in front of the reader, for events that lie in one buffer, and behind it, for
 * those that do not. Without it a stream means the same.
 */
final class TemplateSseReader implements EventReader, SseListener {

	private final SseReader reader;

	private final SseEventDecoder events;

	private final ChatChunkDecoder decoder;

	private final int maxEventSize;

	private final TextTemplate template = new TextTemplate();

	/** Whether the last event is what the template holds, or resembles it. */
	private boolean resembling;

	/**
	 * Create a reader.
	 * @param events receives what is read
	 * @param decoder decodes the events that do not repeat another
	 * @param maxEventSize how many bytes the data of one event may have
	 */
	TemplateSseReader(SseEventDecoder events, ChatChunkDecoder decoder, int maxEventSize) {
		this.reader = new SseReader(this, maxEventSize);
		this.events = events;
		this.decoder = decoder;
		this.maxEventSize = maxEventSize;
	}

	@Override
	public void feed(DataBuffer buffer) {
		try {
			while (buffer.readableByteCount() > 0) {
				read(SseReader.nextBytes(buffer));
			}
		}
		finally {
			DataBufferUtils.release(buffer);
		}
	}

	private void read(ByteBuffer bytes) {
		int limit = bytes.limit();
		int position = 0;
		while (position < limit) {
			position = this.reader.isBetweenEvents() ? readEvent(bytes, position, limit)
					: this.reader.readEvent(bytes, position);
		}
	}

	private int readEvent(ByteBuffer bytes, int start, int limit) {
		String text = this.template.match(bytes, start, start + Math.min(limit - start, this.maxEventSize));
		bytes.limit(limit);
		if (text != null) {
			this.events.onText(text);
			return this.template.matchedEnd();
		}
		this.resembling = false;
		int end = this.reader.readEvent(bytes, start);
		if (this.resembling && this.template.isPayloadOnly() && this.reader.dataStart() >= 0) {
			this.template.learnLines(bytes, start, this.reader.dataStart(), this.reader.dataEnd(), end);
		}
		return end;
	}

	@Override
	public void onEvent(String type, byte[] data, int offset, int length) {
		String text = type.equals("error") ? null : this.template.match(data, offset, length);
		if (text != null) {
			this.events.onText(text);
			this.resembling = true;
			return;
		}
		this.events.onEvent(type, data, offset, length);
		this.resembling = learn(this.events.plainText(), data, offset, length);
	}

	private boolean learn(@Nullable String text, byte[] data, int offset, int length) {
		if (text != null && this.template.isLearning()) {
			return this.template.learn(data, offset, length, this.decoder.textStart(), this.decoder.paddingStart(),
					this.decoder.numberStart(), text);
		}
		this.template.forget();
		return false;
	}

	@Override
	public void onUnknownField(String name, byte[] value, int offset, int length) {
		this.events.onUnknownField(name, value, offset, length);
	}

}
