package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.web.reactive.function.client.WebClient;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.RateLimitedException;
import dev.llmcallbacks.model.ServerErrorException;
import dev.llmcallbacks.model.StreamTruncatedException;
import dev.llmcallbacks.model.UnreadableResponseException;
import dev.llmcallbacks.provider.SocketServer.Response;
import dev.llmcallbacks.provider.openai.OpenAiApi;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;

import static org.assertj.core.api.Assertions.assertThat;

class ResponsesContractTests extends ChatModelContractTests {

	private static final String MESSAGE = """
			{"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[
			{"type":"output_text","annotations":[],"logprobs":[],"text":"Grüße 🦅!"}]}""".replace("\n", "");

	private static final String CALL = """
			{"id":"fc_1","type":"function_call","status":"completed","call_id":"call_1","name":"weather",
			"arguments":"{\\"city\\":\\"Köln\\"}"}""".replace("\n", "");

	private static final String USAGE = """
			{"input_tokens":10,"input_tokens_details":{"cached_tokens":4},"output_tokens":5,
			"output_tokens_details":{"reasoning_tokens":0},"total_tokens":15}""".replace("\n", "");

	@Override
	String provider() {
		return "openai";
	}

	@Override
	String protocol() {
		return "responses";
	}

	@Override
	ChatModel model(String url, WebClient.Builder webClientBuilder, int maxEventSize, ChatOptions options) {
		return OpenAiChatModel.builder()
			.api(OpenAiApi.RESPONSES)
			.baseUrl(url)
			.apiKey(KEY)
			.webClientBuilder(webClientBuilder)
			.maxEventSize(maxEventSize)
			.defaultOptions(options)
			.build();
	}

	@Override
	List<String> transcript() {
		return List.of(event("response.created", "\"response\":" + response("in_progress", "", "null")),
				event("response.in_progress", "\"response\":" + response("in_progress", "", "null")),
				event("response.output_item.added",
						"\"output_index\":0,\"item\":{\"id\":\"msg_1\",\"type\":\"message\",\"status\":\"in_progress\",\"content\":[],\"role\":\"assistant\"}"),
				textEvent("Grüße"), textEvent(" 🦅!"),
				event("response.output_text.done", "\"output_index\":0,\"content_index\":0,\"text\":\"Grüße 🦅!\""),
				event("response.output_item.done", "\"output_index\":0,\"item\":" + MESSAGE),
				event("response.output_item.added",
						"\"output_index\":1,\"item\":{\"id\":\"fc_1\",\"type\":\"function_call\",\"status\":\"in_progress\",\"arguments\":\"\",\"call_id\":\"call_1\",\"name\":\"weather\"}"),
				event("response.function_call_arguments.delta", "\"output_index\":1,\"delta\":\"{\\\"city\\\":\""),
				event("response.function_call_arguments.delta", "\"output_index\":1,\"delta\":\"\\\"Köln\\\"}\""),
				event("response.function_call_arguments.done",
						"\"output_index\":1,\"arguments\":\"{\\\"city\\\":\\\"Köln\\\"}\""),
				event("response.output_item.done", "\"output_index\":1,\"item\":" + CALL),
				event("response.completed", "\"response\":" + response("completed", MESSAGE + "," + CALL, USAGE)));
	}

	private static String event(String type, String fields) {
		return "event: " + type + "\ndata: " + payload(type, fields) + "\n\n";
	}

	private static String payload(String type, String fields) {
		return "{\"type\":\"" + type + "\"," + fields + ",\"sequence_number\":7}";
	}

	private static String response(String status, String output, String usage) {
		return "{\"id\":\"answer_1\",\"object\":\"response\",\"status\":\"" + status
				+ "\",\"error\":null,\"incomplete_details\":null,\"model\":\"test-model-1\",\"output\":[" + output
				+ "],\"service_tier\":\"default\",\"usage\":" + usage + "}";
	}

	@Override
	int completeAfter() {
		return 13;
	}

	@Override
	String textEvent(String text) {
		return event("response.output_text.delta",
				"\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":\"" + text
						+ "\",\"logprobs\":[],\"obfuscation\":\"x\"");
	}

	@Override
	String wholeAnswer() {
		return response("completed", MESSAGE + "," + CALL, USAGE);
	}

	private ChatGeneration read(String... payloads) {
		return answer(chunks(payloads)).generations().get(0);
	}

	private static Response stream(String... payloads) {
		StringBuilder stream = new StringBuilder();
		for (String payload : payloads) {
			stream.append("data: ").append(payload).append("\n\n");
		}
		return Response.stream(stream.toString().getBytes(StandardCharsets.UTF_8));
	}

	private List<ChatChunk> chunks(String... payloads) {
		return model(server(stream(payloads))).stream(REQUEST).collectList().block(TIMEOUT);
	}

	private static String completed(String... output) {
		return "{\"type\":\"response.completed\",\"response\":"
				+ response("completed", String.join(",", output), "null") + "}";
	}

