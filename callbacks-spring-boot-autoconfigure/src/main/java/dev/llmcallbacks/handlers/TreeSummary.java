package dev.llmcallbacks.handlers;

import java.math.BigDecimal;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.run.RunType;

/**
 * Internal to the library: state of a root run of a {@link RunWatch} and of the runs
 * inside it, without contents.
 *
 * @param root the root run
 * @param runs how many runs the tree has, the root included
 * @param active how many of them are active
 * @param failed how many of them have failed
 * @param types the types of its runs
 * @param models the models that it calls, at most ten
 * @param usage the sum of what its model calls used, or {@code null} if nothing is known
 * @param cost the sum of what they cost, or {@code null} if the cost of one of them is
 * not known
 * @param tokens how many token events have been received
 * @param retries how many requests were made again
 * @param finished number of the tree among those that have finished, in the order in
 * which they are forgotten; zero while a run of it is active
 */
public record TreeSummary(RunSummary root, int runs, int active, int failed, List<RunType> types, List<String> models,
		@Nullable TokenUsage usage, @Nullable BigDecimal cost, int tokens, int retries, long finished) {

	public TreeSummary {
		types = List.copyOf(types);
		models = List.copyOf(models);
	}

}
