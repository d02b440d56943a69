package dev.llmcallbacks.dispatch;

/**
 * How a handler of a {@link CallbackManager} stands.
 *
 * @param registration the handler, and how it wants to be called
 * @param enabled whether runs that open now call it
 * @param statistics what it has done
 */
public record HandlerStatus(HandlerRegistration registration, boolean enabled, HandlerStatistics statistics) {

}
