package dev.llmcallbacks.benchmarks.process;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads a few streams with and without a feed.
 */
class FeedStreamsTests {

	@Test
	void shouldReportEveryCandidate() {
		String table = new FeedStreams(1, new PacedStreams(10, 20, 5)).run();
		assertThat(table.lines()).hasSize(6).noneMatch((line) -> line.contains("NaN"));
	}

}
