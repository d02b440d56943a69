package dev.llmcallbacks.provider.anthropic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.provider.JsonCursor;
import dev.llmcallbacks.provider.ResponseLimits;

/**
 * Content of one event, or of one message that is not streamed: their fields have
 * different names. Is used again for the next event.
 */
final class AnthropicEvent {

	/** The fields of a delta that are read, or have no meaning for a block. */
	private static final Set<String> KNOWN = Set.of("type", "text", "thinking", "partial_json", "usage", "model", "id",
			"content", "stop_reason", "stop_sequence", "stop_details", "container");

	private final AnthropicUsage usage;

	private final ResponseLimits limits;

	private final List<AnthropicBlock> content = new ArrayList<>();

	private final Map<String, Object> details = new LinkedHashMap<>();

	private final Map<String, Object> responseDetails = new LinkedHashMap<>();

	private String type = "";

	private String knownType = "";

	private int index;

	private @Nullable AnthropicBlock block;

	private @Nullable String text;

	private int textStart;

	private @Nullable String thinking;

	/** What a delta adds to a block besides text, thinking and input. */
	private final Map<String, String> additions = new LinkedHashMap<>();

	private @Nullable String partialJson;

	private @Nullable String model;

	private @Nullable String id;

	private @Nullable String stopReason;

	private boolean hasUsage;

	private boolean hasError;

	AnthropicEvent(AnthropicUsage usage, ResponseLimits limits) {
		this.usage = usage;
		this.limits = limits;
	}

	void clear() {
		this.content.clear();
		this.details.clear();
		this.responseDetails.clear();
		this.type = "";
		this.index = 0;
		this.block = null;
		this.text = null;
		this.textStart = -1;
		this.thinking = null;
		this.additions.clear();
		this.partialJson = null;
		this.model = null;
		this.id = null;
		this.stopReason = null;
		this.hasUsage = false;
		this.hasError = false;
	}

	/**
	 * Read an event.
	 * @param json stands in the object
	 */
	void read(JsonCursor json) {
		for (String name = json.nextField(); name != null; name = json.nextField()) {
			switch (name) {
				case "type" -> readType(json);
				case "index" -> {
					this.index = json.index();
				}
				case "delta" -> readDelta(json);
				case "message" -> readMessage(json);
				case "content_block" -> {
					this.block = json.enterObject() ? AnthropicBlock.read(json, this.limits) : null;
				}
				case "error" -> {
					this.hasError |= !json.isNull();
					json.skip();
				}
				default -> readField(name, json);
			}
		}
	}

	private void readType(JsonCursor json) {
		this.type = orEmpty(json.text(this.knownType));
		this.knownType = this.type;
	}

	private void readMessage(JsonCursor json) {
		if (json.enterObject()) {
			for (String name = json.nextField(); name != null; name = json.nextField()) {
				readField(name, json);
			}
		}
	}

	private void readDelta(JsonCursor json) {
		if (json.enterObject()) {
			for (String name = json.nextField(); name != null; name = json.nextField()) {
				if (KNOWN.contains(name)) {
					readField(name, json);
				}
				else {
					this.additions.put(name, json.raw());
				}
			}
		}
	}

	private void readField(String name, JsonCursor json) {
		switch (name) {
			case "text" -> {
				this.textStart = json.isText() ? json.textStart() : -1;
				this.text = json.text();
			}
			case "thinking" -> {
				this.thinking = json.text();
			}
			case "partial_json" -> {
				this.partialJson = json.text();
			}
			case "usage" -> {
				this.hasUsage |= this.usage.read(json);
				if (this.usage.serviceTier() != null) {
					this.responseDetails.put("service_tier", this.usage.serviceTier());
				}
			}
			case "model" -> {
				this.model = json.text();
			}
			case "id" -> {
				this.id = json.text();
			}
			case "content" -> readContent(json);
			case "stop_reason" -> {
				this.stopReason = json.text();
			}
			case "stop_sequence", "stop_details" -> readDetail(name, json, this.details);
			case "container" -> readDetail(name, json, this.responseDetails);
			default -> json.skip();
		}
	}

	private void readContent(JsonCursor json) {
		if (json.enterArray()) {
			while (json.nextElement()) {
				if (json.enterObject()) {
					this.limits.checkOpenBlocks(this.content.size() + 1);
					this.content.add(AnthropicBlock.read(json, this.limits));
				}
			}
		}
	}

	private static void readDetail(String name, JsonCursor json, Map<String, Object> details) {
		if (!json.isNull()) {
			Object value = json.value();
			if (value != null) {
				details.put(name, value);
			}
		}
	}

	private static String orEmpty(@Nullable String text) {
		return (text != null) ? text : "";
	}

	// Return a chunk of the facts at the beginning.
	ChatChunk facts() {
		return new ChatChunk(0, "", null, List.of(), null, null, usage(), this.model, this.id, Map.of(),
				this.responseDetails);
	}

	// Return a chunk of the facts at the end, with model and id if no other chunk has
	// them
	ChatChunk finish(@Nullable String model, @Nullable String id) {
		return new ChatChunk(0, "", null, List.of(), finishReason(), this.stopReason, usage(), model, id, this.details,
				this.responseDetails);
	}

	private @Nullable TokenUsage usage() {
		return this.hasUsage ? this.usage.toTokenUsage() : null;
	}

	private @Nullable FinishReason finishReason() {
		if (this.stopReason == null) {
			return null;
		}
		return switch (this.stopReason) {
			case "end_turn", "stop_sequence" -> FinishReason.STOP;
			case "max_tokens", "model_context_window_exceeded" -> FinishReason.LENGTH;
			case "tool_use" -> FinishReason.TOOL_CALLS;
			case "refusal" -> FinishReason.CONTENT_FILTER;
			case "pause_turn" -> FinishReason.PAUSED;
			default -> FinishReason.OTHER;
		};
	}

	String type() {
		return this.type;
	}

	int index() {
		return this.index;
	}

	boolean hasError() {
		return this.hasError;
	}

	List<AnthropicBlock> content() {
		return this.content;
	}

	@Nullable AnthropicBlock block() {
		return this.block;
	}

	@Nullable String text() {
		return this.text;
	}

	/**
	 * Return where in the payload the text begins that is all the event holds.
	 * @return the index behind the opening quote, or -1 if it holds anything else
	 */
	int textStart() {
		boolean more = this.hasUsage || this.block != null || !this.content.isEmpty() || this.thinking != null
				|| !this.additions.isEmpty() || this.partialJson != null;
		return more ? -1 : this.textStart;
	}

	@Nullable String thinking() {
		return this.thinking;
	}

	/**
	 * Return what a delta adds to a block besides text, thinking and input: a signature,
	 * a citation, or what a later version of the protocol has.
	 * @return the JSON texts by the names of the fields
	 */
	Map<String, String> additions() {
		return this.additions;
	}

	@Nullable String partialJson() {
		return this.partialJson;
	}

	@Nullable String model() {
		return this.model;
	}

	@Nullable String id() {
		return this.id;
	}

	@Nullable String stopReason() {
		return this.stopReason;
	}

}
