package dev.llmcallbacks.client;

/**
 * Has a hand in every {@link ChatClient} that the application builds from the
 * {@link ChatClient.Builder} bean. Beans of this type are applied in their order.
 */
@FunctionalInterface
public interface ChatClientCustomizer {

	/**
	 * Customize a builder.
	 * @param builder the builder
	 */
	void customize(ChatClient.Builder builder);

}
