package dev.llmcallbacks.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

import dev.llmcallbacks.autoconfigure.LlmChatProperties.Provider;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.Thinking;

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
	 * Whether the model may call several tools in one answer.
	 */
	private @Nullable Boolean parallelToolCalls;

	/**
	 * Whether the provider guarantees that arguments of tool calls match their schemas.
	 */
	private @Nullable Boolean strictTools;

	/**
	 * How much the model reasons, as the provider names it.
	 */
	private @Nullable String reasoningEffort;

	/**
	 * Whether the model thinks before it answers, for Anthropic: adaptive, disabled, or a
	 * maximum number of tokens.
	 */
	private @Nullable Thinking thinking;

	/**
	 * Whether answers disclose the reasoning, or a summary of it.
	 */
	private @Nullable Boolean showReasoning;

	/**
	 * Key under which OpenAI caches prompts that begin alike.
	 */
	private @Nullable String promptCacheKey;

	/**
	 * How long Anthropic caches the prompt: 5m or 1h.
	 */
	private @Nullable Duration promptCacheTtl;

	/**
	 * Instruction to the model, for prompts that have none.
	 */
	private @Nullable String system;

	/**
	 * Maximum number of images and other files in the messages of a call; 100 unless set.
	 */
	private @Nullable Integer maxMediaCount;

	/**
	 * Maximum size of all images and other files in the messages of a call; 32MB unless
	 * set.
	 */
	private @Nullable DataSize maxMediaSize;

	/**
	 * Names of the application's tools that the model may call, for prompts that set no
	 * tools.
	 */
	private @Nullable List<String> tools;

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

	public @Nullable Boolean getParallelToolCalls() {
		return this.parallelToolCalls;
	}

	public void setParallelToolCalls(@Nullable Boolean parallelToolCalls) {
		this.parallelToolCalls = parallelToolCalls;
	}

	public @Nullable Boolean getStrictTools() {
		return this.strictTools;
	}

	public void setStrictTools(@Nullable Boolean strictTools) {
		this.strictTools = strictTools;
	}

	public @Nullable String getReasoningEffort() {
		return this.reasoningEffort;
	}

	public void setReasoningEffort(@Nullable String reasoningEffort) {
		this.reasoningEffort = reasoningEffort;
	}

	public @Nullable Thinking getThinking() {
		return this.thinking;
	}

	public void setThinking(@Nullable Thinking thinking) {
		this.thinking = thinking;
	}

	public @Nullable Boolean getShowReasoning() {
		return this.showReasoning;
	}

	public void setShowReasoning(@Nullable Boolean showReasoning) {
		this.showReasoning = showReasoning;
	}

	public @Nullable String getPromptCacheKey() {
		return this.promptCacheKey;
	}

	public void setPromptCacheKey(@Nullable String promptCacheKey) {
		this.promptCacheKey = promptCacheKey;
	}

	public @Nullable Duration getPromptCacheTtl() {
		return this.promptCacheTtl;
	}

	public void setPromptCacheTtl(@Nullable Duration promptCacheTtl) {
		this.promptCacheTtl = promptCacheTtl;
	}

	public @Nullable String getSystem() {
		return this.system;
	}

	public void setSystem(@Nullable String system) {
		this.system = system;
	}

	public @Nullable Integer getMaxMediaCount() {
		return this.maxMediaCount;
	}

	public void setMaxMediaCount(@Nullable Integer maxMediaCount) {
		if (maxMediaCount != null) {
			PropertyRange.check(maxMediaCount, 0, Integer.MAX_VALUE);
		}
		this.maxMediaCount = maxMediaCount;
	}

	public @Nullable DataSize getMaxMediaSize() {
		return this.maxMediaSize;
	}

	public void setMaxMediaSize(@Nullable DataSize maxMediaSize) {
		if (maxMediaSize != null && maxMediaSize.isNegative()) {
			throw new IllegalArgumentException("must not be negative, but is " + maxMediaSize);
		}
		this.maxMediaSize = maxMediaSize;
	}

	public @Nullable List<String> getTools() {
		return this.tools;
	}

	public void setTools(@Nullable List<String> tools) {
		this.tools = tools;
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
			.parallelToolCalls(this.parallelToolCalls)
			.strictTools(this.strictTools)
			.reasoningEffort(this.reasoningEffort)
			.thinking(this.thinking)
			.showReasoning(this.showReasoning)
			.promptCacheKey(this.promptCacheKey)
			.promptCacheTtl(this.promptCacheTtl)
			.extraBody(ExtraBody.withLists(this.extraBody))
			.build();
	}

}
