package dev.llmcallbacks.handlers;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.run.Run;

/**
 * How many bytes an event keeps in memory, roughly: two for each character of all texts
 * and one for each byte of all media that can be reached from it through the library's
 * own values, collections and maps, and a flat amount for each object. The run, which all
 * its events share, counts with the first of them, and objects of the application's own
 * types count as one object each. Nothing is copied or encoded: a text counts by its
 * length.
 */
final class SizeEstimate {

	private static final long OBJECT = 64;

	/** The message aside, with the stack trace. */
	private static final long THROWABLE = 2048;

	private static final int MAX_DEPTH = 16;

	private static final String LIBRARY = "dev.llmcallbacks.";

	/** Accessors of the components that are objects; a class copies them when asked. */
	private static final ClassValue<Method[]> ACCESSORS = new ClassValue<>() {

		@Override
		protected Method[] computeValue(Class<?> type) {
			return type.getName().startsWith(LIBRARY) ? Arrays.stream(type.getRecordComponents())
				.filter((component) -> !component.getType().isPrimitive())
				.map(RecordComponent::getAccessor)
				.toArray(Method[]::new) : new Method[0];
		}

	};

	private SizeEstimate() {
	}

	static long of(CallbackEvent event) {
		return of(event, 0) + ((event instanceof RunStart) ? of(event.run()) : 0);
	}

	static long of(Run run) {
		return ofComponents(run, 0);
	}

	private static long of(@Nullable Object value, int depth) {
		if (value == null || value instanceof Run || depth > MAX_DEPTH) {
			return 0;
		}
		if (value instanceof CharSequence text) {
			return OBJECT + 2L * text.length();
		}
		if (value instanceof Media media) {
			return OBJECT + media.size();
		}
		if (value instanceof Throwable error) {
			return THROWABLE + of(error.getMessage(), depth + 1);
		}
		if (value instanceof Collection<?> collection) {
			return OBJECT + ofElements(collection, depth);
		}
		if (value instanceof Map<?, ?> map) {
			return OBJECT + of(map.keySet(), depth + 1) + of(map.values(), depth + 1);
		}
		return (value instanceof Record item) ? OBJECT + ofComponents(item, depth) : OBJECT;
	}

	private static long ofElements(Collection<?> elements, int depth) {
		long size = 0;
		for (Object element : elements) {
			size += of(element, depth + 1);
		}
		return size;
	}

	private static long ofComponents(Record item, int depth) {
		long size = 0;
		for (Method accessor : ACCESSORS.get(item.getClass())) {
			size += of(valueOf(accessor, item), depth + 1);
		}
		return size;
	}

	private static @Nullable Object valueOf(Method accessor, Record item) {
		try {
			return accessor.invoke(item);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException("Cannot read " + accessor, ex);
		}
	}

}
