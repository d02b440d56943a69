package dev.llmcallbacks.model;

/**
 * A JSON Schema, of a response format or of the arguments of a strict tool, cannot be cut
 * to what the provider accepts. Nothing was sent.
 */
public class UnsupportedSchemaException extends InvalidRequestException {

	private final String place;

	/**
	 * Create an exception.
	 * @param provider the name of the provider
	 * @param schema which schema it is
	 * @param place where in the schema, as a JSON Pointer
	 * @param reason what is not supported there, and what to do
	 */
	public UnsupportedSchemaException(String provider, String schema, String place, String reason) {
		super("The schema of %s cannot be sent to %s: at '%s', %s".formatted(schema, provider, place, reason),
				ProviderError.of(provider), null);
		this.place = place;
	}

	/**
	 * Return where in the schema it is.
	 * @return a JSON Pointer, empty for the schema itself
	 */
	public String getPlace() {
		return this.place;
	}

}
