package dev.llmcallbacks.benchmarks.process;

import java.util.List;
import java.util.Locale;

/**
 * The table that the samples of all rounds make.
 *
 * @param rounds the samples
 */
record Report(Rounds<Sample> rounds) {

	/** Return the candidates, the fastest first. */
	List<String> candidates() {
		return this.rounds.candidates().stream().sorted(this::bySpeed).toList();
	}

	private int bySpeed(String first, String second) {
		return Double.compare(this.rounds.median(second, Sample::tokensPerSecond),
				this.rounds.median(first, Sample::tokensPerSecond));
	}

	@Override
	public String toString() {
		StringBuilder table = new StringBuilder(
				"| | million tokens a second | of the bytes | of the parser | of no handler "
						+ "| CPU time a token | of no handler | bytes allocated a token |\n|---|--:|--:|--:|--:|--:|--:|--:|\n");
		for (String candidate : candidates()) {
			table.append(String.format(Locale.ROOT, "| %s | %.2f | %.2f | %.2f | %.2f | %.0f ns | %.2f | %.0f |%n",
					candidate, this.rounds.median(candidate, Sample::tokensPerSecond) / 1e6,
					this.rounds.medianRatio(candidate, Candidates.BYTES, Sample::tokensPerSecond),
					this.rounds.medianRatio(candidate, Candidates.PARSER, Sample::tokensPerSecond),
					this.rounds.medianRatio(candidate, Candidates.NO_HANDLER, Sample::tokensPerSecond),
					this.rounds.median(candidate, Sample::cpuNanos),
					this.rounds.medianRatio(candidate, Candidates.NO_HANDLER, Sample::cpuNanos),
					this.rounds.median(candidate, Sample::allocated)));
		}
		return table.toString();
	}

}
