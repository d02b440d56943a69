package dev.llmcallbacks.provider.anthropic;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ToolCallChunk;
import dev.llmcallbacks.provider.JsonCursor;

/**
 * A content block of an answer. Of a thinking block everything is kept, for the provider
 * wants to see it again; of the others what was told at the start.
 *
 * @see <a href=
 * "https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking">Anthropic:
 * extended thinking</a>
 */
final class AnthropicBlock {

	private final StringBuilder thinking = new StringBuilder();

	private final StringBuilder signature = new StringBuilder();

	private String type = "";

	private String text = "";

	private @Nullable String id;

	private @Nullable String name;

	private @Nullable String data;

	private String input = "";

	private int toolPosition = -1;

	private boolean inputStreamed;

	// Read a content block, in whose object the cursor stands
	static AnthropicBlock read(JsonCursor json) {
		AnthropicBlock block = new AnthropicBlock();
		for (String name = json.nextField(); name != null; name = json.nextField()) {
			switch (name) {
				case "type" -> {
					block.type = orEmpty(json.text());
				}
				case "text" -> {
					block.text = orEmpty(json.text());
				}
				case "thinking" -> block.thinking.append(orEmpty(json.text()));
				case "signature" -> block.signature.append(orEmpty(json.text()));
				case "data" -> {
					block.data = json.text();
				}
				case "id" -> {
					block.id = json.text();
				}
				case "name" -> {
					block.name = json.text();
				}
				case "input" -> {
					block.input = json.json();
				}
				default -> json.skip();
			}
		}
		return block;
	}

	private static String orEmpty(@Nullable String text) {
		return (text != null) ? text : "";
	}

	boolean isTool() {
		return this.type.equals("tool_use");
	}

	String text() {
		return this.type.equals("text") ? this.text : "";
	}

	// Return the thinking told at the start.
	@Nullable String thinking() {
		return (this.type.equals("thinking") && !this.thinking.isEmpty()) ? this.thinking.toString() : null;
	}

	void addThinking(String piece) {
		this.thinking.append(piece);
	}

	void addSignature(String piece) {
		this.signature.append(piece);
	}

	ToolCallChunk start(int position) {
		this.toolPosition = position;
		return new ToolCallChunk(position, this.id, this.name, "");
	}

	// Make a chunk of a piece of the tool's input, if the block is a tool call
	@Nullable ToolCallChunk input(String piece) {
		if (this.toolPosition < 0) {
			return null;
		}
		this.inputStreamed = true;
		return new ToolCallChunk(this.toolPosition, null, null, piece);
	}

	// Return the input told at the start, if none came afterwards.
	@Nullable ToolCallChunk wholeInput() {
		return (this.toolPosition >= 0 && !this.inputStreamed && !this.input.isEmpty()) ? input(this.input) : null;
	}

	/**
	 * Return what has to be sent back with the answer.
	 * @return the details, empty for a block that need not be kept
	 */
	Map<String, Object> details() {
		Map<String, Object> block = new LinkedHashMap<>();
		block.put("type", this.type);
		switch (this.type) {
			case "thinking" -> {
				block.put("thinking", this.thinking.toString());
				block.put("signature", this.signature.toString());
			}
			case "redacted_thinking" -> block.put("data", orEmpty(this.data));
			default -> {
				return Map.of();
			}
		}
		return Map.of(AnthropicDecoder.THINKING_BLOCKS, List.of(block));
	}

}
