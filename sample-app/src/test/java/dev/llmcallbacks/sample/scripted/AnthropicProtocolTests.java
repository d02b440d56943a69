package dev.llmcallbacks.sample.scripted;

import java.net.http.HttpResponse;
import java.time.Duration;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.llmcallbacks.test.ScriptedProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AnthropicProtocol}, byte by byte.
 */
class AnthropicProtocolTests {

	private static ScriptedProvider provider;

	private static RawClient client;

	@BeforeAll
	static void start() {
		provider = ScriptedProvider.start(new ScriptedModel(Duration.ZERO));
		client = new RawClient(provider);
	}

	@AfterAll
	static void stop() {
		provider.close();
	}

	@Test
	void shouldStreamTokenByToken() throws Exception {
		HttpResponse<String> response = client.anthropic("""
				{"model":"claude-sonnet-4-5","max_tokens":3,"stream":true,
				"messages":[{"role":"user","content":"Tell me a joke"}]}""");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("content-type").orElseThrow()).startsWith("text/event-stream");
		assertThat(response.headers().firstValue("request-id")).isPresent();
		String delta = """
				event: content_block_delta
				data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"%s"}}

				""";
		assertThat(normalized(response.body())).isEqualTo("""
				event: message_start
				data: {"type":"message_start","message":{"id":"ID","type":"message","role":"assistant",\
				"model":"claude-sonnet-4-5","content":[],"stop_reason":null,"stop_sequence":null,\
				"usage":{"input_tokens":4,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,\
				"output_tokens":1}}}

				event: content_block_start
				data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

				event: ping
				data: {"type":"ping"}

				""" + delta.formatted("Why") + delta.formatted(" don") + delta.formatted("'t") + """
				event: content_block_stop
				data: {"type":"content_block_stop","index":0}

				event: message_delta
				data: {"type":"message_delta","delta":{"stop_reason":"max_tokens","stop_sequence":null},\
				"usage":{"input_tokens":4,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,\
				"output_tokens":3}}

				event: message_stop
				data: {"type":"message_stop"}

				""");
	}

	@Test
	void shouldAnswerAsAWholeWhenNotStreaming() throws Exception {
		HttpResponse<String> response = client.anthropic("""
				{"model":"claude-sonnet-4-5","max_tokens":25,"system":"Be brief.",
				"messages":[{"role":"user","content":[{"type":"text","text":"Tell me a joke"}]}]}""");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(normalized(response.body()))
			.isEqualTo("{\"id\":\"ID\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-sonnet-4-5\","
					+ "\"content\":[{\"type\":\"text\",\"text\":\"Why don't scientists trust atoms? Because they make "
					+ "up everything.\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
					+ "\"usage\":{\"input_tokens\":7,\"cache_creation_input_tokens\":0,"
					+ "\"cache_read_input_tokens\":0,\"output_tokens\":13}}");
	}

	@Test
	void shouldRefuseWhenHeadersAreMissing() throws Exception {
		HttpResponse<String> withoutKey = client.anthropic("{}", "anthropic-version", "2023-06-01");
		assertThat(withoutKey.statusCode()).isEqualTo(401);
		assertThat(withoutKey.body()).contains("\"authentication_error\"");
		HttpResponse<String> withoutVersion = client.anthropic("{}", "x-api-key", "any");
		assertThat(withoutVersion.statusCode()).isEqualTo(400);
		assertThat(withoutVersion.body())
			.startsWith("{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\","
					+ "\"message\":\"anthropic-version: header is required\"},\"request_id\":\"req_");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			{"model":"m",                                                          | 400 | is not valid JSON
			{"max_tokens":1}                                                       | 400 | model: Field required
			{"model":"m","messages":[{"role":"user","content":"a"}]}               | 400 | max_tokens: Field required
			{"model":"m","max_tokens":1}                                           | 400 | messages: Field required
			{"model":"m","max_tokens":0,"messages":[]}                             | 400 | greater than or equal to 1
			{"model":"m","max_tokens":1,"messages":[]}                             | 400 | at least one message
			{"model":"m","max_tokens":1,"messages":[{"role":"system"}]}            | 400 | Unexpected role
			{"model":"gpt-4.1-mini","max_tokens":1,"messages":[{"role":"user"}]}   | 404 | model: gpt-4.1-mini
			""")
	void shouldRefuseWhenRequestIsMalformed(String body, int status, String words) throws Exception {
		HttpResponse<String> response = client.anthropic(body);
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(response.body()).startsWith("{\"type\":\"error\",\"error\":{\"type\":").contains(words);
	}

	@Test
	void shouldHaveMishapsWhenAskedForThem() throws Exception {
		String body = "{\"model\":\"m\",\"max_tokens\":9,\"stream\":true,"
				+ "\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}";
		assertThat(client.anthropic(body.formatted("Please limit my rate")).statusCode()).isEqualTo(429);
		assertThat(client.anthropic(body.formatted("Please be overloaded")).statusCode()).isEqualTo(529);
		HttpResponse<String> broken = client.anthropic(body.formatted("Please break off"));
		assertThat(broken.body()).contains("text_delta").doesNotContain("message_stop").endsWith("""
				event: error
				data: {"type":"error","error":{"type":"api_error","message":"Internal server error"}}

				""");
	}

	private static String normalized(String body) {
		return body.replaceAll("msg_[0-9a-f]{32}", "ID");
	}

}
