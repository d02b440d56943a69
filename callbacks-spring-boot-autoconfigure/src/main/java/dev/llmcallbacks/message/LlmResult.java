package dev.llmcallbacks.message;

import java.util.List;
import java.util.Objects;

import dev.llmcallbacks.run.RunInfo;

/**
 * Responses to a batch of prompts.
 *
 * @param generations one row per prompt, in the prompts' order; a row contains the
 * choices and is empty if nothing has arrived
 * @param llmOutput the facts about the responses; the usage is the sum over the rows
 * @param run the run of each row
 */
public record LlmResult(List<List<ChatGeneration>> generations, LlmOutput llmOutput, List<RunInfo> run) {

	public LlmResult {
		generations = generations.stream().map(List::copyOf).toList();
		Objects.requireNonNull(llmOutput, "'llmOutput' must not be null");
		run = List.copyOf(run);
	}

	/**
	 * Return the text of the first generation.
	 * @return the text, empty when there is no generation
	 */
	public String text() {
		return this.generations.stream().flatMap(List::stream).findFirst().map(ChatGeneration::text).orElse("");
	}

}
