package dev.llmcallbacks.benchmarks.process;

import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls each library for a moment.
 */
class BridgeOverheadTests {

	@Test
	void shouldReportEveryCase() {
		Map<String, String> tables = new BridgeOverhead(1, 2, 50, 30).run();
		assertThat(tables).containsOnlyKeys("Spring AI", "LangChain4j");
		assertThat(tables.values()).allSatisfy((table) -> assertThat(table.lines()).hasSize(8)
			.noneMatch((line) -> line.contains("NaN") || line.contains("Infinity")));
	}

}
