package dev.llmcallbacks.callback;

import java.util.function.Consumer;

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
 * A handler whose methods return when they are done, and may block until then. They are
 * called on the handler's {@code TaskExecutor}, never on an event loop and never on the
 * subscriber's thread, unless {@link LlmCallback.Delivery#INLINE} asks for the thread
 * that produced the event.
 * <p>
 * Of one run, a handler gets one event at a time, in the order in which they happened.
 * The events of different runs may arrive at the same time unless
 * {@link LlmCallback.Concurrency#SERIAL} forbids it. An exception is logged and counted
 * and changes nothing else, unless {@link LlmCallback#raiseError()} says so.
 */
public non-sealed interface CallbackHandler extends LlmCallbackHandler {

	/**
	 * Create a handler of one type of event.
	 * @param <E> the type of event; every subtype is handled too
	 * @param eventType the type of event
	 * @param consumer what to do with an event
	 * @return the handler
	 */
	static <E extends CallbackEvent> CallbackHandler on(Class<E> eventType, Consumer<E> consumer) {
		return new ConsumerCallbackHandler<>(eventType, consumer);
	}

	/**
	 * Handle an event of any type. By default this calls the method for that type.
	 * @param event the event
	 */
	default void onEvent(CallbackEvent event) {
		CallbackMethod.of(event.getClass()).invoke(this, event);
	}

	/**
	 * A chat model is about to be called.
	 * @param event the event
	 */
	default void onChatModelStart(ChatModelStart event) {
	}

	/**
	 * A model is about to be called, told to whoever does not listen to
	 * {@link ChatModelStart}: the conversation rendered as text.
	 * @param event the event
	 */
	default void onLlmStart(LlmStart event) {
	}

	/**
	 * A piece of a streamed answer has arrived. Empty for a piece that holds reasoning or
	 * a part of a tool call only.
	 * @param event the event
	 */
	default void onLlmNewToken(LlmNewToken event) {
	}

	/**
	 * A call of a provider failed and will be tried again.
	 * @param event the event
	 */
	default void onRetry(Retry event) {
	}

	/**
	 * A model has answered.
	 * @param event the event
	 */
	default void onLlmEnd(LlmEnd event) {
	}

	/**
	 * A call of a model has failed.
	 * @param event the event
	 */
	default void onLlmError(LlmError event) {
	}

	/**
	 * A call of a model was given up by whoever had asked for it.
	 * @param event the event
	 */
	default void onLlmCancel(LlmCancel event) {
	}

	/**
	 * A chain or an agent is about to run.
	 * @param event the event
	 */
	default void onChainStart(ChainStart event) {
	}

	/**
	 * An agent has decided to call a tool.
	 * @param event the event
	 */
	default void onAgentAction(AgentAction event) {
	}

	/**
	 * An agent has decided to answer.
	 * @param event the event
	 */
	default void onAgentFinish(AgentFinish event) {
	}

	/**
	 * A text that the application wants its handlers to hear.
	 * @param event the event
	 */
	default void onText(Text event) {
	}

	/**
	 * A chain or an agent has finished.
	 * @param event the event
	 */
	default void onChainEnd(ChainEnd event) {
	}

	/**
	 * A chain or an agent has failed.
	 * @param event the event
	 */
	default void onChainError(ChainError event) {
	}

	/**
	 * A chain or an agent was given up by whoever had asked for it.
	 * @param event the event
	 */
	default void onChainCancel(ChainCancel event) {
	}

	/**
	 * A tool is about to be called.
	 * @param event the event
	 */
	default void onToolStart(ToolStart event) {
	}

	/**
	 * A tool has answered.
	 * @param event the event
	 */
	default void onToolEnd(ToolEnd event) {
	}

	/**
	 * A tool has failed.
	 * @param event the event
	 */
	default void onToolError(ToolError event) {
	}

	/**
	 * A call of a tool was given up by whoever had asked for it.
	 * @param event the event
	 */
	default void onToolCancel(ToolCancel event) {
	}

	/**
	 * Documents are about to be looked up.
	 * @param event the event
	 */
	default void onRetrieverStart(RetrieverStart event) {
	}

	/**
	 * Documents were found, or none.
	 * @param event the event
	 */
	default void onRetrieverEnd(RetrieverEnd event) {
	}

	/**
	 * A look-up of documents has failed.
	 * @param event the event
	 */
	default void onRetrieverError(RetrieverError event) {
	}

	/**
	 * A look-up of documents was given up by whoever had asked for it.
	 * @param event the event
	 */
	default void onRetrieverCancel(RetrieverCancel event) {
	}

	/**
	 * An event of the application's own.
	 * @param event the event
	 */
	default void onCustomEvent(CustomEvent event) {
	}

}
