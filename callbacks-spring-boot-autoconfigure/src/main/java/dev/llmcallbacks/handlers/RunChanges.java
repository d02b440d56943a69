package dev.llmcallbacks.handlers;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Internal to the library: what has changed in the runs of a {@link RunWatch}.
 *
 * @param change number of the last change
 * @param reset whether everything is included, because it is not known what the caller
 * has seen
 * @param trees the trees that have changed
 * @param forgotten the greatest number of a finished tree that is not kept any more
 * @param runs the runs of the selected tree that have changed, each after the one around
 * it
 * @param detail the contents of the selected run; {@code null} if they have not changed,
 * or are not available
 * @param text what has been added to the response of the selected run while it is
 * streamed, or {@code null} if nothing has
 */
public record RunChanges(long change, boolean reset, List<TreeSummary> trees, long forgotten, List<RunSummary> runs,
		@Nullable RunDetail detail, @Nullable Addition text) {

	public RunChanges {
		trees = List.copyOf(trees);
		runs = List.copyOf(runs);
	}

	/**
	 * Text that has been added to a streamed response.
	 *
	 * @param from position of its first character in the response
	 * @param text the text
	 */
	public record Addition(int from, String text) {

	}

}
