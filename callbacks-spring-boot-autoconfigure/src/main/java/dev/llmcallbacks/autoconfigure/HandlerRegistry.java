package dev.llmcallbacks.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.callback.LlmCallback.Delivery;
import dev.llmcallbacks.dispatch.HandlerRegistration;
import dev.llmcallbacks.dispatch.HandlerSettings;

/**
 * Registers the application's handlers, each under its name and with the settings that
 * its annotation and the properties give it.
 */
final class HandlerRegistry {

	private final ConfigurableListableBeanFactory beanFactory;

	private final HandlerDiscovery discovery;

	private final HandlerOverrides overrides;

	private final HandlerExecutors executors;

	HandlerRegistry(ConfigurableListableBeanFactory beanFactory, LlmCallbacksProperties properties,
			HandlerExecutors executors) {
		this.beanFactory = beanFactory;
		this.discovery = new HandlerDiscovery(beanFactory, properties.isWarnUnannotatedHandlers());
		this.overrides = new HandlerOverrides(properties.getHandlers());
		this.executors = executors;
	}

	/**
	 * Find all handlers, including those that are disabled.
	 * @return the handlers
	 */
	List<HandlerRegistration> registrations() {
		Map<String, HandlerCandidate> handlers = byName(this.discovery.findAll());
		this.overrides.checkNames(handlers.keySet());
		List<HandlerRegistration> registrations = new ArrayList<>();
		handlers.forEach((name, handler) -> registrations
			.add(handler.register(name, settings(name, handler), this.overrides.isEnabled(name))));
		return registrations;
	}

	private Map<String, HandlerCandidate> byName(List<HandlerCandidate> handlers) {
		Map<String, HandlerCandidate> byName = new LinkedHashMap<>();
		Map<String, HandlerCandidate> byUniformName = new LinkedHashMap<>();
		for (HandlerCandidate handler : handlers) {
			String name = name(handler);
			HandlerCandidate other = byUniformName.put(HandlerOverrides.uniform(name), handler);
			if (other != null) {
				throw new FailureAnalyzedException(
						"Two handlers have the name '%s', which is compared without case and dashes: the %s, and the %s."
							.formatted(name, other.description(), handler.description()),
						"Give one of them a name of its own: @LlmCallback(\"a-name\").");
			}
			byName.put(name, handler);
		}
		return byName;
	}

	private String name(HandlerCandidate handler) {
		try {
			String name = resolve(handler.annotation().value());
			return name.isEmpty() ? handler.defaultName() : name;
		}
		catch (IllegalArgumentException ex) {
			throw invalid(handler, handler.defaultName(), ex);
		}
	}

	private HandlerSettings settings(String name, HandlerCandidate handler) {
		LlmCallback annotation = this.overrides.apply(handler.annotation(), name);
		if (annotation.delivery() == Delivery.INLINE && handler.bean().isPrototype()) {
			throw new FailureAnalyzedException(
					"The %s is a prototype with delivery INLINE. A prototype is never called by two threads at once, "
						.formatted(handler.description())
							+ "so that it cannot be called on each thread that produces an event.",
					"Choose another delivery in its annotation or with the property '%s%s.delivery', or make the bean a "
						.formatted(HandlerOverrides.PREFIX, name) + "singleton.");
		}
		try {
			return HandlerSettings.of(annotation, this::resolve, this.executors::get);
		}
		catch (FailureAnalyzedException ex) {
			throw new FailureAnalyzedException(
					"The %s cannot be called. %s".formatted(handler.description(), ex.getMessage()),
					ex.analysis().getAction());
		}
		catch (IllegalArgumentException ex) {
			throw invalid(handler, name, ex);
		}
	}

	private static FailureAnalyzedException invalid(HandlerCandidate handler, String name,
			IllegalArgumentException cause) {
		return new FailureAnalyzedException(
				"The %s has an invalid setting. %s.".formatted(handler.description(), cause.getMessage()),
				"Correct the attributes of its annotation, or the properties '%s%s.*' that override them."
					.formatted(HandlerOverrides.PREFIX, name),
				cause);
	}

	private String resolve(String text) {
		String resolved = this.beanFactory.resolveEmbeddedValue(text);
		return (resolved != null) ? resolved : "";
	}

}
