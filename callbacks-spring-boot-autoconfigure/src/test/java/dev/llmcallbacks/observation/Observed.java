package dev.llmcallbacks.observation;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.ObservationView;

/**
 * A registry that remembers the observations that have ended.
 */
public final class Observed implements ObservationHandler<Observation.Context> {

	private final ObservationRegistry registry = ObservationRegistry.create();

	private final List<Observation.Context> stopped = new CopyOnWriteArrayList<>();

	public Observed() {
		this.registry.observationConfig().observationHandler(this);
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return true;
	}

	@Override
	public void onStop(Observation.Context context) {
		this.stopped.add(context);
	}

	public ObservationRegistry registry() {
		return this.registry;
	}

	/**
	 * Return each observation with those around it, in the order of their ends.
	 */
	public List<String> paths() {
		return this.stopped.stream().map(Observed::path).toList();
	}

	public Observation.Context named(String contextualName) {
		return this.stopped.stream()
			.filter((context) -> contextualName.equals(nameOf(context)))
			.findFirst()
			.orElseThrow(() -> new AssertionError("No " + contextualName + " in " + paths()));
	}

	/**
	 * Return every text of the observations that have ended: names, keys, values, and
	 * errors as a tracer would write them.
	 */
	public List<String> texts() {
		return this.stopped.stream().flatMap((context) -> {
			Stream<String> values = context.getAllKeyValues()
				.stream()
				.flatMap((it) -> Stream.of(it.getKey(), it.getValue()));
			Throwable error = context.getError();
			return Stream
				.of(Stream.of(context.getName(), context.getContextualName()), values,
						Stream.of((error != null) ? error.toString() : ""))
				.flatMap(Function.identity());
		}).map(String::valueOf).toList();
	}

	/**
	 * Return the values of a key in all observations that have ended.
	 */
	public List<String> values(String key) {
		return this.stopped.stream().map((context) -> value(context, key)).filter((it) -> !it.equals("null")).toList();
	}

	public static String value(Observation.ContextView context, String key) {
		return String.valueOf(context.getAllKeyValues()
			.stream()
			.filter((it) -> it.getKey().equals(key))
			.findFirst()
			.map((it) -> it.getValue())
			.orElse(null));
	}

	private static String path(Observation.ContextView context) {
		ObservationView parent = context.getParentObservation();
		return (parent != null) ? path(parent.getContextView()) + " > " + nameOf(context) : nameOf(context);
	}

	private static String nameOf(Observation.ContextView context) {
		String contextualName = context.getContextualName();
		return (contextualName != null) ? contextualName : String.valueOf(context.getName());
	}

}
