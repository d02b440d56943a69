package dev.llmcallbacks.autoconfigure;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

import dev.llmcallbacks.event.CallbackEvent;

/**
 * The types of events by their names.
 */
final class EventTypes {

	private static final List<Class<?>> ALL = withSubtypes(CallbackEvent.class).toList();

	private EventTypes() {
	}

	private static Stream<Class<?>> withSubtypes(Class<?> type) {
		Class<?>[] subtypes = type.isSealed() ? type.getPermittedSubclasses() : new Class<?>[0];
		return Stream.concat(Stream.of(type), Arrays.stream(subtypes).flatMap(EventTypes::withSubtypes));
	}

	/**
	 * Find the types of events that a property names.
	 * @param property the property
	 * @param names simple or full names of classes
	 * @return the types
	 */
	static Class<?>[] resolve(String property, List<String> names) {
		return names.stream().map((name) -> resolve(property, name)).toArray(Class<?>[]::new);
	}

	private static Class<?> resolve(String property, String name) {
		return ALL.stream()
			.filter((type) -> type.getSimpleName().equals(name) || type.getName().equals(name))
			.findFirst()
			.orElseThrow(() -> new InvalidConfigurationPropertyValueException(property, name,
					"There is no such type of event. There are: " + ALL.stream().map(Class::getSimpleName).toList()));
	}

}
