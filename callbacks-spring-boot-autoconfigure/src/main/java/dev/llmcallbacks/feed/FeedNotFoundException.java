package dev.llmcallbacks.feed;

import java.util.UUID;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/**
 * There is no such feed, or it belongs to another owner: the two cannot be distinguished.
 * Spring WebFlux and Spring MVC respond with the status 404.
 */
public class FeedNotFoundException extends ResponseStatusException {

	/**
	 * Create an exception.
	 * @param runId the id of the run that was asked for
	 */
	public FeedNotFoundException(UUID runId) {
		super(HttpStatus.NOT_FOUND, "There is no feed of run " + runId);
	}

}
