package dev.llmcallbacks.benchmarks.process;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts an application once in each way.
 */
class StartUpTests {

	@Test
	void shouldStartWithAndWithoutTheStarter() {
		List<String> lines = new StartUp(1).run().lines().toList();
		assertThat(lines).hasSize(4);
		assertThat(beans(lines.get(3))).isGreaterThan(beans(lines.get(2)));
	}

	private static int beans(String line) {
		String[] cells = line.split("\\|");
		return Integer.parseInt(cells[cells.length - 1].trim());
	}

}
