package dev.llmcallbacks.benchmarks.process;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Soaks for a moment.
 */
class SoakTests {

	@Test
	void shouldLeaveNothingBehind() {
		Soak.Result result = new Soak(20, Duration.ofSeconds(3)).run();
		assertThat(result.completed()).isPositive();
		assertThat(result.cancelled()).isPositive();
		assertThat(result.failed()).isZero();
		assertThat(result.amid().connections()).isPositive();
		assertThat(result.after().connections()).isZero();
		assertThat(result.after().runs()).isZero();
		assertThat(result.after().threads()).isLessThanOrEqualTo(result.before().threads() + 3);
		assertThat(result.toString()).contains("before", "after");
	}

}
