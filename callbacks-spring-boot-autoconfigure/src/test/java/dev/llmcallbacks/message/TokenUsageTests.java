package dev.llmcallbacks.message;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TokenUsage}.
 */
class TokenUsageTests {

	@Test
	void shouldSumEachCount() {
		assertThat(new TokenUsage(1, 2, 3, 4, 5, 6).plus(new TokenUsage(10, 20, 30, 40, 50, 60)))
			.isEqualTo(new TokenUsage(11, 22, 33, 44, 55, 66));
	}

	@Test
	@DisplayName("F20 a usage that was not reported is not known")
	void shouldBeKnownWhenItWasReported() {
		assertThat(TokenUsage.NONE.isKnown()).isFalse();
		assertThat(LlmOutput.NONE.tokenUsage().isKnown()).isFalse();
		assertThat(TokenUsage.NONE.plus(TokenUsage.NONE).isKnown()).isFalse();
		assertThat(TokenUsage.NONE.plus(new TokenUsage(1, 0, 1, 0, 0, 0)).isKnown()).isTrue();
	}

	@Test
	@DisplayName("S19 negative counts of a provider are zero")
	void shouldTakeNegativeCountsForZero() {
		assertThat(new TokenUsage(-5, -1, Integer.MIN_VALUE, -1, -1, -1)).isEqualTo(TokenUsage.NONE);
	}

	@Test
	@DisplayName("S19 sums of counts saturate")
	void shouldSaturateWhenASumIsTooLarge() {
		int max = Integer.MAX_VALUE;
		TokenUsage huge = new TokenUsage(max, max, max, max, max, max);
		assertThat(huge.plus(huge)).isEqualTo(huge);
		assertThat(huge.plus(new TokenUsage(1, 1, 1, 1, 1, 1))).isEqualTo(huge);
	}

}
