package dev.llmcallbacks.benchmarks.process;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * The samples of all rounds, and the table that they make.
 */
final class Report {

	private final List<Map<String, Sample>> rounds = new ArrayList<>();

	void add(Map<String, Sample> samples) {
		this.rounds.add(samples);
	}

	Collection<String> candidates() {
		return this.rounds.get(0).keySet().stream().sorted(this::bySpeed).toList();
	}

	double median(String candidate, ToDoubleFunction<Sample> value) {
		return median(this.rounds.stream().mapToDouble((round) -> value.applyAsDouble(of(round, candidate))).toArray());
	}

	double medianRatio(String candidate, String base, ToDoubleFunction<Sample> value) {
		return median(this.rounds.stream()
			.mapToDouble((round) -> value.applyAsDouble(of(round, candidate)) / value.applyAsDouble(of(round, base)))
			.toArray());
	}

	private int bySpeed(String first, String second) {
		return Double.compare(median(second, Sample::tokensPerSecond), median(first, Sample::tokensPerSecond));
	}

	private static Sample of(Map<String, Sample> round, String candidate) {
		return Objects.requireNonNull(round.get(candidate));
	}

	private static double median(double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		int middle = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

	@Override
	public String toString() {
		StringBuilder table = new StringBuilder(
				"| | million tokens a second | of the bytes | of the parser | of no handler "
						+ "| CPU time a token | of no handler | bytes allocated a token |\n|---|--:|--:|--:|--:|--:|--:|--:|\n");
		for (String candidate : candidates()) {
			table.append(String.format(Locale.ROOT, "| %s | %.2f | %.2f | %.2f | %.2f | %.0f ns | %.2f | %.0f |%n",
					candidate, median(candidate, Sample::tokensPerSecond) / 1e6,
					medianRatio(candidate, Candidates.BYTES, Sample::tokensPerSecond),
					medianRatio(candidate, Candidates.PARSER, Sample::tokensPerSecond),
					medianRatio(candidate, Candidates.NO_HANDLER, Sample::tokensPerSecond),
					median(candidate, Sample::cpuNanos),
					medianRatio(candidate, Candidates.NO_HANDLER, Sample::cpuNanos),
					median(candidate, Sample::allocated)));
		}
		return table.toString();
	}

}
