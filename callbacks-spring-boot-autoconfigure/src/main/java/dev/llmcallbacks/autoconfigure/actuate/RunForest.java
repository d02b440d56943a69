package dev.llmcallbacks.autoconfigure.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksDescriptor.LiveRun;
import dev.llmcallbacks.run.Run;

/**
 * Open runs as trees. A run that outlives the one around it has become a root.
 */
final class RunForest {

	private final List<Run> runs;

	private final Instant now;

	private final List<Run> roots = new ArrayList<>();

	private final Map<UUID, List<Run>> inside = new HashMap<>();

	RunForest(List<Run> runs, Instant now) {
		this.runs = runs;
		this.now = now;
		Set<UUID> ids = runs.stream().map(Run::id).collect(Collectors.toSet());
		for (Run run : runs) {
			UUID parent = run.parentId();
			List<Run> siblings = (parent != null && ids.contains(parent))
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
		return this.runs.stream().filter((run) -> run.id().equals(id)).findFirst().map(this::describe).orElse(null);
	}

	private List<LiveRun> describe(List<Run> runs) {
		return runs.stream().map(this::describe).toList();
	}

	private LiveRun describe(Run run) {
		// taken out: a caller may have given one id to a run and to one inside it
		List<Run> children = this.inside.remove(run.id());
		return new LiveRun(run.id(), run.name(), run.type(), run.startedAt(),
				Duration.between(run.startedAt(), this.now), run.tags(),
				(children != null) ? describe(children) : List.of());
	}

}
