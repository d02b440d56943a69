package dev.llmcallbacks.examples.decorators;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.tool.Tool;
import dev.llmcallbacks.tool.ToolDecorator;

/**
 * Makes calls of certain tools wait for the decision of a human. A handler, or the events
 * of the call, receive what is to be decided as a custom event.
 */
class Approval implements ToolDecorator {

	/** Name of the custom event, whose data is the {@link ToolCall}. */
	static final String REQUESTED = "approval-requested";

	private final Map<String, Sinks.One<Boolean>> waiting = new ConcurrentHashMap<>();

	private final CallbackManager callbackManager;

	private final Set<String> tools;

	private final Duration timeout;

	Approval(CallbackManager callbackManager, Set<String> tools, Duration timeout) {
		this.callbackManager = callbackManager;
		this.tools = tools;
		this.timeout = timeout;
	}

	/**
	 * Decide. To be called by a controller that knows who the user is.
	 * @param toolCallId the id of the call
	 * @param approved whether the call may be made
	 * @return whether the call was waiting
	 */
	boolean decide(String toolCallId, boolean approved) {
		Sinks.One<Boolean> decision = this.waiting.get(toolCallId);
		return decision != null && decision.tryEmitValue(approved).isSuccess();
	}

	@Override
	public Tool decorate(Tool delegate) {
		return this.tools.contains(delegate.definition().name()) ? new Approved(delegate) : delegate;
	}

	private Mono<Boolean> ask(ToolCall toolCall) {
		return Mono.defer(() -> {
			Sinks.One<Boolean> decision = Sinks.one();
			if (this.waiting.putIfAbsent(toolCall.id(), decision) != null) {
				return Mono.error(new IllegalStateException("A call with the id " + toolCall.id() + " is waiting"));
			}
			return this.callbackManager.customEvent(REQUESTED, toolCall)
				.then(decision.asMono())
				.timeout(this.timeout)
				.onErrorReturn(TimeoutException.class, false)
				.doOnTerminate(() -> this.waiting.remove(toolCall.id()))
				.doOnCancel(() -> this.waiting.remove(toolCall.id()));
		});
	}

	/** Tool whose calls have to be approved. */
	private final class Approved implements Tool {

		private final Tool delegate;

		private Approved(Tool delegate) {
			this.delegate = delegate;
		}

		@Override
		public ToolDefinition definition() {
			return this.delegate.definition();
		}

		@Override
		public Mono<ToolMessage> call(ToolCall toolCall) {
			return ask(toolCall).flatMap((approved) -> approved ? this.delegate.call(toolCall)
					: Mono.error(new IllegalStateException("The user did not approve the call")));
		}

		@Override
		public Mono<ToolMessage> callOrFail(ToolCall toolCall) {
			return call(toolCall);
		}

		@Override
		public Tool withManager(CallbackManager callbackManager) {
			return new Approved(this.delegate.withManager(callbackManager));
		}

	}

}
