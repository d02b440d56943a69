package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RefusedOption}, with errors as providers write them.
 */
class RefusedOptionTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\u0001',
			textBlock = """
					{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}} | callbacks.openai.max-tokens-field
					{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model.","code":"unsupported_parameter"}} | callbacks.openai.max-tokens-field
					{"error":{"message":"Unsupported value: 'temperature' does not support 0.9 with this model.","param":"temperature"}} | callbacks.chat.temperature
					{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: 64000 > 32000, which is the maximum allowed number of output tokens"}} | callbacks.chat.max-tokens
					{"type":"error","error":{"type":"invalid_request_error","message":"`temperature` may only be set to 1 when thinking is enabled."}} | callbacks.chat.temperature
					{"type":"error","error":{"type":"invalid_request_error","message":"top_p: must be at least 0.99"}} | callbacks.chat.top-p
					{"error":{"message":"Unknown field","param":"stream_options"}} | callbacks.openai.stream-usage
					{"error":{"message":"Unrecognized request argument","param":"seed"}} | callbacks.chat.seed
					{"error":{"message":"Unsupported parameter: 'stop'","param":"stop"}} | callbacks.chat.stop-sequences
					""")
	@DisplayName("an error about a refused option names the property to change")
	void shouldNameTheProperty(String body, String property) {
		assertThat(RefusedOption.adviceFor(parse(body))).contains("'" + property + "'");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
			{"error":{"message":"Please stop asking about the temperature","param":"messages"}}
			{"error":{"message":"The seed of doubt"}}
			{"error":{"code":"bad"}}
			17
			""")
	@DisplayName("an error about something else names none")
	void shouldNameNoProperty(String body) {
		assertThat(RefusedOption.adviceFor(parse(body))).isNull();
	}

	private static ErrorBody parse(String body) {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		return ErrorBody.parse(bytes, 0, bytes.length);
	}

}
