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
import dev.llmcallbacks.event.ToolStart;

/**
 * A handler whose methods return a {@link Mono} that completes when they are done. They
 * must not block: they are called, and the {@code Mono} subscribed to, on the thread that
 * produced the event or finished the previous one.
 * <p>
 * Of one run, a handler gets one event at a time, in the order in which they happened;
 * the next after the {@code Mono} of the one before has ended. The events of different
 * runs may arrive at the same time unless {@link LlmCallback.Concurrency#SERIAL} forbids
 * it. An error is logged and counted and changes nothing else, unless
 * {@link LlmCallback#raiseError()} says so.
 */
public non-sealed interface AsyncCallbackHandler extends LlmCallbackHandler {

	/**
	 * Create a handler of one type of event.
	 * @param <E> the type of event; every subtype is handled too
	 * @param eventType the type of event
	 * @param function what to do with an event
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
	 * A model is about to be called, told to whoever does not listen to
	 * {@link ChatModelStart}: the conversation rendered as text.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onLlmStart(LlmStart event) {
		return Mono.empty();
	}

	/**
	 * A piece of a streamed answer has arrived. Empty for a piece that holds reasoning or
	 * a part of a tool call only.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onLlmNewToken(LlmNewToken event) {
		return Mono.empty();
	}

	/**
	 * A call of a provider failed and will be tried again.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onRetry(Retry event) {
		return Mono.empty();
	}

	/**
	 * A model has answered.
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
	 * A call of a model was given up by whoever had asked for it.
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
	 * An agent has decided to call a tool.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onAgentAction(AgentAction event) {
		return Mono.empty();
	}

	/**
	 * An agent has decided to answer.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onAgentFinish(AgentFinish event) {
		return Mono.empty();
	}

	/**
	 * A text that the application wants its handlers to hear.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onText(Text event) {
		return Mono.empty();
	}

	/**
	 * A chain or an agent has finished.
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
	 * A chain or an agent was given up by whoever had asked for it.
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
	 * A tool has answered.
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
	 * A call of a tool was given up by whoever had asked for it.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onToolCancel(ToolCancel event) {
		return Mono.empty();
	}

	/**
	 * Documents are about to be looked up.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onRetrieverStart(RetrieverStart event) {
		return Mono.empty();
	}

	/**
	 * Documents were found, or none.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onRetrieverEnd(RetrieverEnd event) {
		return Mono.empty();
	}

	/**
	 * A look-up of documents has failed.
	 * @param event the event
	 * @return completes when the event has been handled
	 */
	default Mono<Void> onRetrieverError(RetrieverError event) {
		return Mono.empty();
	}

	/**
	 * A look-up of documents was given up by whoever had asked for it.
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
