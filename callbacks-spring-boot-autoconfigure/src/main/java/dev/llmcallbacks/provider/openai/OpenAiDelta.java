package dev.llmcallbacks.provider.openai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolCallChunk;
import dev.llmcallbacks.provider.JsonCursor;
import dev.llmcallbacks.provider.ResponseLimits;
import dev.llmcallbacks.provider.SurrogateJoiner;

/**
 * Content of one event for one choice. Is used again for the next event.
 */
final class OpenAiDelta {

	/**
	 * The finish reasons of a choice that has failed; the second one is DeepSeek's.
	 */
	private static final Set<String> FAILURES = Set.of("error", "insufficient_system_resource");

	private final ResponseLimits limits;

	private final List<OpenAiToolCallDelta> toolCallDeltas = new ArrayList<>();

	private final List<Map<String, @Nullable Object>> reasoningDetails = new ArrayList<>();

	private final List<Map<String, @Nullable Object>> thinkingBlocks = new ArrayList<>();

	/** What is not a text in content that is sent in parts. */
	private final List<OpenAiPart> parts = new ArrayList<>();

	/** Fields of the message that go back. */
	private final Map<String, Object> further = new LinkedHashMap<>();

	/** The fields with reasoning that the message has, as bits. */
	private int reasoningFields;

	private final Map<String, Object> details = new LinkedHashMap<>();

	private int index;

	private String text = "";

	private @Nullable String reasoning;

	private String refusal = "";

	private @Nullable String rawFinishReason;

	private @Nullable TokenUsage usage;

	private List<ToolCallChunk> toolCalls = List.of();

	private int contentStart;

	private int reasoningStart;

	private boolean hasDelta;

	private boolean wholeMessage;

	OpenAiDelta(ResponseLimits limits) {
		this.limits = limits;
	}

	void clear() {
		this.index = 0;
		this.rawFinishReason = null;
		this.usage = null;
		this.details.clear();
		this.hasDelta = false;
		this.wholeMessage = false;
		clearMessage();
	}

	void clearMessage() {
		this.text = "";
		this.contentStart = -1;
		this.reasoning = null;
		this.reasoningStart = -1;
		this.refusal = "";
		this.toolCallDeltas.clear();
		this.reasoningDetails.clear();
		this.thinkingBlocks.clear();
		this.parts.clear();
		this.further.clear();
		this.reasoningFields = 0;
		this.toolCalls = List.of();
	}

	/**
	 * Read an element of {@code choices}.
	 * @param json stands in the element
	 * @param whole whether it is of a response that is not streamed, in which a message
	 * counts and not the delta beside it
	 * @return whether the element reports an error
	 */
	boolean read(JsonCursor json, boolean whole) {
		boolean error = false;
		for (String name = json.nextField(); name != null; name = json.nextField()) {
			switch (name) {
				case "index" -> {
					this.index = json.index();
					this.limits.checkChoice(this.index);
				}
				case "finish_reason" -> {
					String reason = json.text();
					this.rawFinishReason = (reason != null && !reason.isEmpty()) ? reason : null;
					error |= reason != null && FAILURES.contains(reason);
				}
				case "delta" -> readDelta(json, whole);
				case "message" -> readWholeMessage(json, whole);
				case "usage" -> {
					this.usage = OpenAiUsage.read(json);
				}
				case "logprobs" -> readLogprobs(json);
				case "error" -> {
					error |= !json.isNull();
					json.skip();
				}
				default -> json.skip();
			}
		}
		return error;
	}

	private void readLogprobs(JsonCursor json) {
		if (json.enterObject()) {
			for (String name = json.nextField(); name != null; name = json.nextField()) {
				switch (name) {
					case "content" -> addToList("logprobs", json);
					case "refusal" -> addToList("refusal_logprobs", json);
					default -> json.skip();
				}
			}
		}
	}

