package dev.llmcallbacks.sample.scripted;

import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.llmcallbacks.test.ScriptedProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OpenAiProtocol}, byte by byte.
 */
class OpenAiProtocolTests {

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
	void shouldStreamTokenByTokenWithUsageWhenAsked() throws Exception {
		HttpResponse<String> response = client.openAi("""
				{"model":"gpt-4.1-mini","messages":[{"role":"user","content":"Tell me a joke"}],
				"max_tokens":3,"stream":true,"stream_options":{"include_usage":true}}""");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("content-type").orElseThrow()).startsWith("text/event-stream");
		assertThat(response.headers().firstValue("x-request-id"))
			.hasValueSatisfying((id) -> assertThat(id).startsWith("req_"));
		String head = "data: {\"id\":\"ID\",\"object\":\"chat.completion.chunk\",\"created\":0,"
				+ "\"model\":\"gpt-4.1-mini\",\"choices\":[";
		String content = head + "{\"index\":0,\"delta\":{\"content\":\"%s\"},\"logprobs\":null,"
				+ "\"finish_reason\":null}],\"usage\":null}";
		assertThat(normalized(response.body()).split("\n\n", -1)).containsExactly(
				head + "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null},"
						+ "\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}",
				content.formatted("Why"), content.formatted(" don"), content.formatted("'t"),
				head + "{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"length\"}],\"usage\":null}",
				head + "],\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":3,\"total_tokens\":7,"
						+ "\"prompt_tokens_details\":{\"cached_tokens\":0},"
						+ "\"completion_tokens_details\":{\"reasoning_tokens\":0}}}",
				"data: [DONE]", "");
	}

	@Test
	void shouldKeepUsageToItselfWhenNotAsked() throws Exception {
		HttpResponse<String> response = client.openAi("""
				{"model":"gpt-4.1-mini","messages":[{"role":"user","content":"Tell me a joke"}],"stream":true}""");
		assertThat(response.body()).doesNotContain("usage")
			.contains("\"finish_reason\":\"stop\"")
			.endsWith("data: [DONE]\n\n");
	}

	@Test
	void shouldAnswerAsAWholeWhenNotStreaming() throws Exception {
		HttpResponse<String> response = client.openAi("""
				{"model":"gpt-4.1-mini","messages":[{"role":"system","content":"Be brief."},
				{"role":"user","content":[{"type":"text","text":"Tell me a joke"}]}]}""");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
		assertThat(normalized(response.body()))
			.isEqualTo("{\"id\":\"ID\",\"object\":\"chat.completion\",\"created\":0,\"model\":\"gpt-4.1-mini\","
					+ "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Why don't "
					+ "scientists trust atoms? Because they make up everything.\",\"refusal\":null},"
					+ "\"logprobs\":null,\"finish_reason\":\"stop\"}],"
					+ "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":13,\"total_tokens\":20,"
					+ "\"prompt_tokens_details\":{\"cached_tokens\":0},"
					+ "\"completion_tokens_details\":{\"reasoning_tokens\":0}}}");
	}

	@Test
	void shouldRefuseWhenKeyIsMissing() throws Exception {
		HttpResponse<String> response = client.send(BodyHandlers.ofString(), "/v1/chat/completions", "{}");
		assertThat(response.statusCode()).isEqualTo(401);
		assertThat(response.body()).startsWith("{\"error\":{\"message\":\"You didn't provide an API key.")
			.endsWith("\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			{"model":"m",                                       | 400 | could not parse the JSON body
			[]                                                  | 400 | could not parse the JSON body
			{"messages":[]}                                     | 400 | you must provide a model parameter
			{"model":"m"}                                       | 400 | "code":"missing_required_parameter"
			{"model":"m","messages":[]}                         | 400 | "param":"messages","code":"empty_array"
			{"model":"m","messages":[{}],"max_tokens":0}        | 400 | "param":"max_tokens"
			{"model":"m","messages":[{}],"stream_options":{}}   | 400 | "param":"stream_options"
			{"model":"claude-sonnet-4-5","messages":[{}]}       | 404 | "code":"model_not_found"
			""")
	void shouldRefuseWhenRequestIsMalformed(String body, int status, String words) throws Exception {
		HttpResponse<String> response = client.openAi(body);
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(response.body()).startsWith("{\"error\":{\"message\":").contains(words);
	}

	@Test
	void shouldHaveMishapsWhenAskedForThem() throws Exception {
		String body = "{\"model\":\"m\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}";
		HttpResponse<String> limited = client.openAi(body.formatted(true, "Please limit my rate"));
		assertThat(limited.statusCode()).isEqualTo(429);
		assertThat(limited.headers().firstValue("retry-after")).hasValue("1");
		assertThat(client.openAi(body.formatted(true, "Please be overloaded")).statusCode()).isEqualTo(503);
		HttpResponse<String> broken = client.openAi(body.formatted(true, "Please break off a joke"));
		assertThat(broken.statusCode()).isEqualTo(200);
		assertThat(broken.body()).contains("\"content\":").doesNotContain("[DONE]");
		assertThat(broken.body().lines().filter((line) -> !line.isEmpty()).reduce("", (first, second) -> second))
			.startsWith("data: {\"error\":{\"message\":\"The server had an error");
	}

	private static String normalized(String body) {
		return body.replaceAll("chatcmpl-[0-9a-f]{32}", "ID").replaceAll("\"created\":\\d+", "\"created\":0");
	}

}
