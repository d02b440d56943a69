package dev.llmcallbacks.provider.openai;

/**
 * How a server that speaks Chat Completions is asked for an answer of a schema.
 */
public enum StructuredOutput {

	/**
	 * {@link #JSON_SCHEMA}, and {@link #JSON_OBJECT} for servers that are known to have
	 * no other format or have refused a schema.
	 */
	AUTO,

	/** {@code response_format} with the schema, which the server guarantees. */
	JSON_SCHEMA,

	/**
	 * {@code response_format} without a schema, which a system message contains. Whether
	 * the answer matches it is checked when it is read.
	 */
	JSON_OBJECT

}
