package dev.llmcallbacks.provider.openai;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ToolCallChunk;
import dev.llmcallbacks.provider.ResponseLimits;
import dev.llmcallbacks.provider.SurrogateJoiner;

/**
 * Numbers the tool calls of one choice. Not every server numbers them itself, some give
 * every call the same number, some give none an id, and some repeat the name with every
 * fragment or send it in several.
 */
final class OpenAiToolCalls {

	private final ResponseLimits limits;

	/** The latest call of each number and of each id. */
	private final Map<Integer, Call> byIndex = new HashMap<>();

	private final Map<String, Call> byId = new HashMap<>();

	private int count;

	private @Nullable Call last;

	OpenAiToolCalls(ResponseLimits limits) {
		this.limits = limits;
	}

	List<ToolCallChunk> number(List<OpenAiToolCallDelta> deltas) {
		List<ToolCallChunk> numbered = new ArrayList<>(deltas.size());
		for (OpenAiToolCallDelta delta : deltas) {
			Call call = find(delta);
			if (call == null && !delta.isEmpty()) {
				call = begin(delta);
			}
			if (call != null) {
				numbered.add(add(delta, call));
			}
		}
		return numbered;
	}

	private Call begin(OpenAiToolCallDelta delta) {
		this.limits.addToolCall();
		Call call = new Call(this.count++, delta.index());
		this.last = call;
		if (delta.index() != null) {
			this.byIndex.put(delta.index(), call);
		}
		return call;
	}

	private ToolCallChunk add(OpenAiToolCallDelta delta, Call call) {
		ToolCallChunk chunk = call.add(delta);
		if (chunk.id() != null) {
			this.byId.put(chunk.id(), call);
		}
		return chunk;
	}

	// Return the call that the fragment belongs to. One with an id that is known belongs
	// to the call of that id, unless it has another number. Without a number, one without
	// id and name belongs to the last call
	private @Nullable Call find(OpenAiToolCallDelta delta) {
		Call ofId = (delta.id() != null) ? this.byId.get(delta.id()) : null;
		if (ofId != null && (delta.index() == null || delta.index().equals(ofId.index))) {
			return ofId;
		}
		if (delta.index() != null) {
			Call call = this.byIndex.get(delta.index());
			return (call != null && !call.isFollowedBy(delta)) ? call : null;
		}
		return (delta.id() == null && delta.name() == null) ? this.last : null;
	}

	private static final class Call {

		private final int position;

		private final @Nullable Integer index;

		private final JsonObjectEnd end = new JsonObjectEnd();

		private final SurrogateJoiner arguments = new SurrogateJoiner();

		private @Nullable String id;

		private @Nullable String name;

		private Call(int position, @Nullable Integer index) {
			this.position = position;
			this.index = index;
		}

		/**
		 * Whether a fragment with the same number begins another call: because its id is
		 * another, or because it has a name although this call has one already and either
		 * the arguments of this call are complete or the name is another. A name without
		 * an id, before any arguments of a call that has an id, continues the name; one
		 * that is only repeated, by a server that knows ids, means nothing.
		 * @param delta a fragment with the number of this call
		 * @return whether it begins another call
		 */
		private boolean isFollowedBy(OpenAiToolCallDelta delta) {
			if (delta.name() == null || this.name == null) {
				return false;
			}
			if (delta.id() != null && this.id != null) {
				return !delta.id().equals(this.id);
			}
			if (!delta.name().equals(this.name)) {
				return !isNameContinued(delta);
			}
			boolean repeated = this.id != null && delta.arguments().isEmpty();
			return this.end.isReached() && !repeated;
		}

		private boolean isNameContinued(OpenAiToolCallDelta delta) {
			return this.id != null && delta.id() == null && !this.end.hasBegun();
		}

		private ToolCallChunk add(OpenAiToolCallDelta delta) {
			String newId = (this.id == null) ? delta.id() : null;
			String newName = newName(delta);
			this.id = (newId != null) ? newId : this.id;
			this.name = (newName != null) ? newName : this.name;
			this.end.read(delta.arguments());
			return new ToolCallChunk(this.position, newId, newName, this.arguments.join(delta.arguments()),
					delta.details());
		}

		private @Nullable String newName(OpenAiToolCallDelta delta) {
			if (this.name == null) {
				return delta.name();
			}
			boolean continued = delta.name() != null && !delta.name().equals(this.name) && isNameContinued(delta);
			return continued ? this.name + delta.name() : null;
		}

	}

	/** Finds the end of an object's JSON text, however the text is split. */
	private static final class JsonObjectEnd {

		private int depth;

		private boolean begun;

		private boolean reached;

		private boolean inText;

		private boolean escaped;

		void read(String json) {
			for (int i = 0; i < json.length() && !this.reached; i++) {
				read(json.charAt(i));
			}
		}

		private void read(char next) {
			this.begun |= !Character.isWhitespace(next);
			if (this.escaped) {
				this.escaped = false;
			}
			else if (next == '"') {
				this.inText = !this.inText;
			}
			else if (this.inText) {
				this.escaped = next == '\\';
			}
			else if (next == '{' || next == '[') {
				this.depth++;
			}
			else if (next == '}' || next == ']') {
				this.depth--;
				this.reached = this.depth <= 0;
			}
		}

		boolean hasBegun() {
			return this.begun;
		}

		boolean isReached() {
			return this.reached;
		}

	}

}
