package dev.llmcallbacks.run;

import java.util.Objects;
import java.util.UUID;

/**
 * What a result tells about the run that made it.
 *
 * @param runId the id of the run
 */
public record RunInfo(UUID runId) {

	public RunInfo {
		Objects.requireNonNull(runId, "'runId' must not be null");
	}

}
