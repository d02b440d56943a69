package dev.llmcallbacks.provider;

import java.nio.ByteBuffer;

/**
 * Told of what an {@link SseReader} reads. The arrays belong to the reader and are valid
 * during the call only.
 */
interface SseListener {

	/**
	 * An event is whole.
	 * @param type the event's type, {@code "message"} when it has none of its own
	 * @param data the array in which the event's data lie
	 * @param offset where they begin
	 * @param length how many bytes they are
	 */
	void onEvent(String type, byte[] data, int offset, int length);

	/**
	 * An event may begin here.
	 * @param bytes the bytes of the stream, whose position and limit are of no importance
	 * and may be changed
	 * @param from where the event would begin
	 * @param limit where the bytes end, or where an event of the largest size would
	 * @return where the event ends if the listener has taken it as it stands, and it is
	 * not to be read; else {@code from}
	 */
	default int onBytes(ByteBuffer bytes, int from, int limit) {
		return from;
	}

	/**
	 * The event that the listener was told last lies in one piece, its data in one line.
	 * @param bytes the bytes of the stream
	 * @param start where the event begins
	 * @param data where its data begin
	 * @param endOfData where its data end
	 * @param end where it ends
	 */
	default void onLines(ByteBuffer bytes, int start, int data, int endOfData, int end) {
	}

	/**
	 * A field was read that the standard does not know and tells readers to ignore.
	 * @param name the field's name
	 * @param value the array in which the field's value lies
	 * @param offset where it begins
	 * @param length how many bytes it is
	 */
	default void onUnknownField(String name, byte[] value, int offset, int length) {
	}

}
