package dev.llmcallbacks.provider.openai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.ToolCallChunk;
import dev.llmcallbacks.provider.JsonCursor;

/**
 * What one event says about one choice. Is used again for the next event.
 */
final class OpenAiDelta {

	private final List<OpenAiToolCallDelta> pieces = new ArrayList<>();

	private final List<Map<String, Object>> reasoningDetails = new ArrayList<>();

	private final Map<String, Object> details = new LinkedHashMap<>();

	private int index;

	private String text = "";

	private @Nullable String reasoning;

	private @Nullable String refusal;

	private @Nullable String rawFinishReason;

	private List<ToolCallChunk> toolCalls = List.of();

	private int contentStart;

	private int reasoningStart;

	private boolean hasDelta;

	private boolean wholeMessage;

	void clear() {
		this.index = 0;
		this.rawFinishReason = null;
		this.details.clear();
		this.hasDelta = false;
		this.wholeMessage = false;
		clearMessage();
	}

	private void clearMessage() {
		this.text = "";
		this.contentStart = -1;
		this.reasoning = null;
		this.reasoningStart = -1;
		this.refusal = null;
		this.pieces.clear();
		this.reasoningDetails.clear();
		this.toolCalls = List.of();
	}

	// Read an element of 'choices', and return whether it reports an error
	boolean read(JsonCursor json) {
		boolean error = false;
		for (String name = json.nextField(); name != null; name = json.nextField()) {
			switch (name) {
				case "index" -> {
					this.index = json.count();
				}
				case "finish_reason" -> {
					String reason = json.text();
					this.rawFinishReason = (reason != null && !reason.isEmpty()) ? reason : null;
				}
				case "delta" -> {
					if (json.enterObject()) {
						clearMessage();
						this.hasDelta = true;
						this.wholeMessage = false;
						readMessage(json);
					}
				}
				case "message" -> {
					if (this.hasDelta) {
						json.skip();
					}
					else if (json.enterObject()) {
						this.wholeMessage = true;
						readMessage(json);
					}
				}
				case "error" -> {
					error |= !json.isNull();
					json.skip();
				}
				default -> json.skip();
			}
		}
		return error;
	}

	private void readMessage(JsonCursor json) {
		for (String name = json.nextField(); name != null; name = json.nextField()) {
			switch (name) {
				case "content" -> readContent(json);
				case "reasoning_content", "reasoning" -> readReasoning(json);
				case "reasoning_details" -> readReasoningDetails(json);
				case "refusal" -> {
					this.refusal = json.text();
				}
				case "tool_calls" -> readToolCalls(json);
				case "function_call" -> readToolCall(json);
				default -> json.skip();
			}
		}
	}

	private void readReasoning(JsonCursor json) {
		int start = json.isText() ? json.textStart() : -1;
		String told = json.text();
		if (this.reasoning == null && told != null && !told.isEmpty()) {
			this.reasoning = told;
			this.reasoningStart = start;
		}
	}

	private void readReasoningDetails(JsonCursor json) {
		if (json.enterArray()) {
			while (json.nextElement()) {
				if (json.enterObject()) {
					this.reasoningDetails.add(OpenAiReasoningDetails.read(json));
				}
			}
		}
	}

	private void readContent(JsonCursor json) {
		if (json.isArray()) {
			json.enterArray();
			while (json.nextElement()) {
				readPart(json);
			}
			this.contentStart = -1;
			return;
		}
		this.contentStart = json.isText() ? json.textStart() : -1;
		String told = json.text();
		this.text = (told != null) ? told : this.text;
	}

	// A part is a text, or an object with one; Mistral's thinking is a list of parts
	// within a part.
	private void readPart(JsonCursor json) {
		if (json.isText()) {
			this.text += json.text();
		}
		else if (json.enterObject()) {
			for (String name = json.nextField(); name != null; name = json.nextField()) {
				switch (name) {
					case "text" -> {
						String told = json.text();
						this.text += (told != null) ? told : "";
					}
					case "thinking" -> readThinking(json);
					default -> json.skip();
				}
			}
		}
	}

	private void readThinking(JsonCursor json) {
		String textBefore = this.text;
		this.text = "";
		readContent(json);
		if (!this.text.isEmpty()) {
			this.reasoning = (this.reasoning != null) ? this.reasoning + this.text : this.text;
		}
		this.text = textBefore;
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
			this.pieces.add(OpenAiToolCallDelta.read(json));
		}
	}

	/**
	 * Add what only the choice knows.
	 * @param calls numbers the tool calls
	 * @param refusalSoFar collects the refusal
	 * @param reasoningSoFar joins the details of the reasoning, which are told when the
	 * choice is at its end
	 * @param first whether the choice has had no content yet; a whole message beside
	 * deltas only repeats them
	 */
	void complete(OpenAiToolCalls calls, StringBuilder refusalSoFar, OpenAiReasoningDetails reasoningSoFar,
			boolean first) {
		if (this.wholeMessage && !first) {
			clearMessage();
		}
		if (!this.pieces.isEmpty()) {
			this.toolCalls = calls.number(this.pieces);
		}
		if (this.refusal != null && !this.refusal.isEmpty()) {
			refusalSoFar.append(this.refusal);
			this.details.put(OpenAiDecoder.REFUSAL, refusalSoFar.toString());
		}
		this.reasoningDetails.forEach(reasoningSoFar::add);
		if (this.wholeMessage || this.rawFinishReason != null) {
			this.details.putAll(reasoningSoFar.take());
		}
	}

	boolean hasContent() {
		return !this.text.isEmpty() || this.reasoning != null || !this.toolCalls.isEmpty();
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
		if (this.wholeMessage || !this.reasoningDetails.isEmpty() || this.text.isEmpty() == (this.reasoning == null)) {
			return -1;
		}
		return (this.reasoning != null) ? this.reasoningStart : this.contentStart;
	}

	@Nullable String reasoning() {
		return this.reasoning;
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
