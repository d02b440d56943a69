package dev.llmcallbacks.test;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.message.LlmOutput;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.run.Run;

/**
 * What was heard of a run up to some moment.
 *
 * @param run the run
 * @param events the run's own events, in the order in which they were heard
 * @param children the runs inside it, in the order in which they were first heard of
 */
public record RecordedRun(Run run, List<RecordedEvent> events, List<RecordedRun> children) {

	private static final LlmResult NO_RESULT = new LlmResult(List.of(), LlmOutput.NONE, List.of());

	public RecordedRun {
		events = List.copyOf(events);
		children = List.copyOf(children);
	}

	/**
	 * Return the run's own events of a type.
	 * @param <E> the type of event
	 * @param type the type of event; subtypes are included
	 * @return the events, in the order in which they were heard
	 */
	public <E extends CallbackEvent> List<E> events(Class<E> type) {
		return this.events.stream().map(RecordedEvent::event).filter(type::isInstance).map(type::cast).toList();
	}

	/**
	 * Return the tokens of the run's streamed answer.
	 * @return the tokens of the first choice
	 */
	public List<String> tokens() {
		return events(LlmNewToken.class).stream()
			.filter((token) -> token.choice() == 0)
			.map(LlmNewToken::token)
			.toList();
	}

	/**
	 * Return what a model has answered, streamed or not.
	 * @return the text of the first choice as the run's end tells it; empty before the
	 * end, and of a run of another type
	 */
	public String text() {
		return events(RunEnd.class).stream()
			.map(RecordedRun::result)
			.map(LlmResult::text)
			.collect(Collectors.joining());
	}

	/**
	 * Whether the run's end was heard.
	 * @return whether it has ended
	 */
	public boolean hasEnded() {
		return !events(RunEnd.class).isEmpty();
	}

	/**
	 * Return this run and all runs inside it.
	 * @return the runs, each before its children
	 */
	public Stream<RecordedRun> stream() {
		return Stream.concat(Stream.of(this), this.children.stream().flatMap(RecordedRun::stream));
	}

	/**
	 * Return the names of this run and the runs inside it as a tree: a line for each run,
	 * two more spaces for each step inside.
	 * @return the lines, without an empty one at the end
	 */
	public String tree() {
		return Stream
			.concat(Stream.of(this.run.name()),
					this.children.stream().map((child) -> child.tree().indent(2).stripTrailing()))
			.collect(Collectors.joining("\n"));
	}

	private static LlmResult result(RunEnd end) {
		if (end instanceof LlmEnd completed) {
			return completed.result();
		}
		if (end instanceof LlmError failed) {
			return failed.result();
		}
		return (end instanceof LlmCancel cancelled) ? cancelled.result() : NO_RESULT;
	}

}
