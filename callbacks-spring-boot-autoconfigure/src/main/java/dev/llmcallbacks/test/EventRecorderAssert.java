package dev.llmcallbacks.test;

import java.util.List;

import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;

import dev.llmcallbacks.event.RunStart;

/**
 * Assertions on what a recorder has heard. Those on runs wait until the runs have ended.
 */
public final class EventRecorderAssert extends AbstractAssert<EventRecorderAssert, EventRecorder> {

	EventRecorderAssert(EventRecorder actual) {
		super(actual, EventRecorderAssert.class);
	}

	/**
	 * Wait for the one run that is in no other, and go on with assertions on it. Fails
	 * when it does not end in time, or when there are several.
	 * @return assertions on the run
	 */
	public RecordedRunAssert run() {
		List<RecordedRun> roots = this.actual.await();
		if (roots.size() > 1) {
			failWithMessage("There is not one run, but several:%n%s", this.actual);
		}
		return new RecordedRunAssert(roots.get(0));
	}

	/**
	 * Wait for a run, and go on with assertions on it. Fails when it does not end in
	 * time, or when there are several of this name.
	 * @param name the run's name
	 * @return assertions on the run
	 */
	public RecordedRunAssert run(String name) {
		RecordedRun run = this.actual.await(name);
		long found = this.actual.events()
			.stream()
			.filter((event) -> event.event() instanceof RunStart start && start.run().name().equals(name))
			.count();
		if (found > 1) {
			failWithMessage("There is not one run named '%s', but %s:%n%s", name, found, this.actual);
		}
		return new RecordedRunAssert(run);
	}

	/**
	 * Wait for all runs, and verify which of them are in no other.
	 * @param names the runs' names, in any order
	 * @return these assertions
	 */
	public EventRecorderAssert hasRuns(String... names) {
		Assertions.assertThat(this.actual.await())
			.as("Runs that are in no other")
			.extracting((run) -> run.run().name())
			.containsExactlyInAnyOrder(names);
		return this;
	}

	/**
	 * Verify that no event was heard up to now.
	 * @return these assertions
	 */
	public EventRecorderAssert hasHeardNothing() {
		Assertions.assertThat(this.actual.events()).as("Events").isEmpty();
		return this;
	}

	/**
	 * Wait for all runs, and verify of each that it began with its start and ended with
	 * its one terminal event.
	 * @return these assertions
	 */
	public EventRecorderAssert hasEndedEachRunOnce() {
		this.actual.await()
			.stream()
			.flatMap(RecordedRun::stream)
			.forEach((run) -> new RecordedRunAssert(run).hasEndedOnce());
		return this;
	}

}
