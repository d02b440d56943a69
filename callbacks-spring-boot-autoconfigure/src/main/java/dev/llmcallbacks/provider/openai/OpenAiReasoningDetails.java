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

/**
 * Joins the pieces of one choice's {@code reasoning_details}. A signature is one of a
 * whole text, so what is sent back must be blocks and not pieces of them.
 *
 * @see <a href=
 * "https://openrouter.ai/docs/guides/best-practices/reasoning-tokens">OpenRouter:
 * reasoning tokens</a>
 */
final class OpenAiReasoningDetails {

	private static final Set<String> TEXTS = Set.of("text", "summary");

	private final List<Map<String, Object>> blocks = new ArrayList<>();

	// Read a piece, in whose object the cursor stands
	static Map<String, Object> read(JsonCursor json) {
		Map<String, Object> piece = new LinkedHashMap<>();
		for (String name = json.nextField(); name != null; name = json.nextField()) {
			Object value = json.isText() ? json.text() : json.value();
			if (value != null) {
				piece.put(name, value);
			}
		}
		return piece;
	}

	void add(Map<String, Object> piece) {
		Map<String, Object> block = openBlock(piece);
		if (block == null) {
			block = new LinkedHashMap<>();
			this.blocks.add(block);
		}
		for (Map.Entry<String, Object> field : piece.entrySet()) {
			if (TEXTS.contains(field.getKey())) {
				((StringBuilder) block.computeIfAbsent(field.getKey(), (name) -> new StringBuilder()))
					.append(field.getValue());
			}
			else if (!"".equals(field.getValue())) {
				block.put(field.getKey(), field.getValue());
			}
		}
	}

	// Return the block that a piece goes on with; encrypted ones come whole.
	private @Nullable Map<String, Object> openBlock(Map<String, Object> piece) {
		if (this.blocks.isEmpty() || piece.containsKey("data")) {
			return null;
		}
		Map<String, Object> last = this.blocks.get(this.blocks.size() - 1);
		boolean same = Objects.equals(last.get("type"), piece.get("type"))
				&& Objects.equals(last.get("index"), piece.get("index"));
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
		return Map.of(OpenAiDecoder.REASONING_DETAILS, taken);
	}

}
