package dev.llmcallbacks.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;

import dev.llmcallbacks.observation.GenAiConventions;

/**
 * Configuration properties for the observations and the meters of runs.
 */
@ConfigurationProperties("callbacks.observations")
public class LlmObservationProperties {

	/**
	 * Version of OpenTelemetry's conventions for generative AI that names are taken from.
	 */
	private GenAiConventions conventions = GenAiConventions.V1_41;

	public GenAiConventions getConventions() {
		return this.conventions;
	}

	public void setConventions(GenAiConventions conventions) {
		this.conventions = conventions;
	}

}
