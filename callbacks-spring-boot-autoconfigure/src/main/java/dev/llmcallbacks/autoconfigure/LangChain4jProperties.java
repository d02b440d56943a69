package dev.llmcallbacks.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for LangChain4j.
 */
@ConfigurationProperties("callbacks.langchain4j")
public class LangChain4jProperties {

	/**
	 * Whether calls of LangChain4j's beans are runs, and its model is that of the chat
	 * client if no provider is configured.
	 */
	private boolean enabled = true;

	/**
	 * Whether the library's observations and meters include calls of LangChain4j's
	 * models. If not set, they do unless 'langchain4j-observation' or
	 * 'langchain4j-micrometer-metrics' is present.
	 */
	private @Nullable Boolean observations;

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public @Nullable Boolean getObservations() {
		return this.observations;
	}

	public void setObservations(@Nullable Boolean observations) {
		this.observations = observations;
	}

}
