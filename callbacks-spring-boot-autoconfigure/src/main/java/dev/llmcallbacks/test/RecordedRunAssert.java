package dev.llmcallbacks.test;

import java.util.List;

import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ObjectAssert;
import org.assertj.core.api.ThrowableAssert;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainError;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.RetrieverError;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.run.Outcome;

/**
 * Assertions on a run.
 */
public final class RecordedRunAssert extends AbstractAssert<RecordedRunAssert, RecordedRun> {

	RecordedRunAssert(RecordedRun actual) {
		super(actual, RecordedRunAssert.class);
		as("run '%s'", actual.run().name());
	}

	/**
	 * Verify that the first event was the run's start, and the last, and no other, its
	 * end.
	 * @return these assertions
	 */
	public RecordedRunAssert hasEndedOnce() {
		List<CallbackEvent> events = this.actual.events(CallbackEvent.class);
		about(events.get(0), "first event").isInstanceOf(RunStart.class);
		about(events.get(events.size() - 1), "last event").isInstanceOf(RunEnd.class);
		about(this.actual.events(RunEnd.class).size(), "number of terminal events").isEqualTo(1);
		return this;
	}

	/**
	 * Verify that the run {@linkplain #hasEndedOnce() has ended once}, and how.
	 * @param outcome the outcome
	 * @return these assertions
	 */
	public RecordedRunAssert endedWith(Outcome outcome) {
		hasEndedOnce();
		about(end().outcome(), "outcome").isEqualTo(outcome);
		return this;
	}

	/**
	 * Verify that the run {@linkplain #hasEndedOnce() has ended once}, in failure.
	 * @return assertions on the error
	 */
	public ThrowableAssert<?> failure() {
		endedWith(Outcome.FAILED);
		return new ThrowableAssert<>(errorOf(end()));
	}

	/**
	 * Verify that among the run's events there are some of given types in a given order.
	 * @param types the types of event; subtypes are included
	 * @return these assertions
	 */
	@SafeVarargs
	public final RecordedRunAssert hasEventsInOrder(Class<? extends CallbackEvent>... types) {
		List<CallbackEvent> events = this.actual.events(CallbackEvent.class);
		int found = 0;
		for (CallbackEvent event : events) {
			found += (found < types.length && types[found].isInstance(event)) ? 1 : 0;
		}
		if (found < types.length) {
			failWithMessage("There is no %s in its place; the events are %s", types[found].getSimpleName(),
					events.stream().map((event) -> event.getClass().getSimpleName()).toList());
		}
		return this;
	}

	/**
	 * Verify that no event of the run is of a type.
	 * @param type the type of event; subtypes are included
	 * @return these assertions
	 */
	public RecordedRunAssert hasNoEvent(Class<? extends CallbackEvent> type) {
		about(this.actual.events(type), "events of type " + type.getSimpleName()).isEqualTo(List.of());
		return this;
	}

	/**
	 * Verify the tokens of the streamed answer.
	 * @param tokens all tokens of the first choice, in order
	 * @return these assertions
	 */
	public RecordedRunAssert hasTokens(String... tokens) {
		about(this.actual.tokens(), "tokens").isEqualTo(List.of(tokens));
		return this;
	}

	/**
	 * Verify the model's answer, streamed or not.
	 * @param text the text of the first choice; what had arrived of it, if the run has
	 * not completed
	 * @return these assertions
	 */
	public RecordedRunAssert hasText(String text) {
		about(this.actual.text(), "text").isEqualTo(text);
		return this;
	}

	/**
	 * Verify on which threads the recorder was called.
	 * @param prefix what the names of all of them begin with
	 * @return these assertions
	 */
	public RecordedRunAssert calledOnThreads(String prefix) {
		Assertions.assertThat(this.actual.events())
			.as("threads of %s", descriptionText())
			.extracting(RecordedEvent::threadName)
			.allSatisfy((name) -> Assertions.assertThat(name).startsWith(prefix));
		return this;
	}

	/**
	 * Verify which runs are directly inside this one.
	 * @param names the runs' names, in any order
	 * @return these assertions
	 */
	public RecordedRunAssert hasChildren(String... names) {
		Assertions.assertThat(this.actual.children())
			.as("children of %s", descriptionText())
			.extracting((child) -> child.run().name())
			.containsExactlyInAnyOrder(names);
		return this;
	}

	/**
	 * Verify this run and all runs inside it.
	 * @param tree a line for each run's name, two more spaces for each step inside;
	 * siblings in the order in which they were first heard of
	 * @return these assertions
	 */
	public RecordedRunAssert hasTree(String tree) {
		about(this.actual.tree(), "tree").isEqualTo(tree.stripTrailing());
		return this;
	}

	private ObjectAssert<Object> about(Object value, String what) {
		return Assertions.<Object>assertThat(value).as("%s of %s", what, descriptionText());
	}

	private RunEnd end() {
		return this.actual.events(RunEnd.class).get(0);
	}

	private static Throwable errorOf(RunEnd end) {
		if (end instanceof LlmError error) {
			return error.error();
		}
		if (end instanceof ChainError error) {
			return error.error();
		}
		if (end instanceof ToolError error) {
			return error.error();
		}
		return ((RetrieverError) end).error();
	}

}
