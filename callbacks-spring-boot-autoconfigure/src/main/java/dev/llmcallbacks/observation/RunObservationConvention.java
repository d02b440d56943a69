package dev.llmcallbacks.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * What the observations of runs are called, and what is told of a run. An implementation
 * takes over the runs whose contexts it supports.
 */
public interface RunObservationConvention extends ObservationConvention<RunObservationContext> {

	/**
	 * Whether this convention is for a run.
	 * @param context the context of the run's observation
	 * @return by default whether it is a run at all
	 */
	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof RunObservationContext;
	}

}
