package dev.llmcallbacks.event;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.run.Run;

/**
 * A model is about to be called, told to whoever does not listen to {@link
 * ChatModelStart}: the conversation rendered as text.
 *
 * @param run the run
 * @param timestamp when it happened
 * @param prompts the conversation as one text, each message on lines of its own after
 * {@code Human: }, {@code AI: }, {@code System: } or {@code Tool: }
 * @param options how the model is to answer
 */
public record LlmStart(Run run, Instant timestamp, List<String> prompts, ChatOptions options) implements RunStart {

	public LlmStart {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(options, "'options' must not be null");
		prompts = List.copyOf(prompts);
	}

}
