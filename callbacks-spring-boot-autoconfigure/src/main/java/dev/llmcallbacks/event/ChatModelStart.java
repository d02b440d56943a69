package dev.llmcallbacks.event;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.run.Run;

/**
 * A chat model is about to be called.
 *
 * @param run the run
 * @param timestamp the time of the event
 * @param messages the conversation, oldest message first
 * @param options the options of the call
 */
public record ChatModelStart(Run run, Instant timestamp, List<ChatMessage> messages,
		ChatOptions options) implements RunStart {

	public ChatModelStart {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(options, "'options' must not be null");
		messages = List.copyOf(messages);
	}

}
