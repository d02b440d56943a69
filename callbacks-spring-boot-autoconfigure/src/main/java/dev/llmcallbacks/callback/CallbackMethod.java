package dev.llmcallbacks.callback;

import java.util.Arrays;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

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
 * Internal to the library: the handler method of each type of event.
 */
public enum CallbackMethod {

	/** {@code onChatModelStart}. */
	CHAT_MODEL_START(ChatModelStart.class, CallbackHandler::onChatModelStart, AsyncCallbackHandler::onChatModelStart),

	/** {@code onLlmStart}. */
	LLM_START(LlmStart.class, CallbackHandler::onLlmStart, AsyncCallbackHandler::onLlmStart),

	/** {@code onLlmNewToken}. */
	LLM_NEW_TOKEN(LlmNewToken.class, CallbackHandler::onLlmNewToken, AsyncCallbackHandler::onLlmNewToken),

	/** {@code onRetry}. */
	RETRY(Retry.class, CallbackHandler::onRetry, AsyncCallbackHandler::onRetry),

	/** {@code onLlmEnd}. */
	LLM_END(LlmEnd.class, CallbackHandler::onLlmEnd, AsyncCallbackHandler::onLlmEnd),

	/** {@code onLlmError}. */
	LLM_ERROR(LlmError.class, CallbackHandler::onLlmError, AsyncCallbackHandler::onLlmError),

	/** {@code onLlmCancel}. */
	LLM_CANCEL(LlmCancel.class, CallbackHandler::onLlmCancel, AsyncCallbackHandler::onLlmCancel),

	/** {@code onChainStart}. */
	CHAIN_START(ChainStart.class, CallbackHandler::onChainStart, AsyncCallbackHandler::onChainStart),

	/** {@code onAgentAction}. */
	AGENT_ACTION(AgentAction.class, CallbackHandler::onAgentAction, AsyncCallbackHandler::onAgentAction),

	/** {@code onAgentFinish}. */
	AGENT_FINISH(AgentFinish.class, CallbackHandler::onAgentFinish, AsyncCallbackHandler::onAgentFinish),

	/** {@code onText}. */
	TEXT(Text.class, CallbackHandler::onText, AsyncCallbackHandler::onText),

	/** {@code onChainEnd}. */
	CHAIN_END(ChainEnd.class, CallbackHandler::onChainEnd, AsyncCallbackHandler::onChainEnd),

	/** {@code onChainError}. */
	CHAIN_ERROR(ChainError.class, CallbackHandler::onChainError, AsyncCallbackHandler::onChainError),

	/** {@code onChainCancel}. */
	CHAIN_CANCEL(ChainCancel.class, CallbackHandler::onChainCancel, AsyncCallbackHandler::onChainCancel),

	/** {@code onToolStart}. */
	TOOL_START(ToolStart.class, CallbackHandler::onToolStart, AsyncCallbackHandler::onToolStart),

	/** {@code onToolProgress}. */
	TOOL_PROGRESS(ToolProgress.class, CallbackHandler::onToolProgress, AsyncCallbackHandler::onToolProgress),

	/** {@code onToolEnd}. */
	TOOL_END(ToolEnd.class, CallbackHandler::onToolEnd, AsyncCallbackHandler::onToolEnd),

	/** {@code onToolError}. */
	TOOL_ERROR(ToolError.class, CallbackHandler::onToolError, AsyncCallbackHandler::onToolError),

	/** {@code onToolCancel}. */
	TOOL_CANCEL(ToolCancel.class, CallbackHandler::onToolCancel, AsyncCallbackHandler::onToolCancel),

	/** {@code onRetrieverStart}. */
	RETRIEVER_START(RetrieverStart.class, CallbackHandler::onRetrieverStart, AsyncCallbackHandler::onRetrieverStart),

	/** {@code onRetrieverEnd}. */
	RETRIEVER_END(RetrieverEnd.class, CallbackHandler::onRetrieverEnd, AsyncCallbackHandler::onRetrieverEnd),

