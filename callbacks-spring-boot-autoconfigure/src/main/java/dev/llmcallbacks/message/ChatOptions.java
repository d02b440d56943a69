package dev.llmcallbacks.message;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Options of a model call. Those that are {@code null} or empty are taken from the next
 * lower level of defaults, finally from the provider.
 *
 * @param model the model's name
 * @param maxTokens the maximum number of tokens of the response
 * @param temperature the sampling temperature
 * @param topP the share of probability that is sampled from
 * @param stopSequences texts at which the model stops
 * @param seed makes responses repeatable where the provider supports it
 * @param streaming whether the response is streamed
 * @param toolChoice whether tools may or must be called
 * @param parallelToolCalls whether the model may call several tools in one response
 * @param strictTools whether the provider guarantees that arguments of tool calls match
 * their schemas
 * @param responseFormat the format in which the model answers
 * @param reasoningEffort how much the model reasons, as the provider names it, such as
 * {@code low} or {@code high}
 * @param thinking whether the model thinks, for Anthropic
 * @param showReasoning whether the response discloses the reasoning, or a summary of it
 * @param promptCacheKey the key under which OpenAI caches prompts that begin alike
 * @param promptCacheTtl how long Anthropic caches the prompt: five minutes or an hour
 * @param extraBody further fields of the provider's request body, sent as they are;
 * objects are merged with those that the other options make
 */
