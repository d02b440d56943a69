package dev.llmcallbacks.autoconfigure;

import java.util.Locale;

import org.springframework.boot.context.properties.ConfigurationProperties;

import dev.llmcallbacks.message.ChatOptions;

/**
 * Configuration properties for the chat client: which provider it asks, and the options
 * of its calls unless a call says otherwise.
 */
@ConfigurationProperties("callbacks.chat")
public class LlmChatProperties extends ChatOptionsProperties {

	/**
	 * Whether answers are streamed where a call leaves it open.
	 */
	private boolean streaming = true;

	/**
	 * Maximum number of runs of one batch at a time.
	 */
	private int batchConcurrency = 16;

	public boolean isStreaming() {
		return this.streaming;
	}

	public void setStreaming(boolean streaming) {
		this.streaming = streaming;
	}

	public int getBatchConcurrency() {
		return this.batchConcurrency;
	}

	public void setBatchConcurrency(int batchConcurrency) {
		PropertyRange.check(batchConcurrency, 1, Integer.MAX_VALUE);
		this.batchConcurrency = batchConcurrency;
	}

	ChatOptions toOptions() {
		return toOptions(this.streaming);
	}

	/**
	 * Provider of chat models.
	 */
	public enum Provider {

		/**
		 * OpenAI, or a server that speaks its protocol.
		 */
		OPENAI("api.openai.com", OpenAiConnectionDetails.class),

		/**
		 * Anthropic, or a server that speaks its protocol.
		 */
		ANTHROPIC("api.anthropic.com", AnthropicConnectionDetails.class);

		private final String host;

		private final Class<? extends LlmConnectionDetails> connectionDetails;

		Provider(String host, Class<? extends LlmConnectionDetails> connectionDetails) {
			this.host = host;
			this.connectionDetails = connectionDetails;
		}

		String prefix() {
			return "callbacks." + id();
		}

		String id() {
			return name().toLowerCase(Locale.ROOT);
		}

		/**
		 * Return the provider's own server, which wants a key.
		 * @return the name of the host
		 */
		String host() {
			return this.host;
		}

		Class<? extends LlmConnectionDetails> connectionDetails() {
			return this.connectionDetails;
		}

	}

}
