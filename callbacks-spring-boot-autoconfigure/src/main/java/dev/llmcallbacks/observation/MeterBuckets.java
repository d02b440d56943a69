package dev.llmcallbacks.observation;

import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;

import dev.llmcallbacks.run.RunType;

/**
 * Gives the timers of runs the buckets that the conventions advise. Filters that come
 * later may give them others.
 */
public final class MeterBuckets implements MeterFilter {

	private static final Duration SHORTEST = Duration.ofMillis(10);

	private static final int DURATIONS = 14;

	private static final int COUNTS = 14;

	private final Set<String> names;

	/**
	 * Create the filter.
	 * @param conventions the version of the conventions for names
	 */
	public MeterBuckets(GenAiConventions conventions) {
		this.names = Arrays.stream(RunType.values()).map(conventions::duration).collect(Collectors.toSet());
	}

	@Override
	public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
		if (id.getType() != Meter.Type.TIMER || !this.names.contains(id.getName())) {
			return config;
		}
		double[] nanos = Arrays.stream(durations()).mapToDouble(Duration::toNanos).toArray();
		return DistributionStatisticConfig.builder().serviceLevelObjectives(nanos).build().merge(config);
	}

	// from 10 ms on, each twice the one before
	static Duration[] durations() {
		return Stream.iterate(SHORTEST, (bound) -> bound.multipliedBy(2)).limit(DURATIONS).toArray(Duration[]::new);
	}

	// from one token on, each four times the one before
	static double[] counts() {
		return DoubleStream.iterate(1, (bound) -> 4 * bound).limit(COUNTS).toArray();
	}

}
