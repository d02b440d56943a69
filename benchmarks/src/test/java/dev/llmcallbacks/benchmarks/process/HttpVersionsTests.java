package dev.llmcallbacks.benchmarks.process;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares the versions for a moment.
 */
class HttpVersionsTests {

	@Test
	void shouldReadWithBothVersions() {
		assertThat(new HttpVersions(1, 4, 50).run().lines().skip(2)).hasSize(6)
			.anyMatch((row) -> row.startsWith("| HTTP/2, full speed |"))
			.allMatch((row) -> row.matches("\\| HTTP/(1\\.1|2).*, .* \\| [\\d.]+ \\|.*\\|"));
	}

}
