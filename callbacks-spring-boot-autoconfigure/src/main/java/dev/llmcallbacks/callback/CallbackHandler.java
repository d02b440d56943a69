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
import dev.llmcallbacks.event.ToolProgress;
import dev.llmcallbacks.event.ToolStart;

/**
 * Handler whose methods may block, and have handled the event when they return. They are
 * called on the handler's {@code TaskExecutor}, never on an event loop or on the
 * subscriber's thread, unless {@link LlmCallback.Delivery#INLINE} requests the thread
 * that produced the event.
 * <p>
 * A handler receives the events of one run one at a time, in the order in which they
 * happened. It may receive the events of different runs at the same time, unless its
 * concurrency is {@link LlmCallback.Concurrency#SERIAL}. An exception is logged and
 * counted, and the run goes on, unless {@link LlmCallback#raiseError()} is set.
 */
public non-sealed interface CallbackHandler extends LlmCallbackHandler {

	/**
	 * Create a handler of one type of event.
	 * @param <E> the type of event; every subtype is handled too
	 * @param eventType the type of event
	 * @param consumer handles an event
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
	 * A model is about to be called, with the conversation rendered as text. Received by
	 * handlers without a method for {@link ChatModelStart}.
	 * @param event the event
	 */
	default void onLlmStart(LlmStart event) {
	}

	/**
	 * A chunk of a streamed response has arrived. The token is empty for a chunk that
	 * contains only reasoning or a fragment of a tool call.
	 * @param event the event
	 */
	default void onLlmNewToken(LlmNewToken event) {
	}

	/**
	 * A call of a provider failed and will be repeated.
	 * @param event the event
	 */
	default void onRetry(Retry event) {
	}

	/**
	 * A call of a model has completed.
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
	 * The subscriber cancelled the call of a model, or the application stopped.
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
	 * An agent is about to call a tool that its model asked for.
	 * @param event the event
	 */
	default void onAgentAction(AgentAction event) {
	}

	/**
	 * An agent's model has answered.
	 * @param event the event
	 */
	default void onAgentFinish(AgentFinish event) {
	}

	/**
	 * A text that the application publishes to its handlers.
	 * @param event the event
	 */
	default void onText(Text event) {
	}

	/**
	 * A chain or an agent has completed.
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
	 * The subscriber cancelled a chain or an agent, or the application stopped.
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
	 * A tool that returns a stream has emitted an item, which is not its last.
	 * @param event the event
	 */
	default void onToolProgress(ToolProgress event) {
	}

	/**
	 * A tool has returned.
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
	 * The subscriber cancelled the call of a tool, or the application stopped.
	 * @param event the event
	 */
	default void onToolCancel(ToolCancel event) {
	}

	/**
	 * A search for documents is about to begin.
	 * @param event the event
	 */
	default void onRetrieverStart(RetrieverStart event) {
	}

	/**
	 * A search for documents has completed, possibly without a result.
	 * @param event the event
	 */
	default void onRetrieverEnd(RetrieverEnd event) {
	}

	/**
	 * A search for documents has failed.
	 * @param event the event
	 */
	default void onRetrieverError(RetrieverError event) {
	}

	/**
	 * The subscriber cancelled a search for documents, or the application stopped.
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
