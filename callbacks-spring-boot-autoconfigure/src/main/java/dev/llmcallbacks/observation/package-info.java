/**
 * Observes and measures runs with Micrometer, under the names of OpenTelemetry's
 * conventions for generative AI.
 * <ul>
 * <li>{@link dev.llmcallbacks.observation.ObservationRunFilter}: puts an observation
 * around every run.</li>
 * <li>{@link dev.llmcallbacks.observation.RunObservationContext},
 * {@link dev.llmcallbacks.observation.RunObservationConvention}: what is known of a run,
 * and what is told of it.</li>
 * <li>{@link dev.llmcallbacks.observation.DefaultRunObservationConvention},
 * {@link dev.llmcallbacks.observation.DefaultLlmObservationConvention}: what is told
 * unless the application says otherwise.</li>
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
