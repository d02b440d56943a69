package dev.llmcallbacks.test;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import dev.llmcallbacks.run.Run;

/**
 * Events, sorted by the run that they belong to.
 *
 * @param roots the runs whose parents no event belongs to
 */
record RunForest(List<RecordedRun> roots) {

	static RunForest of(List<RecordedEvent> events) {
		Map<UUID, List<RecordedEvent>> byRun = new LinkedHashMap<>();
		for (RecordedEvent event : events) {
			byRun.computeIfAbsent(event.event().run().id(), (id) -> new ArrayList<>()).add(event);
		}
		return new RunForest(byRun.values()
			.stream()
			.filter((own) -> !byRun.containsKey(runOf(own).parentId()))
			.map((own) -> grow(own, byRun))
			.toList());
	}

	private static RecordedRun grow(List<RecordedEvent> own, Map<UUID, List<RecordedEvent>> byRun) {
		Run run = runOf(own);
		return new RecordedRun(run, own,
				byRun.values()
					.stream()
					.filter((others) -> run.id().equals(runOf(others).parentId()))
					.map((others) -> grow(others, byRun))
					.toList());
	}

	private static Run runOf(List<RecordedEvent> own) {
		return own.get(0).event().run();
	}

	/**
	 * Return the roots of the application's trees in which something goes on.
	 * @return their ids
	 */
	Set<UUID> openRoots() {
		return this.roots.stream()
			.flatMap(RecordedRun::stream)
			.filter((run) -> !run.hasEnded())
			.map((run) -> run.run().rootId())
			.collect(Collectors.toSet());
	}

	@Override
	public String toString() {
		return this.roots.isEmpty() ? "(nothing)"
				: this.roots.stream().map(RecordedRun::tree).collect(Collectors.joining("\n"));
	}

}
