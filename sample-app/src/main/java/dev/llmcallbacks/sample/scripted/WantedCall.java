package dev.llmcallbacks.sample.scripted;

import java.util.List;

/**
 * A tool that the model wants called, whatever the protocol.
 *
 * @param id what makes the call's id unique
 * @param name the tool's name
 * @param arguments the arguments, as JSON
 */
record WantedCall(String id, String name, String arguments) {

	/**
	 * Cut the arguments into pieces such as a model streams.
	 * @return the pieces, which together are the arguments
	 */
	List<String> pieces() {
		return Script.tokens(this.arguments);
	}

}
