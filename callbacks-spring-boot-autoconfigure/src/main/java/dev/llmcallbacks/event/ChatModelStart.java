package dev.llmcallbacks.event;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.run.Run;

/**
 * A chat model is about to be called.
 *
 * @param run the run
 * @param timestamp the time of the event
 * @param messages the conversation, oldest message first
 * @param options the options of the call
 * @param tools the tools that the model may call
 * @param provider the name of the service that is called, such as {@code openai};
 * {@code unknown} if the model does not name one
 */
public record ChatModelStart(Run run, Instant timestamp, List<ChatMessage> messages, ChatOptions options,
		List<ToolDefinition> tools, String provider) implements RunStart {

	public ChatModelStart {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(options, "'options' must not be null");
		Objects.requireNonNull(provider, "'provider' must not be null");
		messages = List.copyOf(messages);
		tools = List.copyOf(tools);
	}

}
