package dev.llmcallbacks.provider;

import java.util.Random;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TextAssembler}.
 */
class TextAssemblerTests {

	@Test
	@DisplayName("G41 a text of any length is what its fragments are, also when it goes on after it was looked at")
	void shouldGiveTextOfItsFragmentsWhenItIsLong() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		TextAssembler assembler = new TextAssembler();
		StringBuilder expected = new StringBuilder();
		assertThat(assembler).hasToString("");
		for (int i = 0; i < 1000; i++) {
			String fragment = (random.nextBoolean() ? "é" : "語").repeat(random.nextInt(2000));
			assembler.append(fragment);
			expected.append(fragment);
			if (i % 100 == 0) {
				assertThat(assembler.toString()).as("seed %d", seed).isEqualTo(expected.toString());
			}
		}
		assertThat(assembler.toString()).as("seed %d", seed).isEqualTo(expected.toString());
	}

}
