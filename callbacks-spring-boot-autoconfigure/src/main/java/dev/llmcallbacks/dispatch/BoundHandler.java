package dev.llmcallbacks.dispatch;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

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
 * Instance of a handler, with the events that it is interested in. Safe for use by any
 * number of threads.
 */
final class BoundHandler {

	private final RegisteredHandler registered;

	private final LlmCallbackHandler handler;

	private final Object target;

	private final boolean onEvent;

	private final Set<CallbackMethod> wanted;

	private final @Nullable AsyncMutex mutex;

	BoundHandler(RegisteredHandler registered, Instance instance) {
		this.registered = registered;
		this.handler = instance.handler();
		this.target = RegisteredHandler.target(instance.handler());
		this.onEvent = CallbackMethod.overridesOnEvent(registered.typeOf(this.target));
		this.wanted = EnumSet.noneOf(CallbackMethod.class);
		for (CallbackMethod method : registered.implementedMethods(this.target)) {
			if (settings().allows(method.eventType()) && this.handler.supports(method.eventType())) {
				this.wanted.add(method);
			}
		}
		boolean serial = registered.settings().concurrency() == Concurrency.SERIAL || !isShared();
		this.mutex = serial ? AsyncMutex.of(RegisteredHandler.target(instance.owner())) : null;
	}

	/**
	 * Whether the handler receives events of a type.
	 * @param eventType the type of event
	 * @return whether it does
	 */
	boolean receives(Class<? extends CallbackEvent> eventType) {
		return this.wanted.contains(CallbackMethod.of(eventType));
	}

	Set<Class<? extends CallbackEvent>> events() {
		return this.wanted.stream().map(CallbackMethod::eventType).collect(Collectors.toSet());
	}

	/**
	 * Whether the handler receives anything of a run.
	 * @param run the run
	 * @param model name of the requested model, or {@code null}
	 * @return whether it is switched on and its filters let the run pass
	 */
	boolean isInterestedIn(Run run, @Nullable String model) {
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

	// whether one instance serves all runs
	boolean isShared() {
		return this.registered.registration().scope() == Scope.SHARED;
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

	HandlerActivity activity() {
		return this.registered.activity();
	}

	LlmCallbackHandler handler() {
		return this.handler;
	}

	Object target() {
		return this.target;
	}

	/**
	 * Return the mutex that lanes enter because no two threads may enter the handler.
	 * @return the mutex, or {@code null} if any number of threads may
	 */
	@Nullable AsyncMutex mutex() {
		return this.mutex;
	}

	String name() {
		return this.registered.registration().name();
	}

}