public record ChatOptions(@Nullable String model, @Nullable Integer maxTokens, @Nullable Double temperature,
		@Nullable Double topP, List<String> stopSequences, @Nullable Long seed, @Nullable Boolean streaming,
		@Nullable ToolChoice toolChoice, @Nullable Boolean parallelToolCalls, @Nullable Boolean strictTools,
		@Nullable ResponseFormat responseFormat, @Nullable String reasoningEffort, @Nullable Thinking thinking,
		@Nullable Boolean showReasoning, @Nullable String promptCacheKey, @Nullable Duration promptCacheTtl,
		Map<String, Object> extraBody) {

	/**
	 * Options without any value.
	 */
	public static final ChatOptions NONE = builder().build();

	public ChatOptions {
		stopSequences = List.copyOf(stopSequences);
		extraBody = Collections.unmodifiableMap(new LinkedHashMap<>(extraBody));
		if (maxTokens != null && maxTokens < 1) {
			throw new IllegalArgumentException("'maxTokens' must be positive, but is " + maxTokens);
		}
	}

	/**
	 * Return a builder of options without any value.
	 * @return the builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Return a builder that begins with these options.
	 * @return the builder
	 */
	public Builder mutate() {
		return new Builder().apply(this);
	}

	/**
	 * Return these options with the values of others on top.
	 * @param overrides the options whose values take precedence
	 * @return the merged options; fields of the extra body are merged one by one
	 */
	public ChatOptions with(ChatOptions overrides) {
		return mutate().apply(overrides).build();
	}

	/**
	 * Builder of options. Not thread-safe.
	 */
	public static final class Builder {

		private @Nullable String model;

		private @Nullable Integer maxTokens;

		private @Nullable Double temperature;

		private @Nullable Double topP;

		private List<String> stopSequences = List.of();

		private @Nullable Long seed;

		private @Nullable Boolean streaming;

		private @Nullable ToolChoice toolChoice;

		private @Nullable Boolean parallelToolCalls;

		private @Nullable Boolean strictTools;

		private @Nullable ResponseFormat responseFormat;

		private @Nullable String reasoningEffort;

		private @Nullable Thinking thinking;

		private @Nullable Boolean showReasoning;

		private @Nullable String promptCacheKey;

		private @Nullable Duration promptCacheTtl;

		private final Map<String, Object> extraBody = new LinkedHashMap<>();

		private Builder() {
		}

		private Builder apply(ChatOptions options) {
			this.model = (options.model != null) ? options.model : this.model;
			this.maxTokens = (options.maxTokens != null) ? options.maxTokens : this.maxTokens;
			this.temperature = (options.temperature != null) ? options.temperature : this.temperature;
			this.topP = (options.topP != null) ? options.topP : this.topP;
			this.stopSequences = (!options.stopSequences.isEmpty()) ? options.stopSequences : this.stopSequences;
			this.seed = (options.seed != null) ? options.seed : this.seed;
			this.streaming = (options.streaming != null) ? options.streaming : this.streaming;
			this.toolChoice = (options.toolChoice != null) ? options.toolChoice : this.toolChoice;
			this.parallelToolCalls = (options.parallelToolCalls != null) ? options.parallelToolCalls
					: this.parallelToolCalls;
			this.strictTools = (options.strictTools != null) ? options.strictTools : this.strictTools;
			this.responseFormat = (options.responseFormat != null) ? options.responseFormat : this.responseFormat;
			this.reasoningEffort = (options.reasoningEffort != null) ? options.reasoningEffort : this.reasoningEffort;
			this.thinking = (options.thinking != null) ? options.thinking : this.thinking;
			this.showReasoning = (options.showReasoning != null) ? options.showReasoning : this.showReasoning;
			this.promptCacheKey = (options.promptCacheKey != null) ? options.promptCacheKey : this.promptCacheKey;
			this.promptCacheTtl = (options.promptCacheTtl != null) ? options.promptCacheTtl : this.promptCacheTtl;
			this.extraBody.putAll(options.extraBody);
			return this;
		}

		/**
		 * Set the model.
		 * @param model the model's name
		 * @return this builder
		 */
		public Builder model(@Nullable String model) {
			this.model = model;
			return this;
		}

		/**
		 * Set the maximum number of tokens of the response.
		 * @param maxTokens the limit
		 * @return this builder
		 */
		public Builder maxTokens(@Nullable Integer maxTokens) {
			this.maxTokens = maxTokens;
			return this;
		}

		/**
		 * Set the sampling temperature.
		 * @param temperature the temperature
		 * @return this builder
		 */
		public Builder temperature(@Nullable Double temperature) {
			this.temperature = temperature;
			return this;
		}

		/**
		 * Set the share of probability that is sampled from.
		 * @param topP the share
		 * @return this builder
		 */
		public Builder topP(@Nullable Double topP) {
			this.topP = topP;
			return this;
		}

		/**
		 * Set the texts at which the model stops.
		 * @param stopSequences the texts
		 * @return this builder
		 */
		public Builder stopSequences(List<String> stopSequences) {
			this.stopSequences = new ArrayList<>(stopSequences);
			return this;
		}

		/**
		 * Set the seed.
		 * @param seed the seed
		 * @return this builder
		 */
		public Builder seed(@Nullable Long seed) {
			this.seed = seed;
			return this;
		}

		/**
		 * Set whether the response is streamed.
		 * @param streaming whether to stream
		 * @return this builder
		 */
		public Builder streaming(@Nullable Boolean streaming) {
			this.streaming = streaming;
			return this;
		}

		/**
		 * Set whether tools may or must be called.
		 * @param toolChoice the choice
		 * @return this builder
		 */
		public Builder toolChoice(@Nullable ToolChoice toolChoice) {
			this.toolChoice = toolChoice;
			return this;
		}

		/**
		 * Set whether the model may call several tools in one response.
		 * @param parallelToolCalls whether it may
		 * @return this builder
		 */
		public Builder parallelToolCalls(@Nullable Boolean parallelToolCalls) {
			this.parallelToolCalls = parallelToolCalls;
			return this;
		}

		/**
		 * Set whether the provider guarantees that arguments of tool calls match their
		 * schemas. A schema is cut to what the provider accepts.
		 * @param strictTools whether it guarantees that
		 * @return this builder
		 */
		public Builder strictTools(@Nullable Boolean strictTools) {
			this.strictTools = strictTools;
			return this;
		}

		/**
		 * Set the format in which the model answers.
		 * @param responseFormat the format
		 * @return this builder
		 */
		public Builder responseFormat(@Nullable ResponseFormat responseFormat) {
			this.responseFormat = responseFormat;
			return this;
		}

		/**
		 * Set how much the model reasons.
		 * @param reasoningEffort the effort, as the provider names it
		 * @return this builder
		 */
		public Builder reasoningEffort(@Nullable String reasoningEffort) {
			this.reasoningEffort = reasoningEffort;
			return this;
		}

		/**
		 * Set whether the model thinks, for Anthropic.
		 * @param thinking the setting
		 * @return this builder
		 */
		public Builder thinking(@Nullable Thinking thinking) {
			this.thinking = thinking;
			return this;
		}

		/**
		 * Set whether the response discloses the reasoning, or a summary of it.
		 * @param showReasoning whether it does
		 * @return this builder
		 */
		public Builder showReasoning(@Nullable Boolean showReasoning) {
			this.showReasoning = showReasoning;
			return this;
		}

		/**
		 * Set the key under which OpenAI caches prompts that begin alike.
		 * @param promptCacheKey the key
		 * @return this builder
		 */
		public Builder promptCacheKey(@Nullable String promptCacheKey) {
			this.promptCacheKey = promptCacheKey;
			return this;
		}

		/**
		 * Set how long Anthropic caches the prompt: five minutes or an hour.
		 * @param promptCacheTtl the time
		 * @return this builder
		 */
		public Builder promptCacheTtl(@Nullable Duration promptCacheTtl) {
			this.promptCacheTtl = promptCacheTtl;
			return this;
		}

		/**
		 * Add fields to the provider's request body.
		 * @param extraBody the fields
		 * @return this builder
		 */
		public Builder extraBody(Map<String, ?> extraBody) {
			this.extraBody.putAll(extraBody);
			return this;
		}

		/**
		 * Build the options.
		 * @return the options
		 */
		public ChatOptions build() {
			return new ChatOptions(this.model, this.maxTokens, this.temperature, this.topP, this.stopSequences,
					this.seed, this.streaming, this.toolChoice, this.parallelToolCalls, this.strictTools,
					this.responseFormat, this.reasoningEffort, this.thinking, this.showReasoning, this.promptCacheKey,
					this.promptCacheTtl, this.extraBody);
		}

	}

}
