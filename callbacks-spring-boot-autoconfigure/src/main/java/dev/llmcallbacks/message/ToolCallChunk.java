package dev.llmcallbacks.message;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A piece of a {@link ToolCall} in a streamed answer. Pieces with the same index belong
 * together; their arguments are to be concatenated.
 *
 * @param index the call's place among the answer's tool calls, counted from zero
 * @param id the call's id, or {@code null} in all pieces but one
 * @param name the tool's name, or {@code null} in all pieces but one
 * @param arguments a piece of the arguments' JSON text, possibly empty
 */
public record ToolCallChunk(int index, @Nullable String id, @Nullable String name, String arguments) {

	public ToolCallChunk {
		Objects.requireNonNull(arguments, "'arguments' must not be null");
	}

}
