package dev.llmcallbacks.provider.openai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.provider.ContentOrder;
import dev.llmcallbacks.provider.JsonCursor;
import dev.llmcallbacks.provider.RequestBody;

/**
 * Content of one choice that is sent in parts, of which some are not texts: the thinking
 * of Mistral's models, references, and what other servers send. The fragments of a
 * thinking part are joined, all other parts are kept as they came.
 *
 * @see <a href="https://docs.mistral.ai/capabilities/reasoning">Mistral: reasoning</a>
 */
final class OpenAiContent {

	private static final String THINKING = "thinking";

	private static final String TYPE = "type";

	private static final String TEXT = "text";

	private final ContentOrder order = new ContentOrder();

	/** How many characters of the text stand in the order. */
	private int ordered;

	/** The thinking part that may be continued. */
	private @Nullable Map<String, @Nullable Object> thinking;

	/**
	 * Add a part.
	 * @param position how many characters of the text precede it
	 * @param json the JSON text of the part
	 * @param whole whether the part is whole, and not a fragment
	 */
	void add(int position, String json, boolean whole) {
		if (position > this.ordered) {
			end(position);
		}
		if (!whole && JsonCursor.valueOf(json) instanceof Map<?, ?> part && THINKING.equals(part.get(TYPE))
				&& part.get(THINKING) instanceof List<?> thoughts) {
			addThinking(part, thoughts);
		}
		else {
			endThinking();
			this.order.addOther(json);
		}
	}

	private void addThinking(Map<?, ?> part, List<?> thoughts) {
		Map<String, @Nullable Object> open = this.thinking;
		if (open == null) {
			open = new LinkedHashMap<>();
			this.thinking = open;
		}
		Thoughts joined = (open.get(THINKING) instanceof Thoughts begun) ? begun : new Thoughts();
		thoughts.forEach(joined::join);
		for (Map.Entry<?, ?> field : part.entrySet()) {
			open.put(String.valueOf(field.getKey()), field.getKey().equals(THINKING) ? joined : field.getValue());
		}
	}

	private void endThinking() {
		if (this.thinking != null) {
			this.order.addOther(RequestBody.json(this.thinking));
			this.thinking = null;
		}
	}

	/**
	 * End what has begun, and add the text after it.
	 * @param position how many characters of the text there are
	 */
	void end(int position) {
		endThinking();
		if (position > this.ordered) {
			this.order.addText(position - this.ordered, null);
			this.ordered = position;
		}
	}

	/**
	 * Return the parts in their order.
	 * @return the entries
	 */
	List<String> toEntries() {
		return this.order.toEntries();
	}

	/** The elements of a thinking part, of which texts that follow each other are one. */
	private static final class Thoughts extends ArrayList<@Nullable Object> {

		private static final long serialVersionUID = 1L;

		private static final Set<String> FIELDS = Set.of(TYPE, TEXT);

		private void join(@Nullable Object thought) {
			Object last = isEmpty() ? null : get(size() - 1);
			Object open = (last instanceof Map<?, ?> text && isText(text)) ? text.get(TEXT) : null;
			if (thought instanceof Map<?, ?> next && isText(next) && open instanceof StringBuilder begun) {
				begun.append(next.get(TEXT));
			}
			else if (thought instanceof Map<?, ?> first && isText(first)) {
				Map<String, Object> text = new LinkedHashMap<>();
				text.put(TYPE, TEXT);
				text.put(TEXT, new StringBuilder(String.valueOf(first.get(TEXT))));
				add(text);
			}
			else {
				add(thought);
			}
		}

		private static boolean isText(Map<?, ?> thought) {
			return thought.keySet().equals(FIELDS) && TEXT.equals(thought.get(TYPE))
					&& thought.get(TEXT) instanceof CharSequence;
		}

	}

}
