package dev.llmcallbacks.tool;

import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The application's code behind a tool.
 */
interface ToolBody {

	/**
	 * Whether the code does not block, and is called in place.
	 * @return whether it is called in place
	 */
	boolean isInPlace();

	/**
	 * Return the text for the model when the code returns nothing.
	 * @return the text
	 */
	String absent();

	/**
	 * Convert the arguments to the code's own types. Throws an
	 * {@link InvalidToolCallException} if that is not possible.
	 * @param arguments the arguments, which match the schema
	 * @return the call of the code with these arguments
	 */
	Callable<@Nullable Object> bind(ObjectNode arguments);

}
