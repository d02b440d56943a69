package dev.llmcallbacks.provider.anthropic;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ToolCallChunk;
import dev.llmcallbacks.provider.ContentOrder;
import dev.llmcallbacks.provider.JsonCursor;
import dev.llmcallbacks.provider.RequestBody;
import dev.llmcallbacks.provider.ResponseLimits;
import dev.llmcallbacks.provider.SurrogateJoiner;

/**
 * Content block of a response. Texts and tool calls are handed on; of all other blocks
 * everything is kept, as they have to be sent back as they came.
 *
 * @see <a href=
 * "https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking">Anthropic:
 * extended thinking</a>
 */
final class AnthropicBlock {

	private static final String TEXT = "text";

	private static final String THINKING = "thinking";

	private static final String INPUT = "input";

	private static final String NO_INPUT = "{}";

	private final ResponseLimits limits;

	private final SurrogateJoiner joiner = new SurrogateJoiner();

	private String type = "";

	private String text = "";

	private String thinking = "";

	private @Nullable String id;

	private @Nullable String name;

	private String input = "";

	private int toolPosition = -1;

	private boolean inputStreamed;

	/** How many characters of the answer's text are of this block. */
	private int textLength;

	/** The fields of a text or a tool call beyond those that are handed on. */
	private @Nullable AnthropicFields further;

	/** The JSON text of any other block as it came. */
	private String start = "";

	/** The fields of such a block, once one of them has changed. */
	private @Nullable AnthropicFields changed;

	private @Nullable StringBuilder partialInput;

	private int position;

	private AnthropicBlock(ResponseLimits limits) {
		this.limits = limits;
	}

	// Read a content block, in whose object the cursor stands
	static AnthropicBlock read(JsonCursor json, ResponseLimits limits) {
		AnthropicBlock block = new AnthropicBlock(limits);
		int start = json.valueStart();
		for (String name = json.nextField(); name != null; name = json.nextField()) {
			block.readField(name, json);
		}
		if (block.isOther()) {
			block.further = null;
			block.start = json.rawFrom(start);
			limits.addText(block.start.length());
		}
		return block;
	}

	private void readField(String field, JsonCursor json) {
		switch (field) {
			case "type" -> {
				this.type = orEmpty(json.text());
			}
			case TEXT -> {
				this.text = orEmpty(json.text());
			}
			case THINKING -> {
				this.thinking = orEmpty(json.text());
			}
			case "id" -> {
				this.id = json.text();
			}
			case "name" -> {
				this.name = json.text();
			}
			case INPUT -> {
				this.input = json.raw();
			}
			default -> addFurther(field, json);
		}
	}

	// Citations are null, or an empty list, where there are none
	private void addFurther(String field, JsonCursor json) {
		String value = json.isNull() ? null : json.raw();
		if (value != null && !value.equals("[]")) {
			further().put(field, value);
		}
	}

	private AnthropicFields further() {
		if (this.further == null) {
			this.further = new AnthropicFields(this.limits);
		}
		return this.further;
	}

	private static String orEmpty(@Nullable String text) {
		return (text != null) ? text : "";
	}

	boolean isTool() {
		return this.type.equals("tool_use");
	}

	private boolean isText() {
		return this.type.equals(TEXT);
	}

	boolean isThinking() {
		return this.type.equals(THINKING);
	}

	private boolean isOther() {
		return !isText() && !isTool();
	}

	String text() {
		return isText() ? this.text : "";
	}

	/**
	 * Take the thinking of the start.
	 * @return what can be handed on, possibly empty
	 */
	String startThinking() {
		return this.joiner.join(this.thinking);
	}

	/**
	 * Add to the text.
	 * @param fragment the next fragment
	 * @return what can be handed on, possibly empty
	 */
	String addText(String fragment) {
		String joined = this.joiner.join(fragment);
		this.textLength += joined.length();
		return joined;
	}

