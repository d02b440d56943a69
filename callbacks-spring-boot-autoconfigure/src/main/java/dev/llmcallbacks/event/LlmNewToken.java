package dev.llmcallbacks.event;

import java.time.Instant;
import java.util.Objects;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.run.Run;

/**
 * A piece of a streamed answer has arrived. Empty for a piece that holds reasoning or a
 * part of a tool call only.
 *
 * @param run the run
 * @param timestamp when it happened
 * @param token the text of the piece, possibly empty
 * @param choice which of the choices it belongs to, counted from zero
 * @param chunk the whole piece
 */
public record LlmNewToken(Run run, Instant timestamp, String token, int choice,
		ChatChunk chunk) implements CallbackEvent {

	public LlmNewToken {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(token, "'token' must not be null");
		Objects.requireNonNull(chunk, "'chunk' must not be null");
	}

}