	private static String done(int index, String item) {
		return "{\"type\":\"response.output_item.done\",\"output_index\":" + index + ",\"item\":" + item + "}";
	}

	private static String delta(String kind, int index, String delta) {
		return "{\"type\":\"response." + kind + ".delta\",\"output_index\":" + index + ",\"delta\":\"" + delta + "\"}";
	}

	@Test
	@DisplayName("G26 whatever was not streamed is taken from the item, or from the response as a whole")
	void shouldReadWhatWasNotStreamed() {
		String reasoning = "{\"id\":\"rs_1\",\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"Hm\"}]}";
		for (List<ChatChunk> chunks : List.of(
				chunks(done(0, reasoning), done(1, MESSAGE), done(2, CALL), completed(reasoning, MESSAGE, CALL)),
				chunks(completed(reasoning, MESSAGE, CALL)))) {
			ChatGeneration generation = answer(chunks).generations().get(0);
			assertThat(generation.text()).isEqualTo("Grüße 🦅!");
			assertThat(generation.message().reasoning()).isEqualTo("Hm");
			assertThat(generation.message().toolCalls()).extracting(ToolCall::arguments)
				.containsExactly("{\"city\":\"Köln\"}");
			assertThat(generation.message().details().get("content").toString()).contains("rs_1", "msg_1", "tool_call");
		}
	}

	@Test
	@DisplayName("G26 a text and arguments are also taken from the events that repeat them")
	void shouldReadWhatIsRepeatedOnly() {
		ChatGeneration generation = read("{\"type\":\"response.output_text.done\",\"output_index\":0,\"text\":\"Hel\"}",
				"{\"type\":\"response.output_text.done\",\"output_index\":0,\"text\":\"lo\"}",
				"{\"type\":\"response.output_item.added\",\"output_index\":1,\"item\":{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\"}}",
				"{\"type\":\"response.function_call_arguments.done\",\"output_index\":1,\"arguments\":\"{\\\"a\\\":1}\"}",
				completed());
		assertThat(generation.text()).isEqualTo("Hello");
		assertThat(generation.message().toolCalls()).extracting(ToolCall::arguments).containsExactly("{\"a\":1}");
	}

	@Test
	void shouldReadReasoningOfBothKinds() {
		ChatGeneration generation = read(delta("reasoning_summary_text", 0, "One "),
				delta("reasoning_summary_text", 0, "two "), delta("reasoning_text", 1, "three"),
				delta("output_text", 2, "x"), completed());
		assertThat(generation.message().reasoning()).isEqualTo("One two three");
		assertThat(generation.text()).isEqualTo("x");
		assertThat(generation.finishReason()).isEqualTo(FinishReason.STOP);
		assertThat(generation.rawFinishReason()).isEqualTo("completed");
	}

	@Test
	void shouldCollectRefusal() {
		String item = "{\"id\":\"msg_1\",\"type\":\"message\",\"content\":[{\"type\":\"refusal\",\"refusal\":\"I can't do it\"}]}";
		assertThat(read(delta("refusal", 0, "I can't"), delta("refusal", 0, " do it"), done(0, item), completed(item))
			.details()).containsEntry("refusal", "I can't do it");
		assertThat(read(completed(item)).details()).containsEntry("refusal", "I can't do it");
	}

	@Test
	@DisplayName("G26 an incomplete response ends with its reason")
	void shouldReadIncompleteResponses() {
		Map<String, FinishReason> reasons = Map.of("max_output_tokens", FinishReason.LENGTH, "content_filter",
				FinishReason.CONTENT_FILTER, "brand_new", FinishReason.OTHER);
		reasons.forEach((raw, reason) -> {
			String response = response("incomplete", MESSAGE, "null").replace("\"incomplete_details\":null",
					"\"incomplete_details\":{\"reason\":\"" + raw + "\"}");
			ChatGeneration generation = read(
					"{\"type\":\"response.incomplete\",\"response\":" + response + ",\"sequence_number\":3}");
			assertThat(generation.finishReason()).isEqualTo(reason);
			assertThat(generation.rawFinishReason()).isEqualTo(raw);
			assertThat(model(server(Response.json(200, response))).call(REQUEST)
				.block(TIMEOUT)
				.generations()
				.get(0)
				.finishReason()).isEqualTo(reason);
		});
	}

