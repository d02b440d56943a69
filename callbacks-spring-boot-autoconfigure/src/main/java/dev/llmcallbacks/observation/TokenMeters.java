package dev.llmcallbacks.observation;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

import dev.llmcallbacks.message.TokenUsage;

/**
 * Records the tokens of calls of one model.
 *
 * @param registry the registry of the meters
 * @param usageMeter the name of the meter of {@link GenAiConventions#V1_41}
 * @param tags the tags that identify the model
 */
record TokenMeters(MeterRegistry registry, String usageMeter, Tags tags) {

	private static final String OPERATION = "gen_ai.client.inference.operation.";

	private static final String USAGE = "gen_ai.client.inference.usage.";

	void record(TokenUsage usage, GenAiConventions conventions) {
		if (!usage.isKnown()) {
			return;
		}
		switch (conventions) {
			case V1_41 -> {
				summary(this.usageMeter, this.tags.and("gen_ai.token.type", "input"), usage.input());
				summary(this.usageMeter, this.tags.and("gen_ai.token.type", "output"), usage.output());
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
			.description("Tokens of a call")
			.tags(tags)
			.serviceLevelObjectives(MeterBuckets.counts())
			.register(this.registry)
			.record(tokens);
	}

	private void count(String what, int tokens) {
		Counter.builder(USAGE + what)
			.description("Tokens of all calls")
			.tags(this.tags.and("gen_ai.token.modality", "unknown"))
			.register(this.registry)
			.increment(tokens);
	}

}
