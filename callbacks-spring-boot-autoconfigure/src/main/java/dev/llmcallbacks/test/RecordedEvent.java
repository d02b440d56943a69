package dev.llmcallbacks.test;

import dev.llmcallbacks.event.CallbackEvent;

/**
 * An event, and where it was heard.
 *
 * @param event the event
 * @param threadName the name of the thread that the recorder was called on
 */
public record RecordedEvent(CallbackEvent event, String threadName) {

}
