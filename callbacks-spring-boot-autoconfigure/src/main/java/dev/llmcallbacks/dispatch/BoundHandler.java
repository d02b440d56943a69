package dev.llmcallbacks.dispatch;

import java.util.EnumSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.util.PatternMatchUtils;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.CallbackMethod;
import dev.llmcallbacks.callback.LlmCallback.Concurrency;
import dev.llmcallbacks.callback.LlmCallback.Delivery;
import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.dispatch.HandlerRegistration.Instance;
import dev.llmcallbacks.dispatch.HandlerRegistration.Scope;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;

/**
 * A handler that exists, and what it wants to hear.
 */
final class BoundHandler {

	private final RegisteredHandler registered;

	private final LlmCallbackHandler handler;

	private final Object target;

	private final boolean onEvent;

	private final Set<CallbackMethod> wanted;

	private final @Nullable Turnstile turnstile;

	BoundHandler(RegisteredHandler registered, Instance instance) {
		this.registered = registered;
		this.handler = instance.handler();
		this.target = RegisteredHandler.target(instance.handler());
		this.onEvent = CallbackMethod.overridesOnEvent(registered.typeOf(this.target));
		this.wanted = EnumSet.noneOf(CallbackMethod.class);
		for (CallbackMethod method : registered.implementedMethods(this.target)) {
			if (isAllowed(method.eventType()) && this.handler.supports(method.eventType())) {
				this.wanted.add(method);
			}
		}
		boolean serial = registered.settings().concurrency() == Concurrency.SERIAL
				|| registered.registration().scope() == Scope.PER_ROOT_RUN;
		this.turnstile = serial ? Turnstile.of(RegisteredHandler.target(instance.owner())) : null;
	}

	private boolean isAllowed(Class<? extends CallbackEvent> eventType) {
		Set<Class<? extends CallbackEvent>> events = settings().events();
		return events.isEmpty() || events.stream().anyMatch((type) -> type.isAssignableFrom(eventType));
	}

	boolean wants(Class<? extends CallbackEvent> eventType) {
		return this.wanted.contains(CallbackMethod.of(eventType));
	}

	boolean hears(Run run, @Nullable String model) {
		if (!this.registered.isEnabled()) {
			return false;
		}
		HandlerSettings settings = settings();
		if (!settings.tags().isEmpty() && settings.tags().stream().noneMatch(run.tags()::contains)) {
			return false;
		}
		if (run.type() == RunType.LLM && !settings.models().isEmpty()) {
			return model != null
					&& settings.models().stream().anyMatch((pattern) -> PatternMatchUtils.simpleMatch(pattern, model));
		}
		return !this.wanted.isEmpty();
	}

	void invoke(CallbackHandler handler, CallbackEvent event) {
		if (this.onEvent) {
			handler.onEvent(event);
		}
		else {
			CallbackMethod.of(event.getClass()).invoke(handler, event);
		}
	}

	Mono<Void> invoke(AsyncCallbackHandler handler, CallbackEvent event) {
		return this.onEvent ? handler.onEvent(event) : CallbackMethod.of(event.getClass()).invoke(handler, event);
	}

	boolean isInline() {
		return settings().delivery() == Delivery.INLINE;
	}

	int order() {
		return this.registered.registration().order();
	}

	RegisteredHandler registered() {
		return this.registered;
	}

	HandlerSettings settings() {
		return this.registered.settings();
	}

	HandlerCounters counters() {
		return this.registered.counters();
	}

	LlmCallbackHandler handler() {
		return this.handler;
	}

	Object target() {
		return this.target;
	}

	// whether lanes take turns because no two threads may enter the handler
	boolean isSerial() {
		return this.turnstile != null;
	}

	/**
	 * Let a lane begin when its turn has come.
	 * @param lane the lane
	 */
	void takeTurn(Lane lane) {
		if (this.turnstile != null) {
			this.turnstile.enter(lane);
		}
		else {
			lane.begin();
		}
	}

	/**
	 * The lane whose turn it is has been left.
	 */
	void endTurn() {
		if (this.turnstile != null) {
			this.turnstile.leave();
		}
	}

	/**
	 * A lane was given up, and may not be left.
	 * @param lane the lane
	 */
	void abandoned(Lane lane) {
		if (this.turnstile != null) {
			this.turnstile.abandoned(lane);
		}
	}

	String name() {
		return this.registered.registration().name();
	}

}
