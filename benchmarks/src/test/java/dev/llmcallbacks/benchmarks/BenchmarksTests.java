package dev.llmcallbacks.benchmarks;

import java.util.Collection;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs each benchmark for a moment, to see that it still does what it is there for.
 */
class BenchmarksTests {

	@ParameterizedTest
	@ValueSource(classes = { DecodeBenchmark.class, DispatchBenchmark.class, EventsBenchmark.class,
			ReaderBenchmark.class, RunContextBenchmark.class })
	void shouldProduceResults(Class<?> benchmark) throws RunnerException {
		Options options = new OptionsBuilder().include("\\b" + benchmark.getSimpleName() + "\\b")
			.forks(0)
			.warmupIterations(0)
			.measurementIterations(1)
			.measurementTime(TimeValue.milliseconds(50))
			.addProfiler(WorkProfiler.class)
			.addProfiler(GCProfiler.class)
			.shouldFailOnError(true)
			.verbosity(VerboseMode.SILENT)
			.build();
		Collection<RunResult> results = new Runner(options).run();
		assertThat(results).isNotEmpty().allSatisfy((result) -> {
			assertThat(result.getPrimaryResult().getScore()).isPositive();
			assertThat(result.getSecondaryResults()).containsKeys("cpu", "handOvers");
		});
	}

}
