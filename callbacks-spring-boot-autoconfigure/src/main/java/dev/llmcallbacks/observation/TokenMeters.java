package dev.llmcallbacks.observation;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

import dev.llmcallbacks.message.TokenUsage;

/**
 * The meters of the tokens that calls of one model use.
 *
 * @param registry where the meters are
 * @param tags the tags that tell of the model
 */
record TokenMeters(MeterRegistry registry, Tags tags) {

	private static final String OPERATION = "gen_ai.client.inference.operation.";

	private static final String USAGE = "gen_ai.client.inference.usage.";

	void record(TokenUsage usage, GenAiConventions conventions) {
		if (usage.equals(TokenUsage.NONE)) {
			return;
		}
		switch (conventions) {
			case V1_41 -> {
				summary("gen_ai.client.token.usage", this.tags.and("gen_ai.token.type", "input"), usage.input());
				summary("gen_ai.client.token.usage", this.tags.and("gen_ai.token.type", "output"), usage.output());
			}
			case LATEST -> {
				summary(OPERATION + "input_tokens", this.tags, usage.input());
				summary(OPERATION + "output_tokens", this.tags, usage.output());
				count("input_tokens", usage.input());
				count("output_tokens", usage.output());
				count("cache_read.input_tokens", usage.cacheRead());
				count("cache_write.input_tokens", usage.cacheWrite());
				count("reasoning.output_tokens", usage.reasoning());
			}
		}
	}

	private void summary(String name, Tags tags, int tokens) {
		DistributionSummary.builder(name)
			.tags(tags)
			.serviceLevelObjectives(MeterBuckets.counts())
			.register(this.registry)
			.record(tokens);
	}

	private void count(String what, int tokens) {
		this.registry.counter(USAGE + what, this.tags.and("gen_ai.token.modality", "unknown")).increment(tokens);
	}

}
