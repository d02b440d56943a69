package dev.llmcallbacks.provider;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ToolCall;

/**
 * Internal to the library: order of the content of one answer, in which it is sent back.
 * What the message holds anyway (its text and its tool calls) is referred to; everything
 * else is kept as the JSON text that was received. Belongs to one answer and is used by
 * one thread at a time.
 */
public final class ContentOrder {

	/** The detail of a message under which the order is kept. */
	public static final String CONTENT = "content";

	/** The detail that names the kind of endpoint which the details came from. */
	public static final String ORIGIN = "origin";

	private static final String TEXT = "text:";

	private static final String TOOL_CALL = "tool_call";

	private final List<String> entries = new ArrayList<>();

	private boolean derivable = true;

	/**
	 * Add a text: the next characters of the message's text.
	 * @param length how many characters
	 * @param fields the JSON text of an object with further fields of the text, or
	 * {@code null} if it has none
	 */
	public void addText(int length, @Nullable String fields) {
		this.derivable &= this.entries.isEmpty() && fields == null;
		this.entries.add(TEXT + length + ((fields != null) ? fields : ""));
	}

	/**
	 * Add the next tool call of the message.
	 */
	public void addToolCall() {
		this.entries.add(TOOL_CALL);
	}

	/**
	 * Add anything else.
	 * @param json its JSON text, an object
	 */
	public void addOther(String json) {
		this.derivable = false;
		this.entries.add(json);
	}

	/**
	 * Whether the order follows from the message without it: one text at most, before all
	 * tool calls, and nothing else.
	 * @return whether nothing need be kept
	 */
	public boolean isDerivable() {
		return this.derivable;
	}

	/**
	 * Return the order as it is kept in the details of a message.
	 * @return one entry for each part of the content
	 */
	public List<String> toEntries() {
		return List.copyOf(this.entries);
	}

	/**
	 * Return the details of an answer that go back to the given kind of endpoint.
	 * @param answer the answer
	 * @param origin the kind of endpoint
	 * @return the details; empty if they came from another one
	 */
	public static Map<String, Object> detailsFor(AiMessage answer, String origin) {
		return origin.equals(answer.details().get(ORIGIN)) ? answer.details() : Map.of();
	}

	/**
	 * Write the content of an answer in the order in which it was received.
	 * @param answer the answer
	 * @param details the details that go back
	 * @param withToolCalls whether tool calls are parts of the content in the protocol
	 * @param writer writes the parts
	 * @return whether the content has been written; if not, no order is known, or it is
	 * that of another text or of other tool calls
	 */
	public static boolean write(AiMessage answer, Map<String, Object> details, boolean withToolCalls, Writer writer) {
		int calls = withToolCalls ? answer.toolCalls().size() : 0;
		if (!(details.get(CONTENT) instanceof List<?> entries) || !fits(entries, answer.text().length(), calls)) {
			return false;
		}
		Iterator<ToolCall> toolCalls = answer.toolCalls().iterator();
		int position = 0;
		for (Object entry : entries) {
			String text = (String) entry;
			if (text.equals(TOOL_CALL)) {
				writer.toolCall(toolCalls.next());
			}
			else if (text.startsWith(TEXT)) {
				int fields = startOfFields(text);
				int end = position + length(text, fields);
				writer.text(answer.text().substring(position, end),
						(fields < text.length()) ? text.substring(fields) : null);
				position = end;
			}
			else {
				writer.other(text);
			}
		}
		return true;
	}

	private static boolean fits(List<?> entries, int textLength, int toolCalls) {
		long characters = 0;
		int calls = 0;
		for (Object entry : entries) {
			if (!(entry instanceof String text)) {
				return false;
			}
			if (text.equals(TOOL_CALL)) {
				calls++;
			}
			else if (text.startsWith(TEXT)) {
				int fields = startOfFields(text);
				int length = length(text, fields);
				if (length < 0 || (fields < text.length() && !RequestBody.isObject(text.substring(fields)))) {
					return false;
				}
				characters += length;
			}
			else if (!RequestBody.isObject(text)) {
				return false;
			}
		}
		return characters == textLength && calls == toolCalls;
	}

	private static int startOfFields(String entry) {
		int fields = entry.indexOf('{');
		return (fields >= 0) ? fields : entry.length();
	}

	// what has been read from a store is not necessarily a number
	private static int length(String entry, int end) {
		int length = 0;
		for (int i = TEXT.length(); i < end; i++) {
			int digit = entry.charAt(i) - '0';
			if (digit < 0 || digit > 9 || length > Integer.MAX_VALUE / 10 - 1) {
				return -1;
			}
			length = length * 10 + digit;
		}
		return length;
	}

	/**
	 * Internal to the library: writes the parts of an answer's content, in their order.
	 */
	public interface Writer {

		/**
		 * Write a text.
		 * @param text the text, possibly empty
		 * @param fields the JSON text of an object with further fields, or {@code null}
		 */
		void text(String text, @Nullable String fields);

		/**
		 * Write a tool call.
		 * @param toolCall the call
		 */
		void toolCall(ToolCall toolCall);

		/**
		 * Write anything else.
		 * @param json its JSON text as it was received
		 */
		void other(String json);

	}

}
