package dev.llmcallbacks.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for the responses of web applications.
 */
@ConfigurationProperties("callbacks.web")
public class LlmWebProperties {

	/**
	 * Whether to map exceptions of calls to problem details (RFC 9457) with the HTTP
	 * status of the failure and 'Retry-After', in Spring WebFlux and Spring MVC.
	 */
	private boolean problemDetails;

	public boolean isProblemDetails() {
		return this.problemDetails;
	}

	public void setProblemDetails(boolean problemDetails) {
		this.problemDetails = problemDetails;
	}

}
