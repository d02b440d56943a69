package dev.llmcallbacks.autoconfigure.actuate;

import java.util.LinkedHashSet;
import java.util.Set;

import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for the run view.
 */
@ConfigurationProperties("management.endpoint.llmruns")
public class LlmRunsEndpointProperties {

	/**
	 * When to show contents: prompts, responses, arguments, results, documents, metadata
	 * and messages of errors. Without Spring Security, a token that is logged at startup
	 * authorizes.
	 */
	private Show showContent = Show.NEVER;

	/**
	 * Roles used to determine whether a user is authorized to be shown contents. When
	 * empty, all authenticated users are authorized.
	 */
	private final Set<String> roles = new LinkedHashSet<>();

	public Show getShowContent() {
		return this.showContent;
	}

	public void setShowContent(Show showContent) {
		this.showContent = showContent;
	}

	public Set<String> getRoles() {
		return this.roles;
	}

}
