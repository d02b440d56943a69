package dev.llmcallbacks.callback;

import dev.llmcallbacks.event.CallbackEvent;

/**
 * Receiver of the events of runs: a {@link CallbackHandler}, which may block, or an
 * {@link AsyncCallbackHandler}, which must not.
 */
public sealed interface LlmCallbackHandler permits CallbackHandler, AsyncCallbackHandler {

	/**
	 * Whether the handler receives events of a type. Called at most once per type and
	 * run, on any thread; an event of a type that is not supported costs nothing. Not
	 * called for a type whose method the handler's class does not implement.
	 * @param eventType one of the event records
	 * @return whether the handler receives such events; {@code true} by default
	 */
	default boolean supports(Class<? extends CallbackEvent> eventType) {
		return true;
	}

}
