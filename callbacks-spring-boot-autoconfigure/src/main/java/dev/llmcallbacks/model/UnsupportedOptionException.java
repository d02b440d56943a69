package dev.llmcallbacks.model;

/**
 * An option of the call has no counterpart in the protocol of the model. Nothing was
 * sent.
 */
public class UnsupportedOptionException extends InvalidRequestException {

	private final String option;

	/**
	 * Create an exception.
	 * @param provider the name of the provider
	 * @param protocol the name of the protocol
	 * @param option the name of the option in {@code ChatOptions}
	 * @param advice what to do instead
	 */
	public UnsupportedOptionException(String provider, String protocol, String option, String advice) {
		super("%s does not support the option %s: %s".formatted(protocol, option, advice), ProviderError.of(provider),
				null);
		this.option = option;
	}

	/**
	 * Return the option.
	 * @return the option's name in {@code ChatOptions}
	 */
	public String getOption() {
		return this.option;
	}

}
