package dev.llmcallbacks.handlers;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

import dev.llmcallbacks.callback.RecordedException;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.message.ChatMessage;

/**
 * JSON form of events and messages: that of recordings, which is stable. An event is an
 * object with the name of its type in {@code event}, the version of the form in
 * {@code version}, and the components of its record. Errors are read as
 * {@link RecordedException}s, and values of classes of the application as maps, lists,
 * texts, numbers and booleans. A message is an object with the name of its type in
 * {@code role}. Media are written with type, name, size and URL; their bytes are written
 * only by the {@code withMedia} methods, and what was written without them cannot be sent
 * to a model again.
 * <p>
 * A later version may add properties and types of events. Unknown properties are ignored
 * when read. Safe for use by any number of threads.
 */
public final class CallbackEventJson {

	/**
	 * The version of the form.
	 */
	public static final int VERSION = 1;

	private CallbackEventJson() {
	}

	/**
	 * Write an event.
	 * @param event the event
	 * @return a JSON text without line breaks
	 * @throws IllegalArgumentException if the event has a value that cannot be written
	 */
	public static String write(CallbackEvent event) {
		return write(event.getClass().getSimpleName(), () -> EventJson.write(event));
	}

	/**
	 * Write an event with the bytes of its media, in base64.
	 * @param event the event
	 * @return a JSON text without line breaks
	 * @throws IllegalArgumentException if the event has a value that cannot be written
	 */
	public static String writeWithMedia(CallbackEvent event) {
		return write(event.getClass().getSimpleName(), () -> EventJson.write(event, true));
	}

	/**
	 * Write a message.
	 * @param message the message
	 * @return a JSON text without line breaks
	 * @throws IllegalArgumentException if the message has a value that cannot be written
	 */
	public static String write(ChatMessage message) {
		return write(message.getClass().getSimpleName(), () -> EventJson.writeMessage(message, false));
	}

	/**
	 * Write a message with the bytes of its media, in base64.
	 * @param message the message
	 * @return a JSON text without line breaks
	 * @throws IllegalArgumentException if the message has a value that cannot be written
	 */
	public static String writeWithMedia(ChatMessage message) {
		return write(message.getClass().getSimpleName(), () -> EventJson.writeMessage(message, true));
	}

	/**
	 * Write a conversation.
	 * @param messages the messages, oldest first
	 * @return a JSON array without line breaks
	 * @throws IllegalArgumentException if a message has a value that cannot be written
	 */
	public static String write(List<? extends ChatMessage> messages) {
		return write("conversation", () -> EventJson.writeMessages(messages, false));
	}

	/**
	 * Write a conversation with the bytes of its media, in base64.
	 * @param messages the messages, oldest first
	 * @return a JSON array without line breaks
	 * @throws IllegalArgumentException if a message has a value that cannot be written
	 */
	public static String writeWithMedia(List<? extends ChatMessage> messages) {
		return write("conversation", () -> EventJson.writeMessages(messages, true));
	}

	private static String write(String what, Supplier<byte[]> json) {
		try {
			return new String(json.get(), StandardCharsets.UTF_8);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("The " + what + " cannot be written as JSON: " + ex.getOriginalMessage(),
					ex);
		}
	}

	/**
	 * Read an event.
	 * @param json the JSON text
	 * @return the event
	 * @throws IllegalArgumentException if the text is not that of an event
	 */
	public static CallbackEvent read(String json) {
		return read("an event", () -> EventJson.read(json));
	}

	/**
	 * Read a message.
	 * @param json the JSON text
	 * @return the message
	 * @throws IllegalArgumentException if the text is not that of a message
	 */
	public static ChatMessage readMessage(String json) {
		return read("a message", () -> EventJson.readMessage(json));
	}

	/**
	 * Read a conversation.
	 * @param json the JSON array
	 * @return the messages, oldest first
	 * @throws IllegalArgumentException if the text is not that of messages
	 */
	public static List<ChatMessage> readMessages(String json) {
		List<ChatMessage> messages = read("messages", () -> EventJson.readMessages(json));
		if (messages.stream().anyMatch(Objects::isNull)) {
			throw new IllegalArgumentException("The text is not the JSON text of messages: one of them is null");
		}
		return List.copyOf(messages);
	}

	private static <T> T read(String what, Supplier<? extends @Nullable T> value) {
		T read;
		try {
			read = value.get();
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException(
					"The text is not the JSON text of " + what + ": " + ex.getOriginalMessage(), ex);
		}
		if (read == null) {
			throw new IllegalArgumentException("The text is not the JSON text of " + what + ": it is null");
		}
		return read;
	}

}
