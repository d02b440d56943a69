package dev.llmcallbacks.observation;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.model.ModelProvider;
import dev.llmcallbacks.observation.RunObservationDocumentation.LowCardinalityKeyNames;

/**
 * A call of a model while it is measured. Used by one thread at a time.
 */
final class MeteredCall {

	private static final int FIRST_CAPACITY = 64;

	/**
	 * Gaps beyond are not measured: they would take memory for as long as the call lasts.
	 */
	private static final int MAX_GAPS = 100_000;

	private final ModelProvider provider;

	private final @Nullable String model;

	private @Nullable Instant last;

	private long[] gaps = new long[0];

	private int count;

	MeteredCall(ModelProvider provider, @Nullable String model) {
		this.provider = provider;
		this.model = model;
	}

	void chunk(Instant arrival) {
		if (this.last != null && this.count < MAX_GAPS) {
			if (this.count == this.gaps.length) {
				this.gaps = Arrays.copyOf(this.gaps, Math.max(FIRST_CAPACITY, 2 * this.count));
			}
			this.gaps[this.count++] = Duration.between(this.last, arrival).toNanos();
		}
		this.last = arrival;
	}

	void ended(RunEnd end, ModelAttributes attributes, MeterRegistry registry, GenAiConventions conventions,
			String usageMeter) {
		Tags tags = Tags.of(LowCardinalityKeyNames.OPERATION_NAME.asString(), "chat")
			.and(attributes.keyValues(this.provider, this.model, end)
				.stream()
				.map((it) -> Tag.of(it.getKey(), it.getValue()))
				.toList());
		LlmAnswer answer = LlmAnswer.of(end);
		if (answer == null) {
			return;
		}
		if (answer.timeToFirstToken() != null) {
			timer(conventions.timeToFirstChunk(), "Time to the first chunk of a streamed response", tags, registry)
				.record(answer.timeToFirstToken());
		}
		if (this.count > 0) {
			Timer timer = timer(conventions.timePerOutputChunk(), "Time between two chunks of a streamed response",
					tags, registry);
			for (int i = 0; i < this.count; i++) {
				timer.record(this.gaps[i], TimeUnit.NANOSECONDS);
			}
		}
		new TokenMeters(registry, usageMeter, tags).record(answer.result().llmOutput().tokenUsage(), conventions);
	}

	private static Timer timer(String name, String description, Tags tags, MeterRegistry registry) {
		return Timer.builder(name)
			.description(description)
			.tags(tags)
			.serviceLevelObjectives(MeterBuckets.durations())
			.register(registry);
	}

}
