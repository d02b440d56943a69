package dev.llmcallbacks.event;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.run.Run;

/**
 * A model is about to be called, with the conversation rendered as text. Received by
 * handlers that do not receive {@link ChatModelStart}.
 *
 * @param run the run
 * @param timestamp the time of the event
 * @param prompts the conversation as one text, each message on lines of its own after
 * {@code Human: }, {@code AI: }, {@code System: } or {@code Tool: }. Media follow the
 * text of their message, with type, name and size
 * @param options the options of the call
 */
public record LlmStart(Run run, Instant timestamp, List<String> prompts, ChatOptions options) implements RunStart {

	public LlmStart {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(timestamp, "'timestamp' must not be null");
		Objects.requireNonNull(options, "'options' must not be null");
		prompts = List.copyOf(prompts);
	}

	/**
	 * Render the start of a chat run as text.
	 * @param start the event to render
	 * @return the same event with the messages as one text
	 */
	public static LlmStart of(ChatModelStart start) {
		String prompt = start.messages().stream().map(LlmStart::render).collect(Collectors.joining("\n"));
		return new LlmStart(start.run(), start.timestamp(), List.of(prompt), start.options());
	}

	private static String render(ChatMessage message) {
		String role = (message instanceof HumanMessage) ? "Human"
				: (message instanceof AiMessage) ? "AI" : (message instanceof SystemMessage) ? "System" : "Tool";
		return message.media()
			.stream()
			.map(Media::toString)
			.reduce(role + ": " + message.text(), (text, media) -> text + " " + media);
	}

}
