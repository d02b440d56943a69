package dev.llmcallbacks.benchmarks.process;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.llmcallbacks.benchmarks.load.Protocol;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads a few slow streams.
 */
class SlowStreamsTests {

	@ParameterizedTest
	@EnumSource(Protocol.class)
	void shouldReportEveryCandidate(Protocol protocol) {
		String table = new SlowStreams(1, new PacedStreams(10, 20, 5)).run(protocol);
		assertThat(table.lines()).hasSize(5).noneMatch((line) -> line.contains("NaN"));
		assertThat(table.lines().skip(2)).allMatch((line) -> line.contains(" | 10 | "));
	}

}
