package dev.llmcallbacks.tool;

import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

import dev.llmcallbacks.dispatch.CallbackManager;

/**
 * What a tool does.
 */
interface ToolBody {

	/**
	 * Do it.
	 * @param arguments the arguments, which match the schema
	 * @param manager calls what may block
	 * @return the text of the answer, never empty. Fails as the tool does, or with an
	 * {@link InvalidToolCallException} when the arguments cannot be read
	 */
	Mono<String> call(ObjectNode arguments, CallbackManager manager);

}
