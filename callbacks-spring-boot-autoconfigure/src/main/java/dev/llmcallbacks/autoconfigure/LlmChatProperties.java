package dev.llmcallbacks.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

import dev.llmcallbacks.message.ChatOptions;

/**
 * Configuration properties for the chat client: which provider it asks, and the options
 * of its calls unless a call says otherwise.
 */
@ConfigurationProperties("callbacks.chat")
public class LlmChatProperties {

	/**
	 * Provider to use. May be left out when only one is configured.
	 */
	private @Nullable Provider provider;

	/**
	 * Name of the model.
	 */
	private @Nullable String model;

	/**
	 * Maximum number of tokens in an answer.
	 */
	private @Nullable Integer maxTokens;

	/**
	 * Sampling temperature.
	 */
	private @Nullable Double temperature;

	/**
	 * Share of probability that is sampled from.
	 */
	private @Nullable Double topP;

	/**
	 * Texts at which the model stops.
	 */
	private List<String> stopSequences = new ArrayList<>();

	/**
	 * Seed that makes answers repeatable where the provider can.
	 */
	private @Nullable Long seed;

	/**
	 * Whether answers are streamed where a call leaves it open.
	 */
	private boolean streaming = true;

	/**
	 * Maximum number of runs of one batch at a time.
	 */
	private int batchConcurrency = 16;

	/**
	 * Further fields of the provider's request body, sent as they are.
	 */
	private final Map<String, Object> extraBody = new LinkedHashMap<>();

	public @Nullable Provider getProvider() {
		return this.provider;
	}

	public void setProvider(@Nullable Provider provider) {
		this.provider = provider;
	}

	public @Nullable String getModel() {
		return this.model;
	}

	public void setModel(@Nullable String model) {
		this.model = model;
	}

	public @Nullable Integer getMaxTokens() {
		return this.maxTokens;
	}

	public void setMaxTokens(@Nullable Integer maxTokens) {
		if (maxTokens != null) {
			PropertyRange.check(maxTokens, 1, Integer.MAX_VALUE);
		}
		this.maxTokens = maxTokens;
	}

	public @Nullable Double getTemperature() {
		return this.temperature;
	}

	public void setTemperature(@Nullable Double temperature) {
		this.temperature = temperature;
	}

	public @Nullable Double getTopP() {
		return this.topP;
	}

	public void setTopP(@Nullable Double topP) {
		this.topP = topP;
	}

	public List<String> getStopSequences() {
		return this.stopSequences;
	}

	public void setStopSequences(List<String> stopSequences) {
		this.stopSequences = stopSequences;
	}

	public @Nullable Long getSeed() {
		return this.seed;
	}

	public void setSeed(@Nullable Long seed) {
		this.seed = seed;
	}

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

	public Map<String, Object> getExtraBody() {
		return this.extraBody;
	}

	ChatOptions toOptions() {
		return ChatOptions.builder()
			.model(this.model)
			.maxTokens(this.maxTokens)
			.temperature(this.temperature)
			.topP(this.topP)
			.stopSequences(this.stopSequences)
			.seed(this.seed)
			.streaming(this.streaming)
			.extraBody(ExtraBody.withLists(this.extraBody))
			.build();
	}

	/**
	 * Provider of chat models.
	 */
	public enum Provider {

		/**
		 * OpenAI, or a server that speaks its protocol.
		 */
		OPENAI("api.openai.com"),

		/**
		 * Anthropic, or a server that speaks its protocol.
		 */
		ANTHROPIC("api.anthropic.com");

		private final String host;

		Provider(String host) {
			this.host = host;
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

	}

}
