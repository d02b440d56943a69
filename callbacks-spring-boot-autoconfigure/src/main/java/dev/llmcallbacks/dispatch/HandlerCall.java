package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.CallbackEvent;

/**
 * Call of a handler that is going on, or that an open run waits for.
 *
 * @param handler the handler's name
 * @param runId id of the run whose event the handler receives
 * @param event type of the event that the handler is processing; {@code null} if it has
 * not been called yet, and the run waits for all events that are queued
 * @param duration how long the call, or the wait, has taken so far, to within a tenth of
 * a millisecond
 */
public record HandlerCall(String handler, UUID runId, @Nullable Class<? extends CallbackEvent> event,
		Duration duration) {

}
