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
 * Joins the fragments of one choice's {@code reasoning_details}. A signature belongs to a
 * whole text, so what is sent back must be blocks and not fragments of them.
 *
 * @see <a href=
 * "https://openrouter.ai/docs/guides/best-practices/reasoning-tokens">OpenRouter:
 * reasoning tokens</a>
 */
final class OpenAiReasoningDetails {

	/** The detail under which OpenRouter's blocks of reasoning are kept. */
	static final String NAME = "reasoning_details";

	private static final Set<String> TEXTS = Set.of("text", "summary");

	/** What a field takes besides its name and value, when it is counted. */
	private static final int FIELD_OVERHEAD = 16;

	private final ResponseLimits limits;

	private final List<Map<String, Object>> blocks = new ArrayList<>();

	OpenAiReasoningDetails(ResponseLimits limits) {
		this.limits = limits;
	}

	// Read a fragment, in whose object the cursor stands
	static Map<String, Object> read(JsonCursor json, ResponseLimits limits) {
		Map<String, Object> fragment = new LinkedHashMap<>();
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
			if (value != null) {
				fragment.put(name, value);
			}
		}
		return fragment;
	}

	void add(Map<String, Object> fragment) {
		Map<String, Object> block = openBlock(fragment);
		if (block == null) {
			this.limits.addReasoningPart();
			block = new LinkedHashMap<>();
			this.blocks.add(block);
		}
		for (Map.Entry<String, Object> field : fragment.entrySet()) {
			if (TEXTS.contains(field.getKey())) {
				((StringBuilder) block.computeIfAbsent(field.getKey(), (name) -> new StringBuilder()))
					.append(field.getValue());
			}
			else if (!"".equals(field.getValue())) {
				block.put(field.getKey(), field.getValue());
			}
		}
	}

	// Return the block that a fragment continues; encrypted ones come whole.
	private @Nullable Map<String, Object> openBlock(Map<String, Object> fragment) {
		if (this.blocks.isEmpty() || fragment.containsKey("data")) {
			return null;
		}
		Map<String, Object> last = this.blocks.get(this.blocks.size() - 1);
		boolean same = Objects.equals(last.get("type"), fragment.get("type"))
				&& Objects.equals(last.get("index"), fragment.get("index"));
		return (same && !last.containsKey("signature")) ? last : null;
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
		this.blocks
			.forEach((block) -> block.replaceAll((name, value) -> TEXTS.contains(name) ? value.toString() : value));
		List<Map<String, Object>> taken = this.blocks.stream().map(Collections::unmodifiableMap).toList();
		this.blocks.clear();
		return Map.of(NAME, taken);
	}

}
