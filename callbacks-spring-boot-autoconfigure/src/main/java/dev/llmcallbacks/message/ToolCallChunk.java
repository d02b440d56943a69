package dev.llmcallbacks.message;

import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Fragment of a {@link ToolCall} in a streamed response. Fragments with the same index
 * belong to one call; their arguments are concatenated.
 *
 * @param index the index of the call in the response, counted from zero
 * @param id the call's id, or {@code null} in all fragments but one
 * @param name the tool's name, or {@code null} in all fragments but one
 * @param arguments a fragment of the arguments' JSON text, possibly empty
 * @param details further details of the call, which replace those of the same name in
 * earlier fragments; usually empty
 */
public record ToolCallChunk(int index, @Nullable String id, @Nullable String name, String arguments,
		Map<String, Object> details) {

	public ToolCallChunk {
		Objects.requireNonNull(arguments, "'arguments' must not be null");
		details = Details.copyOf(details);
	}

	/**
	 * Create a fragment without further details.
	 * @param index the index of the call in the response, counted from zero
	 * @param id the call's id, or {@code null}
	 * @param name the tool's name, or {@code null}
	 * @param arguments a fragment of the arguments' JSON text, possibly empty
	 */
	public ToolCallChunk(int index, @Nullable String id, @Nullable String name, String arguments) {
		this(index, id, name, arguments, Map.of());
	}

}
