package dev.llmcallbacks.benchmarks.process;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * What has been measured of each candidate, round by round. Within a round all candidates
 * meet the same machine, so that ratios are taken there.
 *
 * @param <T> what is measured of a candidate in one round
 */
final class Rounds<T> {

	private final List<Map<String, T>> rounds = new ArrayList<>();

	/**
	 * Let candidates take turns. Nobody is always the first.
	 * @param <C> the type of candidate
	 * @param <T> what is measured
	 * @param candidates the candidates, by their names
	 * @param warmUp how many rounds are not counted
	 * @param rounds how many are
	 * @param measurement measures a candidate
	 * @return the rounds that are counted
	 */
	static <C, T> Rounds<T> of(Map<String, C> candidates, int warmUp, int rounds, Function<C, T> measurement) {
		Rounds<T> counted = new Rounds<>();
		List<String> names = new ArrayList<>(candidates.keySet());
		for (int round = -warmUp; round < rounds; round++) {
			Map<String, T> measured = new LinkedHashMap<>();
			names
				.forEach((name) -> measured.put(name, measurement.apply(Objects.requireNonNull(candidates.get(name)))));
			if (round >= 0) {
				counted.rounds.add(measured);
			}
			Collections.rotate(names, 1);
		}
		return counted;
	}

	Collection<String> candidates() {
		return this.rounds.get(0).keySet();
	}

	double median(String candidate, ToDoubleFunction<T> value) {
		return median(this.rounds.stream().mapToDouble((round) -> value.applyAsDouble(of(round, candidate))).toArray());
	}

	double medianRatio(String candidate, String base, ToDoubleFunction<T> value) {
		return median(this.rounds.stream()
			.mapToDouble((round) -> value.applyAsDouble(of(round, candidate)) / value.applyAsDouble(of(round, base)))
			.toArray());
	}

	private static <T> T of(Map<String, T> round, String candidate) {
		return Objects.requireNonNull(round.get(candidate));
	}

	private static double median(double[] values) {
		Arrays.sort(values);
		int middle = values.length / 2;
		return (values.length % 2 == 1) ? values[middle] : (values[middle - 1] + values[middle]) / 2;
	}

}
