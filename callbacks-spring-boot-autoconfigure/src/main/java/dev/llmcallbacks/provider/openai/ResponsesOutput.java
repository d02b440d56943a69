package dev.llmcallbacks.provider.openai;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ToolCallChunk;
import dev.llmcallbacks.provider.ContentOrder;
import dev.llmcallbacks.provider.ResponseLimits;
import dev.llmcallbacks.provider.SurrogateJoiner;

/**
 * Item of a response's output while it is streamed. What was not streamed is taken from
 * the item when it is complete.
 */
final class ResponsesOutput {

	private final ResponseLimits limits;

	private final SurrogateJoiner joiner = new SurrogateJoiner();

	private final StringBuilder refusal = new StringBuilder();

	private int textLength;

	private boolean hasDeltas;

	private boolean hasReasoning;

	private boolean hasArguments;

	private int toolPosition = -1;

	private boolean functionCall;

	private @Nullable ResponsesItem item;

	ResponsesOutput(ResponseLimits limits) {
		this.limits = limits;
	}

	/**
	 * Begin a function call.
	 * @param begun the item as far as it is known
	 * @param position the position of the call among the tool calls
	 * @return the chunk
	 */
	ChatChunk beginCall(ResponsesItem begun, int position) {
		this.functionCall = true;
		this.toolPosition = position;
		return toolCall(new ToolCallChunk(position, begun.callId(), begun.name(), ""));
	}

	boolean isBegunCall() {
		return this.functionCall;
	}

	String addText(String fragment) {
		this.hasDeltas = true;
		return add(fragment);
	}

	private String add(String fragment) {
		String joined = this.joiner.join(fragment);
		this.textLength += joined.length();
		return joined;
	}

	String addWellFormedText(String fragment) {
		String joined = this.joiner.joinWellFormed(fragment);
		this.textLength += joined.length();
		return joined;
	}

	String addReasoning(String fragment) {
		this.hasReasoning = true;
		return this.joiner.join(fragment);
	}

	String addWellFormedReasoning(String fragment) {
		return this.joiner.joinWellFormed(fragment);
	}

	void addRefusal(String fragment) {
		this.limits.addText(fragment.length());
		this.refusal.append(fragment);
	}

	void addArguments(String fragment, List<ChatChunk> chunks) {
		if (this.toolPosition >= 0 && !fragment.isEmpty()) {
			this.hasArguments = true;
			String joined = this.joiner.join(fragment);
			if (!joined.isEmpty()) {
				chunks.add(toolCall(new ToolCallChunk(this.toolPosition, null, null, joined)));
			}
		}
	}

	/**
	 * A text of the item is complete.
	 * @param whole the text, which is taken if it was not streamed
	 * @param chunks takes the chunk
	 */
	void endText(String whole, List<ChatChunk> chunks) {
		if (!this.hasDeltas) {
			addChunk(add(whole), null, chunks);
		}
	}

	/**
	 * The arguments of the call are complete.
	 * @param whole the arguments, which are taken if they were not streamed
	 * @param chunks takes the chunk
	 */
	void endArguments(String whole, List<ChatChunk> chunks) {
		if (!this.hasArguments) {
			addArguments(whole, chunks);
		}
	}

	boolean isDone() {
		return this.item != null;
	}

	/**
	 * The item is complete.
	 * @param done the item
	 * @param chunks takes what was not streamed
	 */
	void end(ResponsesItem done, List<ChatChunk> chunks) {
		this.item = done;
		if (done.isFunctionCall()) {
			endCall(done, chunks);
			return;
		}
		if (this.textLength == 0) {
			endText(done.text(), chunks);
		}
		if (!this.hasReasoning && !done.reasoning().isEmpty()) {
			addChunk("", addReasoning(done.reasoning()), chunks);
		}
		takeRest(chunks);
		if (this.refusal.isEmpty()) {
			addRefusal(done.refusal());
		}
		this.limits.addText(Math.max(0, done.toInput().length() - this.textLength));
	}

	private void endCall(ResponsesItem done, List<ChatChunk> chunks) {
		String rest = this.hasArguments ? this.joiner.end() : done.arguments();
		Map<String, Object> details = done.details();
		this.limits.addText(details.toString().length());
		chunks.add(toolCall(new ToolCallChunk(this.toolPosition, null, null, rest, details)));
	}

	/**
	 * Take what was kept of the text or the reasoning, when nothing follows.
	 * @param chunks takes the chunk, if there is anything
	 */
	void takeRest(List<ChatChunk> chunks) {
		String rest = this.joiner.end();
		if (!rest.isEmpty()) {
			if (this.hasReasoning) {
				addChunk("", rest, chunks);
			}
			else if (!this.functionCall) {
				this.textLength += rest.length();
				addChunk(rest, null, chunks);
			}
		}
	}

	private static void addChunk(String text, @Nullable String reasoning, List<ChatChunk> chunks) {
		if (!text.isEmpty() || reasoning != null) {
			chunks.add(new ChatChunk(0, text, reasoning, List.of(), null, null, null, null, null, Map.of()));
		}
	}

	private static ChatChunk toolCall(ToolCallChunk call) {
		return new ChatChunk(0, "", null, List.of(call), null, null, null, null, null, Map.of());
	}

	String refusal() {
		return this.refusal.toString();
	}

	boolean isReasoning() {
		return (this.item != null) ? this.item.isReasoning() : this.hasReasoning;
	}

	/**
	 * Add the item to the content of the answer. A message goes back as a whole, with the
	 * text that it holds.
	 * @param content the content
	 */
	void addTo(ContentOrder content) {
		String json = (this.item != null) ? this.item.toInput() : "";
		if (this.functionCall) {
			content.addToolCall();
		}
		else if (this.textLength > 0 || (this.item != null && this.item.isMessage())) {
			content.addText(this.textLength, json.isEmpty() ? null : json);
		}
		else if (!json.isEmpty()) {
			content.addOther(json);
		}
	}

}
