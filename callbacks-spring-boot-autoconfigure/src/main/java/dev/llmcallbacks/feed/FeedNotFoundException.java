package dev.llmcallbacks.feed;

import java.util.UUID;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/**
 * Exception thrown if a feed does not exist or belongs to another owner. It does not
 * reveal which of the two applies. Spring WebFlux and Spring MVC respond with the status
 * 404.
 */
public class FeedNotFoundException extends ResponseStatusException {

	/**
	 * Create an exception.
	 * @param runId the id of the run that was asked for
	 */
	public FeedNotFoundException(UUID runId) {
		super(HttpStatus.NOT_FOUND, "No feed found for run " + runId);
	}

}
