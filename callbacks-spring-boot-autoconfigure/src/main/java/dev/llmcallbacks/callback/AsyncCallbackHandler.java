package dev.llmcallbacks.callback;

import java.util.function.Function;

import reactor.core.publisher.Mono;

import dev.llmcallbacks.event.AgentAction;
import dev.llmcallbacks.event.AgentFinish;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainCancel;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainError;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.LlmStart;
import dev.llmcallbacks.event.RetrieverCancel;
import dev.llmcallbacks.event.RetrieverEnd;
import dev.llmcallbacks.event.RetrieverError;
import dev.llmcallbacks.event.RetrieverStart;
import dev.llmcallbacks.event.Retry;
import dev.llmcallbacks.event.Text;
import dev.llmcallbacks.event.ToolCancel;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.event.ToolProgress;
import dev.llmcallbacks.event.ToolStart;

/**
 * Handler whose methods return a {@link Mono} that completes when the event has been
 * handled. They must not block: they are called, and the {@code Mono} is subscribed to,
 * on the thread that produced the event or that finished the previous one.
 * <p>
 * A handler receives the events of one run one at a time, in the order in which they
 * happened: the next one when the {@code Mono} of the previous one has ended. It may
 * receive the events of different runs at the same time, unless its concurrency is
 * {@link LlmCallback.Concurrency#SERIAL}. An error is logged and counted, and the run
 * goes on, unless {@link LlmCallback#raiseError()} is set.
 */
public non-sealed interface AsyncCallbackHandler extends LlmCallbackHandler {

	/**
	 * Create a handler of one type of event.
	 * @param <E> the type of event; every subtype is handled too
	 * @param eventType the type of event
	 * @param function handles an event
	 * @return the handler
	 */
	static <E extends CallbackEvent> AsyncCallbackHandler on(Class<E> eventType, Function<E, Mono<Void>> function) {
		return new FunctionCallbackHandler<>(eventType, function);
	}

	/**
	 * Handle an event of any type. By default this calls the method for that type.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onEvent(CallbackEvent event) {
		return CallbackMethod.of(event.getClass()).invoke(this, event);
	}

	/**
	 * A chat model is about to be called.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onChatModelStart(ChatModelStart event) {
		return Mono.empty();
	}

	/**
	 * A model is about to be called, with the conversation rendered as text. Received by
	 * handlers without a method for {@link ChatModelStart}.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onLlmStart(LlmStart event) {
		return Mono.empty();
	}

	/**
	 * A chunk of a streamed response has arrived. The token is empty for a chunk that
	 * contains only reasoning or a fragment of a tool call.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onLlmNewToken(LlmNewToken event) {
		return Mono.empty();
	}

	/**
	 * A call of a provider failed and will be repeated.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onRetry(Retry event) {
		return Mono.empty();
	}

	/**
	 * A call of a model has completed.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onLlmEnd(LlmEnd event) {
		return Mono.empty();
	}

	/**
	 * A call of a model has failed.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onLlmError(LlmError event) {
		return Mono.empty();
	}

	/**
	 * The subscriber cancelled the call of a model, or the application stopped.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onLlmCancel(LlmCancel event) {
		return Mono.empty();
	}

	/**
	 * A chain or an agent is about to run.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onChainStart(ChainStart event) {
		return Mono.empty();
	}

	/**
	 * An agent is about to call a tool that its model asked for.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onAgentAction(AgentAction event) {
		return Mono.empty();
	}

	/**
	 * An agent's model has answered.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onAgentFinish(AgentFinish event) {
		return Mono.empty();
	}

	/**
	 * A text that the application publishes to its handlers.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onText(Text event) {
		return Mono.empty();
	}

	/**
	 * A chain or an agent has completed.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onChainEnd(ChainEnd event) {
		return Mono.empty();
	}

	/**
	 * A chain or an agent has failed.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onChainError(ChainError event) {
		return Mono.empty();
	}

	/**
	 * The subscriber cancelled a chain or an agent, or the application stopped.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onChainCancel(ChainCancel event) {
		return Mono.empty();
	}

	/**
	 * A tool is about to be called.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onToolStart(ToolStart event) {
		return Mono.empty();
	}

	/**
	 * A tool that returns a stream has emitted an item, which is not its last.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onToolProgress(ToolProgress event) {
		return Mono.empty();
	}

	/**
	 * A tool has returned.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onToolEnd(ToolEnd event) {
		return Mono.empty();
	}

	/**
	 * A tool has failed.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onToolError(ToolError event) {
		return Mono.empty();
	}

	/**
	 * The subscriber cancelled the call of a tool, or the application stopped.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onToolCancel(ToolCancel event) {
		return Mono.empty();
	}

	/**
	 * A search for documents is about to begin.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onRetrieverStart(RetrieverStart event) {
		return Mono.empty();
	}

	/**
	 * A search for documents has completed, possibly without a result.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onRetrieverEnd(RetrieverEnd event) {
		return Mono.empty();
	}

	/**
	 * A search for documents has failed.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onRetrieverError(RetrieverError event) {
		return Mono.empty();
	}

	/**
	 * The subscriber cancelled a search for documents, or the application stopped.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onRetrieverCancel(RetrieverCancel event) {
		return Mono.empty();
	}

	/**
	 * An event of the application's own.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onCustomEvent(CustomEvent event) {
		return Mono.empty();
	}

}
