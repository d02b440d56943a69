package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import dev.llmcallbacks.event.ChainCancel;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainError;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Run;

/**
 * The events of a chain or an agent run. What came out is told as a whole at the end: a
 * single item as it is, several texts as one text, several items of another type as a
 * list, and nothing as an empty list.
 *
 * @param <T> the type of item that comes out
 */
public final class ChainEvents<T> implements RunEvents<T> {

	private final Object input;

	private final List<T> outputs = new ArrayList<>();

	/**
	 * Create the events of a run.
	 * @param input what goes in
	 */
	public ChainEvents(Object input) {
		this.input = Objects.requireNonNull(input, "'input' must not be null");
	}

	@Override
	public RunStart started(Run run) {
		return new ChainStart(run, run.startedAt(), this.input);
	}

	@Override
	public void accept(T item) {
		this.outputs.add(item);
	}

	@Override
	public RunEnd completed(Run run, Duration duration) {
		return new ChainEnd(run, Instant.now(), duration, assemble(this.outputs));
	}

	@Override
	public RunEnd failed(Run run, Duration duration, Throwable error) {
		return new ChainError(run, Instant.now(), duration, error);
	}

	@Override
	public RunEnd cancelled(Run run, Duration duration) {
		return new ChainCancel(run, Instant.now(), duration);
	}

	/**
	 * Make one value of what came out.
	 * @param items the items
	 * @return a single item as it is, several texts as one text, anything else as a list
	 */
	public static Object assemble(List<?> items) {
		if (items.size() == 1) {
			return items.get(0);
		}
		if (!items.isEmpty() && items.stream().allMatch(CharSequence.class::isInstance)) {
			return items.stream().map(Object::toString).collect(Collectors.joining());
		}
		return List.copyOf(items);
	}

}
