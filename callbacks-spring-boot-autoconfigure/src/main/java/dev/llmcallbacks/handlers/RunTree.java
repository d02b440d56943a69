package dev.llmcallbacks.handlers;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Run;

/**
 * A run that has ended, with all that happened in it. Immutable.
 *
 * @param run the run
 * @param start its first event
 * @param events what happened between the first and the last event, in order
 * @param end its last event
 * @param children the runs inside it, in the order in which they began
 * @param complete whether nothing had to be left out of the run itself, its children not
 * counted, for want of room
 */
public record RunTree(Run run, RunStart start, List<CallbackEvent> events, RunEnd end, List<RunTree> children,
		boolean complete) {

	public RunTree {
		Objects.requireNonNull(run, "'run' must not be null");
		Objects.requireNonNull(start, "'start' must not be null");
		events = List.copyOf(events);
		Objects.requireNonNull(end, "'end' must not be null");
		children = List.copyOf(children);
	}

	/**
	 * Return this tree and all trees inside it.
	 * @return the trees, each before its children
	 */
	public Stream<RunTree> stream() {
		return Stream.concat(Stream.of(this), this.children.stream().flatMap(RunTree::stream));
	}

}