	/** {@code onRetrieverError}. */
	RETRIEVER_ERROR(RetrieverError.class, CallbackHandler::onRetrieverError, AsyncCallbackHandler::onRetrieverError),

	/** {@code onRetrieverCancel}. */
	RETRIEVER_CANCEL(RetrieverCancel.class, CallbackHandler::onRetrieverCancel,
			AsyncCallbackHandler::onRetrieverCancel),

	/** {@code onCustomEvent}. */
	CUSTOM_EVENT(CustomEvent.class, CallbackHandler::onCustomEvent, AsyncCallbackHandler::onCustomEvent);

	private static final Map<Class<?>, CallbackMethod> byEventType = Arrays.stream(values())
		.collect(Collectors.toUnmodifiableMap(CallbackMethod::eventType, Function.identity()));

	private final Class<? extends CallbackEvent> eventType;

	private final BiConsumer<CallbackHandler, CallbackEvent> sync;

	private final BiFunction<AsyncCallbackHandler, CallbackEvent, Mono<Void>> async;

	<E extends CallbackEvent> CallbackMethod(Class<E> eventType, BiConsumer<CallbackHandler, E> sync,
			BiFunction<AsyncCallbackHandler, E, Mono<Void>> async) {
		this.eventType = eventType;
		this.sync = (handler, event) -> sync.accept(handler, eventType.cast(event));
		this.async = (handler, event) -> async.apply(handler, eventType.cast(event));
	}

	/**
	 * Return the method for a type of event.
	 * @param eventType one of the event records
	 * @return the method
	 */
	public static CallbackMethod of(Class<? extends CallbackEvent> eventType) {
		CallbackMethod method = (eventType != LlmNewToken.class) ? byEventType.get(eventType) : LLM_NEW_TOKEN;
		if (method == null) {
			throw new IllegalArgumentException(eventType.getName() + " is not the type of an event");
		}
		return method;
	}

	/**
	 * Return the type of event that the method handles.
	 * @return one of the event records
	 */
	public Class<? extends CallbackEvent> eventType() {
		return this.eventType;
	}

	/**
	 * Call the method.
	 * @param handler the handler, or a proxy of it
	 * @param event an event of this method's type
	 */
	public void invoke(CallbackHandler handler, CallbackEvent event) {
		this.sync.accept(handler, event);
	}

	/**
	 * Call the method.
	 * @param handler the handler, or a proxy of it
	 * @param event an event of this method's type
	 * @return what the method returned
	 */
	public Mono<Void> invoke(AsyncCallbackHandler handler, CallbackEvent event) {
		return this.async.apply(handler, event);
	}

	/**
	 * Whether a class overrides this method, or {@code onEvent}, which receives every
	 * event.
	 * @param handlerType the handler's class, not that of a proxy
	 * @return whether the class handles such an event
	 */
	public boolean isImplementedBy(Class<? extends LlmCallbackHandler> handlerType) {
		return overridesOnEvent(handlerType)
				|| overrides(handlerType, "on" + this.eventType.getSimpleName(), this.eventType);
	}

	/**
	 * Whether a class overrides {@code onEvent}, and so receives every event there.
	 * @param handlerType the handler's class, not that of a proxy
	 * @return whether {@code onEvent} is to be called
	 */
	public static boolean overridesOnEvent(Class<? extends LlmCallbackHandler> handlerType) {
		return overrides(handlerType, "onEvent", CallbackEvent.class);
	}

	private static boolean overrides(Class<?> handlerType, String method, Class<?> parameterType) {
		try {
			Class<?> declaring = handlerType.getMethod(method, parameterType).getDeclaringClass();
			return declaring != CallbackHandler.class && declaring != AsyncCallbackHandler.class;
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException(handlerType.getName() + " has no method '" + method
					+ "': it is not a callback handler, or a native image lacks hints for its methods", ex);
		}
	}

}
