package dev.llmcallbacks.autoconfigure;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.annotation.AnnotationUtils;

import dev.llmcallbacks.callback.LlmCallback;

/**
 * What the properties say of handlers, put over their annotations.
 */
final class HandlerOverrides {

	static final String PREFIX = "callbacks.handlers.";

	private static final HandlerProperties NONE = new HandlerProperties();

	private final Map<String, HandlerProperties> properties;

	HandlerOverrides(Map<String, HandlerProperties> properties) {
		this.properties = properties;
	}

	/**
	 * Return the form in which two names are the same as Boot's relaxed binding has it:
	 * environment variables know neither case nor dashes.
	 * @param name a handler's name
	 * @return its uniform form
	 */
	static String uniform(String name) {
		String uniform = name.replaceAll("[^\\p{L}\\p{N}]", "").toLowerCase(Locale.ROOT);
		return uniform.isEmpty() ? name : uniform;
	}

	void checkNames(Collection<String> handlers) {
		List<String> known = handlers.stream().map(HandlerOverrides::uniform).toList();
		for (String name : this.properties.keySet()) {
			if (!known.contains(uniform(name))) {
				throw new FailureAnalyzedException(
						"There are properties '%s%s.*', but no handler of that name.".formatted(PREFIX, name),
						"Remove them, or use the name of a handler: one of %s. A name with other characters than "
							.formatted(handlers) + "letters, digits and dashes is written in brackets.");
			}
		}
	}

	boolean isEnabled(String handler) {
		return of(handler).isEnabled();
	}

	private HandlerProperties of(String handler) {
		return this.properties.entrySet()
			.stream()
			.filter((entry) -> uniform(entry.getKey()).equals(uniform(handler)))
			.map(Map.Entry::getValue)
			.findFirst()
			.orElse(NONE);
	}

	/**
	 * Put what the properties say over an annotation.
	 * @param annotation the handler's annotation
	 * @param handler the handler's name
	 * @return an annotation with the attributes that hold
	 */
	LlmCallback apply(LlmCallback annotation, String handler) {
		HandlerProperties overrides = of(handler);
		AnnotationAttributes attributes = AnnotationUtils.getAnnotationAttributes(null, annotation);
		PropertyMapper map = PropertyMapper.get();
		map.from(overrides::getDelivery).to((value) -> attributes.put("delivery", value));
		map.from(overrides::getConcurrency).to((value) -> attributes.put("concurrency", value));
		map.from(overrides::getOverflow).to((value) -> attributes.put("overflow", value));
		map.from(overrides::getBufferSize).to((value) -> attributes.put("bufferSize", value));
		map.from(overrides::getRaiseError).to((value) -> attributes.put("raiseError", value));
		map.from(overrides::getTimeout).to((value) -> attributes.put("timeout", value.toString()));
		map.from(overrides::getExecutor).to((value) -> attributes.put("executor", value));
		map.from(overrides::getEvents)
			.to((value) -> attributes.put("events", EventTypes.resolve(PREFIX + handler + ".events", value)));
		map.from(overrides::getTags).to((value) -> attributes.put("tags", value.toArray(String[]::new)));
		map.from(overrides::getModels).to((value) -> attributes.put("models", value.toArray(String[]::new)));
		return AnnotationUtils.synthesizeAnnotation(attributes, LlmCallback.class, null);
	}

}
