package dev.llmcallbacks.observation;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.micrometer.common.KeyValue;
import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler;

import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.observation.RunObservationDocumentation.HighCardinalityKeyNames;
import dev.llmcallbacks.observation.RunObservationDocumentation.LowCardinalityKeyNames;
import dev.llmcallbacks.run.RunType;

/**
 * Creates the spans of runs as OpenTelemetry's conventions describe, which Micrometer's
 * default handler does not: calls of models and retrievals are of kind {@code CLIENT},
 * numbers, booleans and lists are attributes of their type, and attributes without a
 * value are absent rather than {@code none}. Needs {@code micrometer-tracing}.
 * Thread-safe.
 */
public final class RunTracingObservationHandler implements TracingObservationHandler<RunObservationContext> {

	private static final Map<String, Type> TYPES = types();

	private final Tracer tracer;

	/**
	 * Create a handler.
	 * @param tracer creates the spans
	 */
	public RunTracingObservationHandler(Tracer tracer) {
		this.tracer = tracer;
	}

	private static Map<String, Type> types() {
		return Stream.of(
				keys(Type.LONG, LowCardinalityKeyNames.SERVER_PORT, HighCardinalityKeyNames.REQUEST_MAX_TOKENS,
						HighCardinalityKeyNames.REQUEST_SEED, HighCardinalityKeyNames.USAGE_INPUT_TOKENS,
						HighCardinalityKeyNames.USAGE_OUTPUT_TOKENS, HighCardinalityKeyNames.USAGE_CACHE_READ,
						HighCardinalityKeyNames.USAGE_REASONING),
				Arrays.stream(GenAiConventions.values())
					.collect(Collectors.toMap(GenAiConventions::cacheWrite, (version) -> Type.LONG)),
				keys(Type.DOUBLE, HighCardinalityKeyNames.REQUEST_TEMPERATURE, HighCardinalityKeyNames.REQUEST_TOP_P,
						HighCardinalityKeyNames.RESPONSE_TIME_TO_FIRST_CHUNK),
				keys(Type.BOOLEAN, HighCardinalityKeyNames.REQUEST_STREAM),
				keys(Type.LIST, HighCardinalityKeyNames.RESPONSE_FINISH_REASONS,
						HighCardinalityKeyNames.REQUEST_STOP_SEQUENCES))
			.flatMap((keys) -> keys.entrySet().stream())
			.collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
	}

	private static Map<String, Type> keys(Type type, KeyName... names) {
		return Arrays.stream(names).collect(Collectors.toMap(KeyName::asString, (name) -> type));
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof RunObservationContext;
	}

	@Override
	public Tracer getTracer() {
		return this.tracer;
	}

	@Override
	public void onStart(RunObservationContext context) {
		Span.Builder builder = this.tracer.spanBuilder();
		Span parent = getParentSpan(context);
		if (parent != null) {
			builder.setParent(parent.context());
		}
		RunType type = context.getRun().type();
		if (type == RunType.LLM || type == RunType.RETRIEVER) {
			builder.kind(Span.Kind.CLIENT);
		}
		Span span = builder.start();
		if (span.isNoop()) {
			context.skipContent();
		}
		getTracingContext(context).setSpan(span);
	}

	@Override
	public void onStop(RunObservationContext context) {
		Span span = getRequiredSpan(context);
		span.name(getSpanName(context));
		tagSpan(context, span);
		endSpan(context, span);
	}

	@Override
	public void tagSpan(RunObservationContext context, Span span) {
		for (KeyValue keyValue : context.getAllKeyValues()) {
			if (!KeyValue.NONE_VALUE.equals(keyValue.getValue())) {
				tag(keyValue.getKey(), keyValue.getValue(), context, span);
			}
		}
	}

	private static void tag(String key, String value, RunObservationContext context, Span span) {
		try {
			switch (TYPES.getOrDefault(key, Type.STRING)) {
				case STRING -> span.tag(key, value);
				case LONG -> span.tag(key, Long.parseLong(value));
				case DOUBLE -> span.tag(key, Double.parseDouble(value));
				case BOOLEAN -> span.tag(key, Boolean.parseBoolean(value));
				case LIST -> span.tagOfStrings(key, list(key, value, context));
			}
		}
		catch (NumberFormatException ex) {
			// A convention of the application's
			span.tag(key, value);
		}
	}

	private static List<String> list(String key, String value, RunObservationContext context) {
		boolean stopSequences = key.equals(HighCardinalityKeyNames.REQUEST_STOP_SEQUENCES.asString());
		return (stopSequences && context.getStart() instanceof ChatModelStart start) ? start.options().stopSequences()
				: Arrays.asList(value.split(","));
	}

	private enum Type {

		STRING, LONG, DOUBLE, BOOLEAN, LIST

	}

}
