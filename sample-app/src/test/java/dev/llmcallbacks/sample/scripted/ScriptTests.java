package dev.llmcallbacks.sample.scripted;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Script}.
 */
class ScriptTests {

	@Test
	void shouldTellAJokeOfSomeTokensWhenAsked() {
		assertThat(Script.answer("Tell me a joke")).containsExactly("Why", " don", "'t", " scientists", " trust",
				" atoms", "?", " Because", " they", " make", " up", " everything", ".");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Another joke, please", "a story", "Hello there", "What time is it?", "" })
	void shouldGiveEqualAnswersToEqualPrompts(String prompt) {
		List<String> answer = Script.answer(prompt);
		assertThat(answer).isNotEmpty().isEqualTo(Script.answer(prompt));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "a", "a\n\n b", "don't", "¿Qué? 🤓🤓!", "e\u0301t\u00e9 2,5 €\n" })
	void shouldLoseNothingWhenCuttingIntoTokens(String text) {
		assertThat(String.join("", Script.tokens(text))).isEqualTo(text);
	}

}