	// Log probabilities of the text. Those of a fragment are appended to the earlier ones
	private void addToList(String detail, JsonCursor json) {
		if (!json.isArray()) {
			json.skip();
			return;
		}
		String raw = json.raw();
		if (JsonCursor.valueOf(raw) instanceof List<?> list && !list.isEmpty()) {
			this.limits.addText(raw.length());
			this.details.put(detail, list.stream().filter(Objects::nonNull).toList());
		}
	}

	private void readDelta(JsonCursor json, boolean whole) {
		if (whole && this.wholeMessage) {
			json.skip();
		}
		else if (json.enterObject()) {
			clearMessage();
			this.hasDelta = true;
			this.wholeMessage = false;
			readMessage(json);
		}
	}

	private void readWholeMessage(JsonCursor json, boolean whole) {
		if (this.hasDelta && !whole) {
			json.skip();
		}
		else if (json.enterObject()) {
			clearMessage();
			this.wholeMessage = true;
			readMessage(json);
		}
	}

	private void readMessage(JsonCursor json) {
		for (String name = json.nextField(); name != null; name = json.nextField()) {
			switch (name) {
				case "content" -> readContent(json);
				case "reasoning_content" -> readReasoning(json, 0);
				case "reasoning" -> readReasoning(json, 1);
				case "reasoning_text" -> readReasoning(json, 2);
				case OpenAiReasoningDetails.NAME -> readBlocks(json, this.reasoningDetails);
				case OpenAiReasoningDetails.THINKING_BLOCKS -> readBlocks(json, this.thinkingBlocks);
				case "refusal" -> {
					String read = json.text();
					this.refusal = (read != null) ? read : "";
				}
				case "annotations" -> addToList(name, json);
				case "tool_calls" -> readToolCalls(json);
				case "function_call" -> readToolCall(json);
				case "extra_content", "thought_signature", "reasoning_opaque" ->
					OpenAiDetails.read(name, json, this.further, this.limits);
				default -> json.skip();
			}
		}
	}

	private void readReasoning(JsonCursor json, int field) {
		int start = json.isText() ? json.textStart() : -1;
		this.reasoningFields |= (start >= 0) ? 1 << field : 0;
		String read = json.text();
		if (this.reasoning == null && read != null && !read.isEmpty()) {
			this.reasoning = read;
			this.reasoningStart = start;
		}
	}

	private void readBlocks(JsonCursor json, List<Map<String, @Nullable Object>> blocks) {
		if (json.enterArray()) {
			while (json.nextElement()) {
				if (json.enterObject()) {
					blocks.add(OpenAiReasoningDetails.read(json, this.limits));
					this.limits.checkReasoningParts(blocks.size());
				}
			}
		}
	}

	private void readContent(JsonCursor json) {
		if (json.isArray()) {
			OpenAiContentParts content = OpenAiContentParts.read(json, this.limits);
			this.text = content.text();
			if (this.reasoning == null && !content.reasoning().isEmpty()) {
				this.reasoning = content.reasoning();
			}
			this.parts.addAll(content.parts());
			this.contentStart = -1;
			return;
		}
		this.contentStart = json.isText() ? json.textStart() : -1;
		String read = json.text();
		this.text = (read != null) ? read : this.text;
	}

	private void readToolCalls(JsonCursor json) {
		if (json.enterArray()) {
			while (json.nextElement()) {
				readToolCall(json);
			}
		}
	}

	private void readToolCall(JsonCursor json) {
		if (json.enterObject()) {
			OpenAiToolCallDelta read = OpenAiToolCallDelta.read(json, this.limits);
			if (read.index() != null || !read.isEmpty() || !read.details().isEmpty()) {
				this.toolCallDeltas.add(read);
				this.limits.checkToolCalls(this.toolCallDeltas.size());
			}
		}
	}

