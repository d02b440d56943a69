package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainCancel;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainError;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.run.Run;

/**
 * Events of a chain or an agent run. The items are assembled for the terminal event: a
 * single item as it is, several texts as one text, several items of another type as a
 * list, and none as an empty list. They are kept only if a handler receives that event or
 * a filter reads it, and at most {@value #MAX_ITEMS} of them.
 *
 * @param <T> the type of item that comes out
 */
public final class ChainEvents<T> implements RunEvents<T> {

	/** Maximum number of items kept for the terminal event. */
	static final int MAX_ITEMS = 10_000;

	private final Object input;

	private final List<T> outputs = new ArrayList<>();

	private boolean keep = true;

	private boolean truncated;

	/**
	 * Create the events of a run.
	 * @param input the run's input
	 */
	public ChainEvents(Object input) {
		this.input = Objects.requireNonNull(input, "'input' must not be null");
	}

	@Override
	public RunStart started(Run run) {
		return new ChainStart(run, run.startedAt(), this.input);
	}

	@Override
	public void prepare(Predicate<Class<? extends CallbackEvent>> received) {
		this.keep = received.test(ChainEnd.class);
	}

	@Override
	public void accept(T item) {
		if (this.keep && this.outputs.size() < MAX_ITEMS) {
			this.outputs.add(item);
		}
		else {
			this.truncated = true;
		}
	}

	@Override
	public RunEnd completed(Run run, Duration duration) {
		return new ChainEnd(run, Instant.now(), duration, assemble(this.outputs), this.truncated);
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
	 * Assemble items to one value.
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
