package dev.llmcallbacks.provider;

/**
 * Internal to the library: limits what one response may hold, whatever its size on the
 * wire. No response of a provider comes near them; beyond them it is an error instead of
 * memory. Belongs to one response and is used by one thread at a time.
 */
public final class ResponseLimits {

	static final int DEFAULT_MAX_TEXT = 16 * 1024 * 1024;

	private static final int MAX_CHOICES = 128;

	private static final int MAX_OPEN_BLOCKS = 1024;

	private static final int MAX_TOOL_CALLS = 1024;

	private static final int MAX_REASONING_PARTS = 1024;

	private final int maxText;

	private long text;

	private int toolCalls;

	private int reasoningParts;

	/**
	 * Create the limits of a response.
	 * @param maxText how many characters of text, reasoning and arguments of tool calls
	 * it may have
	 */
	ResponseLimits(int maxText) {
		this.maxText = maxText;
	}

	/**
	 * Count text that is kept until the response is complete.
	 * @param length how many characters were read
	 */
	public void addText(int length) {
		this.text += length;
		if (this.text > this.maxText) {
			throw new ResponseLimitException("sent a response of more than " + this.maxText + " characters",
					"allow more with 'callbacks.max-answer-size'");
		}
	}

	/**
	 * Count a tool call.
	 */
	public void addToolCall() {
		checkToolCalls(++this.toolCalls);
	}

	/**
	 * Check how many fragments of tool calls one payload has.
	 * @param count how many were read
	 */
	public void checkToolCalls(int count) {
		check(count, MAX_TOOL_CALLS, "tool calls");
	}

	/**
	 * Count a part of the reasoning that has to be sent back.
	 */
	public void addReasoningPart() {
		checkReasoningParts(++this.reasoningParts);
	}

	/**
	 * Check how many parts of reasoning one payload has.
	 * @param count how many were read
	 */
	public void checkReasoningParts(int count) {
		check(count, MAX_REASONING_PARTS, "parts of reasoning");
	}

	/**
	 * Check how many choices there are.
	 * @param count how many were read
	 */
	public void checkChoices(int count) {
		check(count, MAX_CHOICES, "choices");
	}

	/**
	 * Check the number of a choice.
	 * @param index the number, counted from zero; negative if it is not a number
	 */
	public void checkChoice(int index) {
		if (index < 0 || index >= MAX_CHOICES) {
			throw new ResponseLimitException("numbered a choice outside of 0 to " + (MAX_CHOICES - 1),
					"the limits of a response are those of 'callbacks.max-answer-size'");
		}
	}

	/**
	 * Check how many content blocks are open.
	 * @param count how many have begun and not ended
	 */
	public void checkOpenBlocks(int count) {
		check(count, MAX_OPEN_BLOCKS, "open content blocks");
	}

	private static void check(int count, int most, String what) {
		if (count > most) {
			throw new ResponseLimitException("sent a response with more than " + most + " " + what,
					"the limits of a response are those of 'callbacks.max-answer-size'");
		}
	}

}
