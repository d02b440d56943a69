package dev.llmcallbacks.provider;

/**
 * Receives what an {@link SseReader} reads. The arrays belong to the reader and are valid
 * during the call only.
 */
interface SseListener {

	/**
	 * An event has been read.
	 * @param type the event's type, {@code "message"} when it has none of its own
	 * @param data the array in which the event's data lie
	 * @param offset where they begin
	 * @param length how many bytes they are
	 */
	void onEvent(String type, byte[] data, int offset, int length);

	/**
	 * A field has been read that the standard does not know and tells readers to ignore.
	 * @param name the field's name
	 * @param value the array in which the field's value lies
	 * @param offset where it begins
	 * @param length how many bytes it is
	 */
	default void onUnknownField(String name, byte[] value, int offset, int length) {
	}

}
