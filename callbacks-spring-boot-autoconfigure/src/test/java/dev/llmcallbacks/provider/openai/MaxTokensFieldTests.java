package dev.llmcallbacks.provider.openai;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MaxTokensField}.
 */
class MaxTokensFieldTests {

	@ParameterizedTest
	@CsvSource({ "api.openai.com, max_completion_tokens", "API.OpenAI.com, max_completion_tokens",
			"eu.api.openai.com, max_completion_tokens", "r.openai.azure.com, max_completion_tokens",
			"r.services.ai.azure.com, max_completion_tokens", "r.cognitiveservices.azure.com, max_completion_tokens",
			"localhost, max_tokens", "openai.example.com, max_tokens", "notapi.openai.com.example.com, max_tokens",
			"myapi.openai.com, max_tokens", "api.deepseek.com, max_tokens" })
	void shouldBeSelectedByTheHost(String host, String field) {
		assertThat(MaxTokensField.AUTO.nameOn(OpenAiHost.of(host))).isEqualTo(field);
		assertThat(MaxTokensField.MAX_TOKENS.nameOn(OpenAiHost.of(host))).isEqualTo("max_tokens");
		assertThat(MaxTokensField.MAX_COMPLETION_TOKENS.nameOn(OpenAiHost.of(host))).isEqualTo("max_completion_tokens");
	}

}
