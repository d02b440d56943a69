package dev.llmcallbacks.chain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.test.Await;
import dev.llmcallbacks.test.EventRecorder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a handler heard of a tree of runs, in a form that a test can compare: {@code +} a
 * start, {@code -} an end, {@code !} an error, {@code x} a cancel, each with the run's
 * name.
 */
public final class Trace {

	private final EventRecorder log = new EventRecorder(Duration.ofSeconds(10));

	public CallbackHandler handler() {
		return this.log;
	}

	public EventRecorder log() {
		return this.log;
	}

	public List<String> lines() {
		List<String> lines = new ArrayList<>();
		for (CallbackEvent event : this.log.events(CallbackEvent.class)) {
			if (event instanceof RunStart) {
				lines.add("+" + event.run().name());
			}
			else if (event instanceof RunEnd end) {
				lines.add(sign(end.outcome()) + event.run().name());
			}
		}
		return lines;
	}

	private static String sign(Outcome outcome) {
		return (outcome == Outcome.COMPLETED) ? "-" : (outcome == Outcome.FAILED) ? "!" : "x";
	}

	public List<Run> runs() {
		return this.log.events(RunStart.class).stream().map(CallbackEvent::run).toList();
	}

	public Run run(String name) {
		return runs().stream()
			.filter((run) -> run.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new AssertionError("No run '" + name + "' in " + lines()));
	}

	public List<Run> runs(String name) {
		return runs().stream().filter((run) -> run.name().equals(name)).toList();
	}

	public void shouldBeInside(String child, String parent) {
		assertThat(runs(child)).isNotEmpty()
			.allSatisfy((run) -> assertThat(run.parentId()).as("parent of %s in %s", child, lines())
				.isEqualTo(run(parent).id()))
			.allSatisfy((run) -> assertThat(run.rootId()).isEqualTo(run(parent).rootId()));
	}

	public void shouldBeInside(String child, String parent, int times) {
		List<UUID> parents = runs(parent).stream().map(Run::id).toList();
		assertThat(runs(child)).filteredOn((run) -> parents.contains(run.parentId())).hasSize(times);
	}

	public void shouldBeRoot(String name) {
		assertThat(run(name).parentId()).isNull();
	}

	public <E extends RunEnd> E end(Class<E> type, String name) {
		return this.log.events(type)
			.stream()
			.filter((end) -> end.run().name().equals(name))
			.findFirst()
			.orElseThrow(() -> new AssertionError("No " + type.getSimpleName() + " of '" + name + "' in " + lines()));
	}

	/**
	 * Wait until every run that has started has ended, and one has.
	 */
	public void awaitEnd() {
		this.log.await();
	}

	public void awaitLine(String line) {
		Await.until(line, () -> lines().contains(line));
	}

}
