package dev.llmcallbacks.run;

import java.util.Objects;
import java.util.UUID;

/**
 * Run of a result.
 *
 * @param runId the id of the run
 */
public record RunInfo(UUID runId) {

	public RunInfo {
		Objects.requireNonNull(runId, "'runId' must not be null");
	}

}
