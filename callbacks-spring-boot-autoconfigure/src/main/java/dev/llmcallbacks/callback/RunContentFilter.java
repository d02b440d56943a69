package dev.llmcallbacks.callback;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.run.Run;

/**
 * Decides what people may see of the content of runs. Asked for each text before it is
 * put where somebody can read it: the attributes of a span, a log, a recording, the run
 * view, a feed. Handlers of the application receive events unchanged. What is shown at
 * all is decided by properties and calls; a filter restricts it further, for example by
 * masking personal data.
 * <p>
 * Declare one bean of this type, or a primary one. Called on any thread, also on an event
 * loop and by several threads at once: a filter must be thread-safe and must not block.
 * It is always given the whole text, before anything is cut, so that the tokens of a
 * response, which are fragments of a text, are not shown where it is applied. An
 * exception of a filter is logged once, and the text is not shown.
 */
@FunctionalInterface
public interface RunContentFilter {

	/** Kind of the text of a system message. */
	String SYSTEM = "system";

	/** Kind of the text of a human message. */
	String PROMPT = "prompt";

	/** Kind of a model's text: in a response, or in an earlier message of the model. */
	String RESPONSE = "response";

	/** Kind of a model's reasoning. */
	String REASONING = "reasoning";

	/** Kind of the arguments of a tool call, in JSON. */
	String TOOL_ARGUMENTS = "tool-arguments";

	/** Kind of the result of a tool call, and of what a tool emits before it. */
	String TOOL_RESULT = "tool-result";

	/** Kind of the query of a retriever. */
	String QUERY = "query";

	/** Kind of the text of a document. */
	String DOCUMENT = "document";

	/** Kind of the input of a chain or an agent that is not a message. */
	String INPUT = "input";

	/** Kind of the output of a chain or an agent that is not a message. */
	String OUTPUT = "output";

	/** Kind of an intermediate text, or of the data of a custom event. */
	String EVENT = "event";

	/** Kind of the message of an error, which may quote other texts. */
	String ERROR = "error";

	/**
	 * Filter a text.
	 * @param run the run that the text belongs to, with tags and metadata
	 * @param kind what the text is: one of the constants of this interface, to which
	 * later versions may add others
	 * @param text the whole text
	 * @return the text as it may be shown, or {@code null} to show nothing of it
	 */
	@Nullable String filter(Run run, String kind, String text);

}
