package dev.llmcallbacks.provider.openai;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.provider.JsonCursor;
import dev.llmcallbacks.provider.ResponseLimits;

/**
 * Joins the fragments of one choice's {@code reasoning_details}, or of blocks in a field
 * of another name. A signature belongs to a whole text, so what is sent back must be
 * blocks and not fragments of them.
 *
 * @see <a href=
 * "https://openrouter.ai/docs/guides/best-practices/reasoning-tokens">OpenRouter:
 * reasoning tokens</a>
 */
final class OpenAiReasoningDetails {

	/** The detail under which OpenRouter's blocks of reasoning are kept. */
	static final String NAME = "reasoning_details";

	/** The field in which LiteLLM sends Claude's. */
	static final String THINKING_BLOCKS = "thinking_blocks";

	private static final Set<String> TEXTS = Set.of("text", "summary", "thinking");

	/** What a field takes besides its name and value, when it is counted. */
	private static final int FIELD_OVERHEAD = 16;

	private final ResponseLimits limits;

	private final String name;

	private final List<Map<String, @Nullable Object>> blocks = new ArrayList<>();

	/**
	 * Create a joiner.
	 * @param name the field in which the blocks are sent
	 * @param limits the limits of the response
	 */
	OpenAiReasoningDetails(String name, ResponseLimits limits) {
		this.name = name;
		this.limits = limits;
	}

	// Read a fragment, in whose object the cursor stands
	static Map<String, @Nullable Object> read(JsonCursor json, ResponseLimits limits) {
		Map<String, @Nullable Object> fragment = new LinkedHashMap<>();
		for (String name = json.nextField(); name != null; name = json.nextField()) {
			Object value;
			if (json.isText()) {
				String text = json.text();
				limits.addText(name.length() + FIELD_OVERHEAD + ((text != null) ? text.length() : 0));
				value = text;
			}
			else {
				String text = json.json();
				limits.addText(name.length() + FIELD_OVERHEAD + text.length());
				value = JsonCursor.valueOf(text);
			}
			fragment.put(name, value);
		}
		return fragment;
	}

	/**
	 * Add a block of an answer that is not streamed.
	 * @param block the block, which is whole
	 */
	void addWhole(Map<String, @Nullable Object> block) {
		this.limits.addReasoningPart();
		this.blocks.add(new LinkedHashMap<>(block));
	}

	/**
	 * Add a fragment of a stream.
	 * @param fragment the fragment
	 */
	void add(Map<String, @Nullable Object> fragment) {
		Map<String, @Nullable Object> open = openBlock(fragment);
		Map<String, @Nullable Object> block = (open != null) ? open : new LinkedHashMap<>();
		if (open == null) {
			this.limits.addReasoningPart();
			this.blocks.add(block);
		}
		fragment.forEach((name, value) -> {
			if (TEXTS.contains(name) && value instanceof String text) {
				block.put(name, (block.get(name) instanceof StringBuilder begun) ? begun.append(text)
						: new StringBuilder(text));
			}
			else if (value != null && !"".equals(value)) {
				block.put(name, value);
			}
			else {
				block.putIfAbsent(name, value);
			}
		});
	}

	// Return the block that a fragment continues; encrypted ones come whole.
	private @Nullable Map<String, @Nullable Object> openBlock(Map<String, @Nullable Object> fragment) {
		if (this.blocks.isEmpty() || fragment.containsKey("data")) {
			return null;
		}
		Map<String, @Nullable Object> last = this.blocks.get(this.blocks.size() - 1);
		boolean same = Objects.equals(last.get("type"), fragment.get("type"))
				&& Objects.equals(last.get("index"), fragment.get("index"));
		Object signature = last.get("signature");
		return (same && (signature == null || signature.equals(""))) ? last : null;
	}

	/**
	 * Take what has been joined.
	 * @return the details with the blocks in their order, or empty if there are none that
	 * have not been taken yet
	 */
	Map<String, Object> take() {
		if (this.blocks.isEmpty()) {
			return Map.of();
		}
		this.blocks.forEach((block) -> block
			.replaceAll((field, value) -> (value instanceof StringBuilder text) ? text.toString() : value));
		List<Object> taken = new ArrayList<>(this.blocks.size());
		this.blocks.forEach((block) -> taken.add(Collections.unmodifiableMap(block)));
		this.blocks.clear();
		return Map.of(this.name, List.copyOf(taken));
	}

}
