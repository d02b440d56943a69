package dev.llmcallbacks.autoconfigure.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksDescriptor.LiveRun;
import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksDescriptor.Wait;
import dev.llmcallbacks.dispatch.RunStatus;
import dev.llmcallbacks.run.PrintableText;
import dev.llmcallbacks.run.Run;

/**
 * Arranges current runs as trees. A run that outlives the one around it becomes a root.
 */
final class RunForest {

	private static final int MAX_LENGTH = 100;

	private final List<RunStatus> runs;

	private final Instant now;

	private final List<RunStatus> roots = new ArrayList<>();

	private final Map<UUID, List<RunStatus>> inside = new HashMap<>();

	RunForest(List<RunStatus> runs, Instant now) {
		this.runs = runs;
		this.now = now;
		Set<UUID> ids = runs.stream().map((status) -> status.run().id()).collect(Collectors.toSet());
		for (RunStatus run : runs) {
			UUID parent = run.run().parentId();
			List<RunStatus> siblings = (parent != null && ids.contains(parent))
					? this.inside.computeIfAbsent(parent, (id) -> new ArrayList<>()) : this.roots;
			siblings.add(run);
		}
	}

	List<LiveRun> describe() {
		return describe(this.roots);
	}

	/**
	 * Describe one run and those inside it.
	 * @param id the run's id
	 * @return the run, or {@code null} if it is not there
	 */
	@Nullable LiveRun describe(UUID id) {
		return this.runs.stream()
			.filter((run) -> run.run().id().equals(id))
			.findFirst()
			.map(this::describe)
			.orElse(null);
	}

	private List<LiveRun> describe(List<RunStatus> runs) {
		return runs.stream().map(this::describe).toList();
	}

	// Applications may take names and tags from requests, and models write names of tools
	private static String printable(String text) {
		return PrintableText.of(text, MAX_LENGTH);
	}

	private LiveRun describe(RunStatus status) {
		Run run = status.run();
		// removed, because a caller may have given one id to a run and to a run inside it
		List<RunStatus> children = this.inside.remove(run.id());
		return new LiveRun(run.id(), printable(run.name()), run.type(),
				(status.model() != null) ? printable(status.model()) : null, run.startedAt(),
				Duration.between(run.startedAt(), this.now), status.waitsFor().stream().map(Wait::of).toList(),
				run.tags().stream().map(RunForest::printable).collect(Collectors.toCollection(LinkedHashSet::new)),
				(children != null) ? describe(children) : List.of());
	}

}
