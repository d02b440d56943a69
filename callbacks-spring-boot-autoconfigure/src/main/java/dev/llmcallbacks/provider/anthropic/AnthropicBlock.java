package dev.llmcallbacks.provider.anthropic;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ToolCallChunk;
import dev.llmcallbacks.provider.JsonCursor;
import dev.llmcallbacks.provider.ResponseLimits;
import dev.llmcallbacks.provider.SurrogateJoiner;

/**
 * Content block of a response. Of a thinking block everything is kept, as it has to be
 * sent back; of the others what their start holds.
 *
 * @see <a href=
 * "https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking">Anthropic:
 * extended thinking</a>
 */
final class AnthropicBlock {

	/** The detail under which thinking is kept that has to be sent back. */
	static final String THINKING_BLOCKS = "thinking_blocks";

	private static final String NO_INPUT = "{}";

	private final SurrogateJoiner joiner = new SurrogateJoiner();

	private final StringBuilder thinking = new StringBuilder();

	private final StringBuilder signature = new StringBuilder();

	private String type = "";

	private String text = "";

	private @Nullable String id;

	private @Nullable String name;

	private String data = "";

	private String input = "";

	private int toolPosition = -1;

	private boolean inputStreamed;

	// Read a content block, in whose object the cursor stands
	static AnthropicBlock read(JsonCursor json, ResponseLimits limits) {
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
				case "signature" -> {
					block.addSignature(orEmpty(json.text()), limits);
				}
				case "data" -> {
					block.data = orEmpty(json.text());
					limits.addText(block.data.length());
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

	/**
	 * Take the thinking of the start, as something that is added to a block.
	 * @return what can be handed on, possibly empty
	 */
	String startThinking() {
		String start = this.thinking.toString();
		this.thinking.setLength(0);
		return addThinking(start);
	}

	boolean isThinking() {
		return this.type.equals("thinking");
	}

	/**
	 * Add to the text.
	 * @param fragment the next fragment
	 * @return what can be handed on, possibly empty
	 */
	String addText(String fragment) {
		return this.joiner.join(fragment);
	}

	/**
	 * Add to the text a fragment that is known to be well-formed.
	 * @param fragment the next fragment
	 * @return what can be handed on
	 */
	String addWellFormed(String fragment) {
		return this.joiner.joinWellFormed(fragment);
	}

	/**
	 * Add to the thinking.
	 * @param fragment the next fragment
	 * @return what can be handed on, possibly empty
	 */
	String addThinking(String fragment) {
		String joined = this.joiner.join(fragment);
		this.thinking.append(joined);
		return joined;
	}

	/**
	 * Take what was kept of text or thinking, when nothing follows.
	 * @return the rest, usually empty
	 */
	String takeRest() {
		String rest = this.joiner.end();
		return isThinking() ? addThinking(rest) : rest;
	}

	void addSignature(String fragment, ResponseLimits limits) {
		limits.addText(fragment.length());
		this.signature.append(fragment);
	}

	ToolCallChunk start(int position) {
		this.toolPosition = position;
		return new ToolCallChunk(position, this.id, this.name, "");
	}

	// Return a chunk of a fragment of the tool's input, if the block is a tool call
	@Nullable ToolCallChunk input(String fragment) {
		if (this.toolPosition < 0 || fragment.isEmpty()) {
			return null;
		}
		this.inputStreamed = true;
		return new ToolCallChunk(this.toolPosition, null, null, this.joiner.join(fragment));
	}

	// Return the input of the start, if none came afterwards.
	@Nullable ToolCallChunk wholeInput() {
		return this.inputStreamed ? null : input(this.input.isEmpty() ? NO_INPUT : this.input);
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
			case "redacted_thinking" -> block.put("data", this.data);
			default -> {
				return Map.of();
			}
		}
		return Map.of(THINKING_BLOCKS, List.of(block));
	}

}