	/**
	 * Add to the text a fragment that is known to be well-formed.
	 * @param fragment the next fragment
	 * @return what can be handed on
	 */
	String addWellFormed(String fragment) {
		String joined = this.joiner.joinWellFormed(fragment);
		this.textLength += joined.length();
		return joined;
	}

	/**
	 * Add to the thinking.
	 * @param fragment the next fragment
	 * @return what can be handed on, possibly empty
	 */
	String addThinking(String fragment) {
		String joined = this.joiner.join(fragment);
		if (isOther()) {
			// it is kept twice: as reasoning, and to be sent back
			this.limits.addText(joined.length());
			changed().append(THINKING, joined);
		}
		return joined;
	}

	/**
	 * Take what was kept of text or thinking, when nothing follows.
	 * @return the rest, usually empty
	 */
	String takeRest() {
		String rest = this.joiner.end();
		if (!rest.isEmpty() && isThinking()) {
			changed().append(THINKING, rest);
		}
		this.textLength += isThinking() ? 0 : rest.length();
		return rest;
	}

	/**
	 * Add to a field that is not handed on: a signature, a citation, or what a later
	 * version of the protocol has.
	 * @param field the field's name
	 * @param json the JSON text of what is added
	 */
	void add(String field, String json) {
		this.limits.addText(json.length());
		AnthropicFields fields = isOther() ? changed() : further();
		if (field.equals("citation")) {
			fields.addElement("citations", json);
		}
		else {
			fields.add(field, json);
		}
	}

	private AnthropicFields changed() {
		if (this.changed == null) {
			this.changed = AnthropicFields.parse(this.start, this.limits);
		}
		return this.changed;
	}

	ToolCallChunk start(int position) {
		this.toolPosition = position;
		return new ToolCallChunk(position, this.id, this.name, "");
	}

	// Return a chunk of a fragment of the tool's input, if the block is a tool call of
	// the application's
	@Nullable ToolCallChunk input(String fragment) {
		if (isOther()) {
			this.limits.addText(fragment.length());
			this.partialInput = (this.partialInput != null) ? this.partialInput : new StringBuilder();
			this.partialInput.append(fragment);
		}
		if (this.toolPosition < 0 || fragment.isEmpty()) {
			return null;
		}
		this.inputStreamed = true;
		return new ToolCallChunk(this.toolPosition, null, null, this.joiner.join(fragment));
	}

	/**
	 * Return the end of a tool call: the input of the start if none came afterwards, and
	 * what has to be sent back with the call.
	 * @return the chunk, or {@code null} if the block is not a tool call or nothing is
	 * left to say
	 */
	@Nullable ToolCallChunk endOfTool() {
		if (this.toolPosition < 0) {
			return null;
		}
		String rest = this.inputStreamed ? "" : this.input.isEmpty() ? NO_INPUT : this.input;
		Map<String, Object> details = (this.further != null) ? this.further.toValues() : Map.of();
		return (rest.isEmpty() && details.isEmpty()) ? null
				: new ToolCallChunk(this.toolPosition, null, null, rest, details);
	}

	void setPosition(int position) {
		this.position = position;
	}

	/**
	 * Return where the block stands in the answer.
	 * @return the position, counted from zero
	 */
	int position() {
		return this.position;
	}

	/**
	 * Return the citations that the block began with.
	 * @return a list, or {@code null} if there are none
	 */
	@Nullable Object citations() {
		return (this.further != null) ? this.further.toValues().get("citations") : null;
	}

	boolean hasFurther() {
		return this.further != null;
	}

	/**
	 * Add the block, which has ended, to the content of the answer.
	 * @param content the content
	 */
	void addTo(ContentOrder content) {
		if (isText()) {
			content.addText(this.textLength, (this.further != null) ? this.further.toJson() : null);
		}
		else if (isTool()) {
			content.addToolCall();
		}
		else {
			content.addOther(whole());
		}
	}

	private String whole() {
		if (this.partialInput != null && RequestBody.isObject(this.partialInput.toString())) {
			changed().put(INPUT, this.partialInput.toString());
		}
		return (this.changed != null) ? this.changed.toJson() : this.start;
	}

}
