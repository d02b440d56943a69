package dev.llmcallbacks.handlers;

import java.lang.reflect.RecordComponent;
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
 * types count as one object each.
 */
final class SizeEstimate {

	private static final long OBJECT = 64;

	/** The message aside, with the stack trace. */
	private static final long THROWABLE = 2048;

	private static final int MAX_DEPTH = 16;

	private static final String LIBRARY = "dev.llmcallbacks.";

	private SizeEstimate() {
	}

	static long of(CallbackEvent event) {
		return of(event, 0) + ((event instanceof RunStart) ? ofComponents(event.run(), 0) : 0);
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
			return OBJECT + collection.stream().mapToLong((element) -> of(element, depth + 1)).sum();
		}
		if (value instanceof Map<?, ?> map) {
			return OBJECT + of(map.keySet(), depth + 1) + of(map.values(), depth + 1);
		}
		return (value instanceof Record item) ? OBJECT + ofComponents(item, depth) : OBJECT;
	}

	private static long ofComponents(Record item, int depth) {
		long size = 0;
		if (item.getClass().getName().startsWith(LIBRARY)) {
			for (RecordComponent component : item.getClass().getRecordComponents()) {
				size += component.getType().isPrimitive() ? 0 : of(valueOf(component, item), depth + 1);
			}
		}
		return size;
	}

	private static @Nullable Object valueOf(RecordComponent component, Record item) {
		try {
			return component.getAccessor().invoke(item);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException("Cannot read " + component, ex);
		}
	}

}
