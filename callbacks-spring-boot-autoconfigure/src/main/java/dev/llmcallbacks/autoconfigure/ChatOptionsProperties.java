package dev.llmcallbacks.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.autoconfigure.LlmChatProperties.Provider;
import dev.llmcallbacks.message.ChatOptions;

/**
 * What the properties of all chat clients have in common: the provider, and the options
 * of calls.
 */
public abstract class ChatOptionsProperties {

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

	public Map<String, Object> getExtraBody() {
		return this.extraBody;
	}

	final ChatOptions toOptions(@Nullable Boolean streaming) {
		return ChatOptions.builder()
			.model(this.model)
			.maxTokens(this.maxTokens)
			.temperature(this.temperature)
			.topP(this.topP)
			.stopSequences(this.stopSequences)
			.seed(this.seed)
			.streaming(streaming)
			.extraBody(ExtraBody.withLists(this.extraBody))
			.build();
	}

}
