package dev.llmcallbacks.dispatch;

/**
 * State of a handler of a {@link CallbackManager}.
 *
 * @param registration the handler with its settings
 * @param enabled whether runs that are opened now call it
 * @param statistics its statistics
 */
public record HandlerStatus(HandlerRegistration registration, boolean enabled, HandlerStatistics statistics) {

}
