package dev.llmcallbacks.sample.chat;

import org.springframework.http.HttpStatus;

/**
 * Sees whether a text may be given to a model.
 */
final class RequestText {

	private static final int MAX_LENGTH = 4000;

	private RequestText() {
	}

	static void check(String parameter, String text) {
		if (text.isBlank()) {
			throw ChatProblems.problem(HttpStatus.BAD_REQUEST, "The parameter '%s' is blank.".formatted(parameter));
		}
		if (text.length() > MAX_LENGTH) {
			throw ChatProblems.problem(HttpStatus.BAD_REQUEST,
					"The parameter '%s' has %d characters; at most %d are allowed.".formatted(parameter, text.length(),
							MAX_LENGTH));
		}
	}

}
