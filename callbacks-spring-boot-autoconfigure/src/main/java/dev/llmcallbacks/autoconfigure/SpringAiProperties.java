package dev.llmcallbacks.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for calls that are made with Spring AI.
 */
@ConfigurationProperties("callbacks.spring-ai")
public class SpringAiProperties {

	/**
	 * Whether calls of Spring AI's clients, models, tools and stores are runs.
	 */
	private boolean enabled = true;

	/**
	 * Whether the library's own observations and meters include these runs. Spring AI has
	 * observations of its own.
	 */
	private boolean observations;

	/**
	 * What happens to models of Spring AI whose class is final, whose direct calls are
	 * not runs otherwise.
	 */
	private FinalModels finalModels = FinalModels.LEAVE;

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public boolean isObservations() {
		return this.observations;
	}

	public void setObservations(boolean observations) {
		this.observations = observations;
	}

	public FinalModels getFinalModels() {
		return this.finalModels;
	}

	public void setFinalModels(FinalModels finalModels) {
		this.finalModels = finalModels;
	}

	/**
	 * What happens to models whose class is final.
	 */
	public enum FinalModels {

		/**
		 * They are left as they are, so that their class can be injected.
		 */
		LEAVE,

		/**
		 * They are replaced by a proxy of their interface.
		 */
		REPLACE

	}

}