	@Test
	@DisplayName("G28 a failed response is the error that it names, streamed and whole")
	void shouldFailWhenResponseFails() {
		String failed = response("failed", "", "null").replace("\"error\":null",
				"\"error\":{\"code\":\"server_error\",\"message\":\"It broke\"}");
		for (Response response : List.of(Response.json(200, failed),
				stream(delta("output_text", 0, "x"), "{\"type\":\"response.failed\",\"response\":" + failed + "}"),
				stream("{\"type\":\"error\",\"code\":\"server_error\",\"message\":\"It broke\",\"param\":null}"),
				stream("{\"type\":\"error\",\"error\":{\"code\":\"server_error\",\"message\":\"It broke\"}}",
						"{\"type\":\"response.failed\",\"response\":" + failed + "}"))) {
			assertThat(failure(response)).isExactlyInstanceOf(ServerErrorException.class)
				.hasMessageContaining("It broke");
		}
		assertThat(failure(stream(
				"{\"type\":\"error\",\"error\":{\"type\":\"insufficient_quota\",\"code\":\"insufficient_quota\",\"message\":\"No\"}}")))
			.isExactlyInstanceOf(RateLimitedException.class);
	}

	@Test
	@DisplayName("G26 a response without output is not an answer")
	void shouldFailWhenThereIsNoOutput() {
		for (Response response : List.of(Response.json(200, response("completed", "", "null")),
				Response.json(200, response("queued", "", "null")),
				Response.json(200, response("in_progress", "", "null")), stream(completed()))) {
			assertThat(failure(response)).isExactlyInstanceOf(UnreadableResponseException.class)
				.hasMessageContaining("holds no answer");
		}
		assertThat(failure(Response.json(200, response("cancelled", "", "null"))))
			.isExactlyInstanceOf(ServerErrorException.class);
	}

	@Test
	@DisplayName("G26 [DONE] alone does not complete a response")
	void shouldFailWhenOnlyDoneIsSent() {
		assertThat(failure(stream(delta("output_text", 0, "x"), "[DONE]")))
			.isExactlyInstanceOf(StreamTruncatedException.class);
		assertThat(read(delta("output_text", 0, "x"), completed(MESSAGE), "[DONE]").text()).isEqualTo("x");
	}

	@Test
	@DisplayName("G27 events and items of unknown kinds are passed over, items are kept")
	void shouldPassOverWhatIsUnknown() {
		String unknown = "{\"type\":\"brand_new_call\",\"id\":\"b_1\",\"n\":1.50}";
		ChatGeneration generation = read("{\"type\":\"keepalive\",\"sequence_number\":3}",
				"{\"type\":\"response.brand_new.delta\",\"output_index\":0,\"delta\":\"no\"}",
				"{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":" + unknown + "}",
				done(0, unknown), delta("output_text", 1, "yes"), completed(unknown, MESSAGE));
		assertThat(generation.text()).isEqualTo("yes");
		assertThat(generation.message().toolCalls()).isEmpty();
		assertThat(generation.message().details().get("content").toString()).contains(unknown);
	}

	@Test
	@DisplayName("G35 items are told apart by their place, whatever their ids")
	void shouldTellItemsApartByTheirPlace() {
		List<String> payloads = new ArrayList<>();
		for (int i = 0; i < 2; i++) {
			payloads.add("{\"type\":\"response.output_item.added\",\"output_index\":" + i + ",\"item\":{\"id\":\"a" + i
					+ "\",\"type\":\"function_call\",\"call_id\":\"call_0\",\"name\":\"f" + i
					+ "\",\"arguments\":\"\"}}");
		}
		for (int i = 0; i < 2; i++) {
			payloads.add("{\"type\":\"response.function_call_arguments.delta\",\"item_id\":\"b" + i
					+ "\",\"output_index\":" + i + ",\"delta\":\"{\\\"n\\\":" + i + "}\"}");
		}
		for (int i = 1; i >= 0; i--) {
			payloads.add(done(i, "{\"id\":\"c" + i + "\",\"type\":\"function_call\",\"call_id\":\"call_0\",\"name\":\"f"
					+ i + "\",\"arguments\":\"{\\\"n\\\":" + i + "}\"}"));
		}
		payloads.add(completed());
		List<ToolCall> calls = read(payloads.toArray(String[]::new)).message().toolCalls();
		assertThat(calls).extracting((call) -> call.name() + call.arguments())
			.containsExactly("f0{\"n\":0}", "f1{\"n\":1}");
		assertThat(calls).extracting(ToolCall::id).doesNotHaveDuplicates();
	}

	@Test
	@DisplayName("G35 a call without arguments has empty ones")
	void shouldReadCallWithoutArguments() {
		for (String arguments : List.of("\"\"", "null", "\"{}\"")) {
			String call = "{\"id\":\"a\",\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":"
					+ arguments + "}";
			assertThat(read(done(0, call), completed(call)).message().toolCalls()).extracting(ToolCall::arguments)
				.containsExactly("{}");
		}
	}

	@Test
	void shouldReadFactsOfResponse() {
		ChatResponse response = model(server(Response.json(200, wholeAnswer()).with(Map.of("x-request-id", "req_9"))))
			.call(REQUEST)
			.block(TIMEOUT);
		assertThat(response.llmOutput().requestId()).isEqualTo("req_9");
		assertThat(response.llmOutput().details()).containsEntry("service_tier", "default");
	}

}
