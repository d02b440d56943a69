package dev.llmcallbacks.benchmarks.process;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Blocks a few streams.
 */
class BlockedHandlerTests {

	@Test
	void shouldReportEveryCase() {
		String table = new BlockedHandler(1, 4, 2, 20, 5).run();
		assertThat(table.lines()).hasSize(5).noneMatch((line) -> line.contains("NaN"));
		// each of the 20 tokens of 4 streams, and what ends an answer
		assertThat(table.lines().toList().get(3)).endsWith("| 80 |");
	}

}
