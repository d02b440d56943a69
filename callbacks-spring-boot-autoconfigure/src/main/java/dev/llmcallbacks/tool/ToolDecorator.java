package dev.llmcallbacks.tool;

/**
 * Decorates tools: checks or changes a call before it is made, or its answer, or answers
 * itself. Beans of this type apply to the application's {@link Tools} and to the tools of
 * every agent whose {@code ChatClient} the library configures, in {@code @Order}, the
 * first outermost.
 * <p>
 * A decorator acts inside the run, after its start event, and before the arguments are
 * checked. What it throws, or fails with, is the failure of the run, and is answered to
 * the model as a failure of the tool is.
 */
@FunctionalInterface
public interface ToolDecorator {

	/**
	 * Decorate a tool. May be called more than once for a tool, so that state belongs
	 * into the decorator itself.
	 * @param delegate the tool or the next decorator: its {@code call} and
	 * {@code callOrFail} both fail as the tool does, and are to be subscribed to with the
	 * Reactor Context of the call, as operators do
	 * @return the decorated tool, safe for use by any number of threads. The model
	 * receives the definition of the tool itself
	 */
	Tool decorate(Tool delegate);

}