	/**
	 * Join text and reasoning with what was kept of the last event's.
	 * @param texts joins the text
	 * @param thoughts joins the reasoning
	 */
	void join(SurrogateJoiner texts, SurrogateJoiner thoughts) {
		this.text = texts.join(this.text);
		if (this.reasoning != null) {
			String joined = thoughts.join(this.reasoning);
			this.reasoning = joined.isEmpty() ? null : joined;
		}
	}

	void setToolCalls(List<ToolCallChunk> toolCalls) {
		this.toolCalls = toolCalls;
	}

	/**
	 * End the choice with this event.
	 * @param restOfText what was kept of the text
	 * @param restOfReasoning what was kept of the reasoning
	 * @param details what is complete only at the end of the choice
	 */
	void finish(String restOfText, String restOfReasoning, Map<String, Object> details) {
		this.text += restOfText;
		if (!restOfReasoning.isEmpty()) {
			this.reasoning = (this.reasoning != null) ? this.reasoning + restOfReasoning : restOfReasoning;
		}
		this.details.putAll(details);
	}

	boolean hasContent() {
		return !this.text.isEmpty() || this.reasoning != null || !this.toolCalls.isEmpty();
	}

	/**
	 * Whether the event says anything of an answer: it holds a delta, a message or a
	 * finish reason, and not only a number.
	 * @return whether there is one of them
	 */
	boolean isOfAnswer() {
		return this.hasDelta || this.wholeMessage || this.rawFinishReason != null;
	}

	boolean isWholeMessage() {
		return this.wholeMessage;
	}

	int index() {
		return this.index;
	}

	String text() {
		return this.text;
	}

	/**
	 * Return where in the payload the only text of a plain delta begins.
	 * @return the index behind the opening quote, or -1 if there is not just one text
	 */
	int textStart() {
		if (this.wholeMessage || !this.reasoningDetails.isEmpty() || !this.thinkingBlocks.isEmpty()
				|| !this.further.isEmpty() || !this.refusal.isEmpty()
				|| this.text.isEmpty() == (this.reasoning == null)) {
			return -1;
		}
		return (this.reasoning != null) ? this.reasoningStart : this.contentStart;
	}

	@Nullable String reasoning() {
		return this.reasoning;
	}

	String refusal() {
		return this.refusal;
	}

	List<OpenAiToolCallDelta> toolCallDeltas() {
		return this.toolCallDeltas;
	}

	List<Map<String, @Nullable Object>> reasoningDetails() {
		return this.reasoningDetails;
	}

	List<Map<String, @Nullable Object>> thinkingBlocks() {
		return this.thinkingBlocks;
	}

	List<OpenAiPart> parts() {
		return this.parts;
	}

	/**
	 * Return the fields of the message that go back as they came.
	 * @return the values by name
	 */
	Map<String, Object> further() {
		return this.further;
	}

	/**
	 * Return the fields with reasoning that the message has, empty or not.
	 * @return one bit for each of {@link OpenAiDetails#REASONING_FIELDS}
	 */
	int reasoningFields() {
		return this.reasoningFields;
	}

	@Nullable TokenUsage usage() {
		return this.usage;
	}

	List<ToolCallChunk> toolCalls() {
		return this.toolCalls;
	}

	Map<String, Object> details() {
		return this.details;
	}

	@Nullable String rawFinishReason() {
		return this.rawFinishReason;
	}

	@Nullable FinishReason finishReason() {
		if (this.rawFinishReason == null) {
			return null;
		}
		return switch (this.rawFinishReason) {
			case "stop", "eos", "end_turn", "stop_sequence", "COMPLETE" -> FinishReason.STOP;
			case "length", "max_tokens", "MAX_TOKENS" -> FinishReason.LENGTH;
			case "tool_calls", "function_call", "tool_use", "TOOL_CALL" -> FinishReason.TOOL_CALLS;
			case "content_filter", "safety", "refusal" -> FinishReason.CONTENT_FILTER;
			default -> FinishReason.OTHER;
		};
	}

}
