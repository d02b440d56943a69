package dev.llmcallbacks.dispatch;

import java.lang.reflect.Proxy;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.CallbackMethod;
import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.dispatch.HandlerRegistration.Scope;
import dev.llmcallbacks.event.CallbackEvent;

/**
 * Registration of a handler with everything that is derived from it once, and with the
 * handler itself if all runs share it. Safe for use by any number of threads.
 */
final class RegisteredHandler {

	/** Callback methods that a handler's class implements, looked up by reflection. */
	private static final ClassValue<Set<CallbackMethod>> implemented = new ClassValue<>() {

		@Override
		protected Set<CallbackMethod> computeValue(Class<?> type) {
			Set<CallbackMethod> methods = EnumSet.noneOf(CallbackMethod.class);
			for (CallbackMethod method : CallbackMethod.values()) {
				if (method.isImplementedBy(type.asSubclass(LlmCallbackHandler.class))) {
					methods.add(method);
				}
			}
			return methods;
		}

	};

	private final HandlerRegistration registration;

	private final HandlerActivity activity;

	private final InvocationTimeout.Limit callLimit;

	private volatile boolean enabled;

	private final AtomicReference<@Nullable BoundHandler> shared = new AtomicReference<>();

	RegisteredHandler(HandlerRegistration registration) {
		this(registration, new HandlerDelays(registration.name(), isReactive(registration)));
	}

	private RegisteredHandler(HandlerRegistration registration, HandlerDelays delays) {
		this.registration = registration;
		this.enabled = registration.enabled();
		this.activity = new HandlerActivity(registration.name(), delays);
		this.callLimit = new InvocationTimeout.Limit(registration.settings().timeout());
	}

	/**
	 * Register a handler that may take as long as it likes: that it holds up a run, or
	 * occupies a thread, is not logged.
	 * @param registration the registration
	 * @return the handler
	 */
	static RegisteredHandler withoutDelayLog(HandlerRegistration registration) {
		return new RegisteredHandler(registration, HandlerDelays.unlogged(registration.name()));
	}

	private static boolean isReactive(HandlerRegistration registration) {
		return AsyncCallbackHandler.class.isAssignableFrom(registration.type());
	}

	static RegisteredHandler of(LlmCallbackHandler handler) {
		return new RegisteredHandler(HandlerRegistration.of(handler));
	}

	/**
	 * Return the handler for a tree of runs.
	 * @param root state shared by the tree
	 * @return the handler
	 * @throws RuntimeException whatever the handler's creation or its {@code supports}
	 * throws
	 */
	BoundHandler bind(RunTreeScope root) {
		if (this.registration.scope() == Scope.SHARED) {
			return shared();
		}
		return new BoundHandler(this, root.create(this.registration.source()));
	}

	// without a lock: the application's code may wait for another thread that needs it
	private BoundHandler shared() {
		BoundHandler existing = this.shared.get();
		if (existing != null) {
			return existing;
		}
		BoundHandler created = new BoundHandler(this, this.registration.source().apply(new HashMap<>()));
		BoundHandler other = this.shared.compareAndExchange(null, created);
		return (other != null) ? other : created;
	}

	static Object target(Object handler) {
		Object target = handler;
		Object next = AopProxyUtils.getSingletonTarget(target);
		while (next != null) {
			target = next;
			next = AopProxyUtils.getSingletonTarget(target);
		}
		return target;
	}

	/**
	 * Return the class of a handler. The registration may know no more than an interface
	 * of what a {@code @Bean} method returns.
	 * @param target the handler, not a proxy of it
	 * @return its class
	 */
	Class<? extends LlmCallbackHandler> typeOf(Object target) {
		return (target instanceof LlmCallbackHandler handler && !Proxy.isProxyClass(target.getClass()))
				? handler.getClass() : this.registration.type();
	}

	Set<CallbackMethod> implementedMethods(Object target) {
		return implemented.get(typeOf(target));
	}

	HandlerRegistration registration() {
		return this.registration;
	}

	HandlerSettings settings() {
		return this.registration.settings();
	}

	HandlerActivity activity() {
		return this.activity;
	}

	InvocationTimeout.Limit callLimit() {
		return this.callLimit;
	}

	boolean isEnabled() {
		return this.enabled;
	}

	void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	HandlerStatus status(List<HandlerCall> calls) {
		return new HandlerStatus(this.registration, this.enabled, events(), calls, this.activity.snapshot());
	}

	// of a handler that has not been created no more may be known than an interface
	private Set<Class<? extends CallbackEvent>> events() {
		BoundHandler bound = this.shared.get();
		if (bound != null) {
			return bound.events();
		}
		Class<? extends LlmCallbackHandler> handlerType = this.registration.type();
		Set<CallbackMethod> methods = handlerType.isInterface() ? EnumSet.allOf(CallbackMethod.class)
				: implemented.get(handlerType);
		return methods.stream()
			.<Class<? extends CallbackEvent>>map(CallbackMethod::eventType)
			.filter((type) -> this.registration.settings().allows(type))
			.collect(Collectors.toSet());
	}

}
