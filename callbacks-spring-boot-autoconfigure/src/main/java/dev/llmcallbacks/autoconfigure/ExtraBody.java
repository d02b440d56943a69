package dev.llmcallbacks.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Fields of a request body as the binder gives them. It knows no lists where the type is
 * open, and makes maps of them whose keys are the indexes.
 */
final class ExtraBody {

	private ExtraBody() {
	}

	static Map<String, Object> withLists(Map<String, Object> fields) {
		Map<String, Object> result = new LinkedHashMap<>();
		fields.forEach((name, value) -> result.put(name, withLists(value)));
		return result;
	}

	private static Object withLists(Object value) {
		if (!(value instanceof Map<?, ?> map)) {
			return value;
		}
		Map<String, Object> fields = new LinkedHashMap<>();
		map.forEach((name, field) -> fields.put(name.toString(), withLists(field)));
		return isList(fields) ? new ArrayList<>(fields.values()) : fields;
	}

	private static boolean isList(Map<String, Object> fields) {
		return !fields.isEmpty() && IntStream.range(0, fields.size())
			.mapToObj(Integer::toString)
			.toList()
			.equals(new ArrayList<>(fields.keySet()));
	}

}
