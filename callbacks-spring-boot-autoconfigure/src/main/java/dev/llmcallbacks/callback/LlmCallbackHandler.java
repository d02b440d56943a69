package dev.llmcallbacks.callback;

import dev.llmcallbacks.event.CallbackEvent;

/**
 * What hears of runs: a {@link CallbackHandler} that may block, or an
 * {@link AsyncCallbackHandler} that must not.
 */
public sealed interface LlmCallbackHandler permits CallbackHandler, AsyncCallbackHandler {

	/**
	 * Whether the handler wants events of a type at all. Asked at most once for each type
	 * and run, on any thread; an event of a type that is not wanted costs nothing. A type
	 * whose method the handler's class does not implement is never asked for.
	 * @param eventType one of the event records
	 * @return whether such events are wanted; always {@code true} by default
	 */
	default boolean supports(Class<? extends CallbackEvent> eventType) {
		return true;
	}

}
