package dev.llmcallbacks.provider.openai;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ToolCallChunk;

/**
 * Numbers the tool calls of one choice. Not every server numbers them itself, and some
 * give every call the same number.
 */
final class OpenAiToolCalls {

	private final List<Call> calls = new ArrayList<>();

	List<ToolCallChunk> number(List<OpenAiToolCallDelta> pieces) {
		List<ToolCallChunk> numbered = new ArrayList<>(pieces.size());
		for (OpenAiToolCallDelta piece : pieces) {
			numbered.add(number(piece));
		}
		return numbered;
	}

	private ToolCallChunk number(OpenAiToolCallDelta piece) {
		Call call = find(piece);
		if (call == null) {
			call = new Call(this.calls.size(), piece.index());
			this.calls.add(call);
		}
		String id = (call.id == null) ? piece.id() : null;
		String name = (call.name == null) ? piece.name() : null;
		call.id = (id != null) ? id : call.id;
		call.name = (name != null) ? name : call.name;
		return new ToolCallChunk(call.position, id, name, piece.arguments());
	}

	private @Nullable Call find(OpenAiToolCallDelta piece) {
		for (int i = this.calls.size() - 1; i >= 0; i--) {
			Call call = this.calls.get(i);
			if ((piece.index() != null) ? piece.index().equals(call.index) : isSameUnnumbered(call, piece)) {
				return isAnother(call, piece) ? null : call;
			}
		}
		return null;
	}

	// Without a number, a piece with an id belongs to the call of that id; one without id
	// and name belongs to the last call.
	private static boolean isSameUnnumbered(Call call, OpenAiToolCallDelta piece) {
		return (piece.id() != null) ? piece.id().equals(call.id) : piece.name() == null;
	}

	private static boolean isAnother(Call call, OpenAiToolCallDelta piece) {
		return piece.name() != null && piece.id() != null && call.id != null && !piece.id().equals(call.id);
	}

	private static final class Call {

		private final int position;

		private final @Nullable Integer index;

		private @Nullable String id;

		private @Nullable String name;

		private Call(int position, @Nullable Integer index) {
			this.position = position;
			this.index = index;
		}

	}

}
