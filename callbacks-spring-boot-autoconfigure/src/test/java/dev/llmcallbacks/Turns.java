package dev.llmcallbacks;

import java.util.Arrays;
import java.util.List;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * Lets several publishers, which may be subscribed to in any order, go on in the order
 * that a test wants: each begins when the one before it has ended. Serves one round.
 */
public final class Turns {

	private final List<?> order;

	private final List<Sinks.Empty<Void>> ends;

	private Turns(List<?> order) {
		this.order = order;
		this.ends = order.stream().map((turn) -> Sinks.<Void>empty()).toList();
	}

	/**
	 * Create turns.
	 * @param order what names each turn
	 * @return the turns
	 */
	public static Turns of(Object... order) {
		return new Turns(Arrays.asList(order));
	}

	/**
	 * Wait for a turn.
	 * @param turn the turn, one of the order
	 * @param work what to do in it
	 * @return the work, which ends the turn when it has ended
	 */
	public <T> Flux<T> take(Object turn, Flux<T> work) {
		int place = this.order.indexOf(turn);
		Flux<T> ending = work.doFinally((signal) -> this.ends.get(place).tryEmitEmpty());
		return (place == 0) ? ending : ending.delaySubscription(this.ends.get(place - 1).asMono());
	}

}
