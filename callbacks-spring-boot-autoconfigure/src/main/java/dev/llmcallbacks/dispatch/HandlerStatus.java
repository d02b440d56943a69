package dev.llmcallbacks.dispatch;

import java.util.List;
import java.util.Set;

import dev.llmcallbacks.event.CallbackEvent;

/**
 * State of a handler of a {@link CallbackManager}.
 *
 * @param registration the handler with its settings
 * @param enabled whether runs that are opened now call it
 * @param events the types of events that its class and its settings let it receive
 * @param calls its calls that are going on now, in runs that are open
 * @param statistics its statistics
 */
public record HandlerStatus(HandlerRegistration registration, boolean enabled,
		Set<Class<? extends CallbackEvent>> events, List<HandlerCall> calls, HandlerStatistics statistics) {

	public HandlerStatus {
		events = Set.copyOf(events);
		calls = List.copyOf(calls);
	}

}
