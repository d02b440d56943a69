package dev.llmcallbacks.model;

/**
 * Decorates the model of a {@code ChatClient}: changes what is sent or what comes back,
 * answers without calling the model, or calls another one. Beans of this type apply to
 * every client that the library configures, in {@code @Order}, the first outermost.
 * <p>
 * A decorator acts inside the run, after its start event, and around all attempts of a
 * call: the delegate repeats failed attempts and keeps the time limits. What is to act on
 * each attempt, as a limit on the rate of requests may have to, wraps the
 * {@link ChatModel} that the client is built with. The start event has the request of the
 * caller, and the terminal event the request that the model received. A response that a
 * decorator gives itself ends the run as any other, with {@code modelCalled()} being
 * {@code false}.
 */
@FunctionalInterface
public interface ChatModelDecorator {

	/**
	 * Decorate a model. Called once for each client.
	 * @param delegate the model or the next decorator. To be subscribed to with the
	 * Reactor Context of the call, as operators do
	 * @return the decorated model, safe for use by any number of threads. Its default
	 * options and provider are not used
	 */
	ChatModel decorate(ChatModel delegate);

}
