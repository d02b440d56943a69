/**
 * Observes and measures runs with Micrometer, under the names of OpenTelemetry's
 * conventions for generative AI.
 * <ul>
 * <li>{@link dev.llmcallbacks.observation.ObservationRunFilter}: observes every run.</li>
 * <li>{@link dev.llmcallbacks.observation.RunObservationContext},
 * {@link dev.llmcallbacks.observation.RunObservationConvention}: the context of a run's
 * observation, and the convention for its names and key values.</li>
 * <li>{@link dev.llmcallbacks.observation.DefaultRunObservationConvention},
 * {@link dev.llmcallbacks.observation.DefaultLlmObservationConvention}: the default
 * conventions.</li>
 * <li>{@link dev.llmcallbacks.observation.RunTracingObservationHandler}: creates spans;
 * it needs {@code micrometer-tracing}.</li>
 * <li>{@link dev.llmcallbacks.observation.GenAiConventions},
 * {@link dev.llmcallbacks.observation.RunObservationDocumentation}: the names.</li>
 * <li>{@link dev.llmcallbacks.observation.LlmMeterHandler},
 * {@link dev.llmcallbacks.observation.MeterBuckets},
 * {@link dev.llmcallbacks.observation.HandlerMeters}: meters of calls and of handlers;
 * they need {@code micrometer-core}.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.observation;

import org.jspecify.annotations.NullMarked;
