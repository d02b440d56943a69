package dev.llmcallbacks.benchmarks.process;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Opens a few streams.
 */
class ManyStreamsTests {

	@Test
	void shouldEndWell() {
		ManyStreams.Result result = new ManyStreams(20, 3).run();
		assertThat(result.completed()).isEqualTo(20);
		assertThat(result.mostAtATime()).isEqualTo(20);
		assertThat(result.failures()).isEmpty();
		assertThat(result.toString()).startsWith("20 calls: 20 ended well");
	}

}
