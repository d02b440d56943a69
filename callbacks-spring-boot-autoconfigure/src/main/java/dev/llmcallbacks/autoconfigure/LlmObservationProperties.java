package dev.llmcallbacks.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

import dev.llmcallbacks.observation.GenAiConventions;

/**
 * Configuration properties for the observations and the meters of runs.
 */
@ConfigurationProperties("callbacks.observations")
public class LlmObservationProperties {

	/**
	 * Version of OpenTelemetry's conventions for generative AI that determines the names.
	 */
	private GenAiConventions conventions = GenAiConventions.V1_41;

	/**
	 * Name of the meter of token usage. If not set, 'gen_ai.client.token.usage', or
	 * 'llm.callbacks.token.usage' if the application has a meter of Spring AI's, which is
	 * of another type, with that name.
	 */
	private @Nullable String tokenUsageMeter;

	public GenAiConventions getConventions() {
		return this.conventions;
	}

	public void setConventions(GenAiConventions conventions) {
		this.conventions = conventions;
	}

	public @Nullable String getTokenUsageMeter() {
		return this.tokenUsageMeter;
	}

	public void setTokenUsageMeter(@Nullable String tokenUsageMeter) {
		this.tokenUsageMeter = tokenUsageMeter;
	}

}
