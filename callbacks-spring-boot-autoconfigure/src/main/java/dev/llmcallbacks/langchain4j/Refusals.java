package dev.llmcallbacks.langchain4j;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.model.UnsupportedOptionException;

/**
 * Refuses options that a model of LangChain4j would not send, before the request.
 *
 * @param provider the name of the provider
 * @param model the class of the model, for messages
 */
record Refusals(String provider, String model) {

	private static final String ADVICE = "set it at the builder of the model";

	/**
	 * Refuse an option if it is set.
	 * @param option its name
	 * @param value its value, {@code null} if it is not set
	 */
	void refuse(String option, @Nullable Object value) {
		if (value != null) {
			throw unsupported(option, ADVICE);
		}
	}

	/**
	 * Return the exception for an option.
	 * @param option its name
	 * @param advice what to do instead
	 * @return the exception
	 */
	UnsupportedOptionException unsupported(String option, String advice) {
		return new UnsupportedOptionException(this.provider, "LangChain4j's " + this.model, option, advice);
	}

}
