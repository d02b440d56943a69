package dev.llmcallbacks.provider.openai;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ToolCallChunk;
import dev.llmcallbacks.provider.ContentOrder;
import dev.llmcallbacks.provider.JsonCursor;
import dev.llmcallbacks.provider.ResponseLimits;
import dev.llmcallbacks.provider.SurrogateJoiner;

/**
 * Item of a response's output while it is streamed. What was not streamed is taken from
 * the item when it is complete.
 */
final class ResponsesOutput {

	/** The part of a message, and the detail, with the probabilities of its tokens. */
	static final String LOGPROBS = "logprobs";

	/** The part of a message, and the detail, with the sources of its text. */
	static final String ANNOTATIONS = "annotations";

	private final ResponseLimits limits;

	private final SurrogateJoiner joiner = new SurrogateJoiner();

	private final StringBuilder refusal = new StringBuilder();

	private int textLength;

	/** How many characters of details were counted when they were streamed. */
	private int detailsLength;

	private boolean hasLogprobs;

	private boolean hasAnnotations;

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

	/**
	 * Add the log probabilities that came with a text.
	 * @param text the chunk with the text
	 * @param json the JSON text of an array, or {@code null} if there are none
	 * @return the chunk with both
	 */
	ChatChunk withLogprobs(ChatChunk text, @Nullable String json) {
		if (json == null || !(JsonCursor.valueOf(json) instanceof List<?> logprobs) || logprobs.isEmpty()) {
			return text;
		}
		count(json);
		this.hasLogprobs = true;
		return new ChatChunk(0, text.text(), null, List.of(), null, null, null, null, null,
				Map.of(LOGPROBS, withoutNulls(logprobs)));
	}

	/**
	 * Add an annotation of the text, such as a source on the web.
	 * @param json the JSON text of the annotation, or {@code null} if there is none
	 * @param chunks takes the chunk
	 */
	void addAnnotation(@Nullable String json, List<ChatChunk> chunks) {
		Object annotation = (json != null) ? JsonCursor.valueOf(json) : null;
		if (json != null && annotation != null) {
			count(json);
			this.hasAnnotations = true;
			chunks.add(details(Map.of(ANNOTATIONS, List.of(annotation))));
		}
	}

	private void count(String json) {
		this.limits.addText(json.length());
		this.detailsLength += json.length();
	}

	private static List<?> withoutNulls(List<?> list) {
		return list.stream().filter(Objects::nonNull).toList();
	}

	private static ChatChunk details(Map<String, Object> details) {
		return new ChatChunk(0, "", null, List.of(), null, null, null, null, null, details);
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
		addDetails(done, chunks);
		this.limits.addText(Math.max(0, done.toInput().length() - this.textLength - this.detailsLength));
	}

	private void addDetails(ResponsesItem done, List<ChatChunk> chunks) {
		Map<String, Object> details = new LinkedHashMap<>();
		if (!this.hasLogprobs && done.hasLogprobs()) {
			details.put(LOGPROBS, withoutNulls(done.listOfParts(LOGPROBS)));
		}
		if (!this.hasAnnotations && done.hasAnnotations()) {
			details.put(ANNOTATIONS, withoutNulls(done.listOfParts(ANNOTATIONS)));
		}
		if (!details.isEmpty()) {
			chunks.add(details(details));
		}
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
