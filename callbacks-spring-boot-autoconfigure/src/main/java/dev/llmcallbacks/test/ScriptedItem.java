package dev.llmcallbacks.test;

import org.jspecify.annotations.Nullable;

/**
 * Item of a response, for protocols that repeat its content when it ends. Used by one
 * thread at a time.
 */
final class ScriptedItem {

	private final Kind kind;

	private final int index;

	private final int call;

	private final @Nullable String callId;

	private final @Nullable String name;

	private final StringBuilder content = new StringBuilder();

	/**
	 * Create an item without content.
	 * @param kind the kind
	 * @param index the place of the item in the response
	 * @param call the index of the tool call, {@code -1} for other items
	 * @param callId the id of the tool call, or {@code null}
	 * @param name the name of the tool, or {@code null}
	 */
	ScriptedItem(Kind kind, int index, int call, @Nullable String callId, @Nullable String name) {
		this.kind = kind;
		this.index = index;
		this.call = call;
		this.callId = callId;
		this.name = name;
	}

	/**
	 * Whether this is the item to which content belongs.
	 * @param kind the kind
	 * @param call the index of the tool call, {@code -1} for other items
	 * @return whether it does
	 */
	boolean is(Kind kind, int call) {
		return this.kind == kind && this.call == call;
	}

	void add(String fragment) {
		this.content.append(fragment);
	}

	Kind kind() {
		return this.kind;
	}

	int index() {
		return this.index;
	}

	@Nullable String callId() {
		return this.callId;
	}

	@Nullable String name() {
		return this.name;
	}

	String content() {
		return this.content.toString();
	}

	/**
	 * Kind of an item.
	 */
	enum Kind {

		REASONING, MESSAGE, TOOL_CALL

	}

}
