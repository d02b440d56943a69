package dev.llmcallbacks.benchmarks;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;

import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.Aggregator;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ResultRole;
import org.openjdk.jmh.util.SingletonStatistics;

/**
 * A figure of which the least of all iterations counts.
 */
final class LeastResult extends Result<LeastResult> {

	LeastResult(String label, double value, String unit) {
		super(ResultRole.SECONDARY, label, new SingletonStatistics(value), unit, AggregationPolicy.AVG);
	}

	@Override
	protected Aggregator<LeastResult> getThreadAggregator() {
		return LeastResult::least;
	}

	@Override
	protected Aggregator<LeastResult> getIterationAggregator() {
		return LeastResult::least;
	}

	private static LeastResult least(Collection<LeastResult> results) {
		return Collections.min(results, Comparator.comparingDouble(LeastResult::getScore));
	}

}
