package dev.llmcallbacks.client;

/**
 * Customizes every {@link ChatClient} that is built from the {@link ChatClient.Builder}
 * bean. Beans of this type are applied in their order.
 */
@FunctionalInterface
public interface ChatClientCustomizer {

	/**
	 * Customize a builder.
	 * @param builder the builder
	 */
	void customize(ChatClient.Builder builder);

}
