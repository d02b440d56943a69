package dev.llmcallbacks.message;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.run.RunInfo;

/**
 * Responses to a batch of prompts.
 *
 * @param generations one row per prompt, in the prompts' order; a row contains the
 * choices and is empty if nothing has arrived
 * @param llmOutput the facts about the responses; the usage is the sum over the rows
 * @param run the run of each row
 * @param messages of an agent's result the conversation so far, oldest message first: the
 * given messages, the responses and the results of tool calls, the last response
 * included, so that the next turn can be added to it. Otherwise empty
 */
public record LlmResult(List<List<ChatGeneration>> generations, LlmOutput llmOutput, List<RunInfo> run,
		List<ChatMessage> messages) {

	public LlmResult {
		generations = generations.stream().map(List::copyOf).toList();
		Objects.requireNonNull(llmOutput, "'llmOutput' must not be null");
		run = List.copyOf(run);
		messages = copyOf(messages);
	}

	/**
	 * Create a result without a conversation.
	 * @param generations one row per prompt
	 * @param llmOutput the facts about the responses
	 * @param run the run of each row
	 */
	public LlmResult(List<List<ChatGeneration>> generations, LlmOutput llmOutput, List<RunInfo> run) {
		this(generations, llmOutput, run, List.of());
	}

	// a recording that was made before results had a conversation has none
	private static List<ChatMessage> copyOf(@Nullable List<ChatMessage> messages) {
		return (messages != null) ? List.copyOf(messages) : List.of();
	}

	/**
	 * Return the text of the first generation.
	 * @return the text, empty when there is no generation
	 */
	public String text() {
		return this.generations.stream().flatMap(List::stream).findFirst().map(ChatGeneration::text).orElse("");
	}

}
