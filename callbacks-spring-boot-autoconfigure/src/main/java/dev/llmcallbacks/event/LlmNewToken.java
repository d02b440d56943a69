package dev.llmcallbacks.event;

import java.time.Instant;
import java.util.Objects;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.run.Run;

/**
 * A chunk of a streamed response has arrived. The token is empty for a chunk that
 * contains only reasoning or a fragment of a tool call.
 *
 * @param run the run
 * @param timestamp the time of the event
 * @param token the text of the chunk, possibly empty
 * @param choice the index of the choice that it belongs to, counted from zero
 * @param chunk the chunk
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
