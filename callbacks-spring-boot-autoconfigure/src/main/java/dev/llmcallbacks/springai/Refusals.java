package dev.llmcallbacks.springai;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.model.UnsupportedMediaException;
import dev.llmcallbacks.model.UnsupportedOptionException;

/**
 * Refuses what a model of Spring AI would not send, before the request.
 *
 * @param provider the name of the provider
 * @param model the class of the model, for messages
 */
record Refusals(String provider, String model) {

	/**
	 * Refuse an option if it is set.
	 * @param option its name
	 * @param value its value, {@code null} if it is not set
	 * @param advice what to do instead
	 */
	void refuse(String option, @Nullable Object value, String advice) {
		if (value != null) {
			throw unsupported(option, advice);
		}
	}

	/**
	 * Return the exception for an option.
	 * @param option its name
	 * @param advice what to do instead
	 * @return the exception
	 */
	UnsupportedOptionException unsupported(String option, String advice) {
		return new UnsupportedOptionException(this.provider, protocol(), option, advice);
	}

	/**
	 * Return the exception for a file.
	 * @param media the file
	 * @param reason what the model can be sent instead
	 * @return the exception
	 */
	UnsupportedMediaException unsupported(Media media, String reason) {
		return new UnsupportedMediaException(this.provider, protocol(), media, reason);
	}

	private String protocol() {
		return "Spring AI's " + this.model;
	}

}
