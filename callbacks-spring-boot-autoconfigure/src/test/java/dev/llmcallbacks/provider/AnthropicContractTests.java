package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.web.reactive.function.client.WebClient;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.provider.SocketServer.Response;
import dev.llmcallbacks.provider.anthropic.AnthropicChatModel;

import static org.assertj.core.api.Assertions.assertThat;

class AnthropicContractTests extends ChatModelContractTests {

	private static final String START = "{\"type\":\"message_start\",\"message\":{\"id\":\"answer_1\",\"type\":\"message\","
			+ "\"role\":\"assistant\",\"content\":[],\"model\":\"test-model-1\",\"stop_reason\":null,\"usage\":"
			+ "{\"input_tokens\":6,\"cache_read_input_tokens\":4,\"cache_creation_input_tokens\":0,\"output_tokens\":1}}}";

	private static final String STOP = "{\"type\":\"message_stop\"}";

	@Override
	String provider() {
		return "anthropic";
	}

	@Override
	ChatModel model(String url, WebClient.Builder webClientBuilder, int maxEventSize, ChatOptions options) {
		return AnthropicChatModel.builder()
			.baseUrl(url)
			.apiKey(KEY)
			.webClientBuilder(webClientBuilder)
			.maxEventSize(maxEventSize)
			.defaultOptions(options)
			.build();
	}

	@Override
	List<String> transcript() {
		return List.of(event(START), event(block(0, "{\"type\":\"text\",\"text\":\"\"}")),
				event(delta(0, "{\"type\":\"text_delta\",\"text\":\"Grüße\"}")), textEvent(" 🦅!"),
				event("{\"type\":\"content_block_stop\",\"index\":0}"),
				event(block(1, "{\"type\":\"tool_use\",\"id\":\"call_1\",\"name\":\"weather\",\"input\":{}}")),
				event(delta(1, "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"city\\\":\"}")),
				event(delta(1, "{\"type\":\"input_json_delta\",\"partial_json\":\"\\\"Köln\\\"}\"}")),
				event("{\"type\":\"content_block_stop\",\"index\":1}"),
				event("{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\",\"stop_sequence\":null},"
						+ "\"usage\":{\"output_tokens\":5}}"),
				event(STOP));
	}

	private static String event(String payload) {
		return "event: whatever\ndata: " + payload + "\n\n";
	}

	private static String block(int index, String block) {
		return "{\"type\":\"content_block_start\",\"index\":" + index + ",\"content_block\":" + block + "}";
	}

	private static String delta(int index, String delta) {
		return "{\"type\":\"content_block_delta\",\"index\":" + index + ",\"delta\":" + delta + "}";
	}

	@Override
	int completeAfter() {
		return 11;
	}

	@Override
	String textEvent(String text) {
		return event(delta(0, "{\"type\":\"text_delta\",\"text\":\"" + text + "\"}"));
	}

	@Override
	String wholeAnswer() {
		return """
				{"id":"answer_1","type":"message","role":"assistant","model":"test-model-1","content":[
				{"type":"text","text":"Grüße 🦅!"},{"type":"tool_use","id":"call_1","name":"weather","input":{"city":"Köln"}}],
				"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":6,"cache_read_input_tokens":4,
				"cache_creation_input_tokens":0,"output_tokens":5}}""";
	}

	private List<ChatChunk> chunks(String... payloads) {
		StringBuilder stream = new StringBuilder();
		for (String payload : payloads) {
			stream.append(event(payload));
		}
		return model(server(Response.stream(stream.toString().getBytes(StandardCharsets.UTF_8)))).stream(REQUEST)
			.collectList()
			.block(TIMEOUT);
	}

	@Test
	void shouldKeepThinkingForSendingBack() {
		ChatGeneration generation = answer(chunks(START, block(0, "{\"type\":\"thinking\",\"thinking\":\"\"}"),
				delta(0, "{\"type\":\"thinking_delta\",\"thinking\":\"Let me\"}"),
				delta(0, "{\"type\":\"thinking_delta\",\"thinking\":\" see\"}"),
				delta(0, "{\"type\":\"signature_delta\",\"signature\":\"sig\"}"),
				"{\"type\":\"content_block_stop\",\"index\":0}",
				block(1, "{\"type\":\"redacted_thinking\",\"data\":\"xyz\"}"),
				"{\"type\":\"content_block_stop\",\"index\":1}", STOP))
			.generations()
			.get(0);
		assertThat(generation.message().reasoning()).isEqualTo("Let me see");
		assertThat(generation.message().details()).containsEntry("origin", "anthropic-messages")
			.containsEntry("content",
					List.of("{\"type\":\"thinking\",\"thinking\":\"Let me see\",\"signature\":\"sig\"}",
							"{\"type\":\"redacted_thinking\",\"data\":\"xyz\"}"));
	}

	@Test
	void shouldPassOverUnknownBlocks() {
		ChatGeneration generation = answer(chunks(START,
				block(0, "{\"type\":\"server_tool_use\",\"id\":\"s\",\"name\":\"web_search\",\"input\":{}}"),
				delta(0, "{\"type\":\"input_json_delta\",\"partial_json\":\"{}\"}"),
				"{\"type\":\"content_block_stop\",\"index\":0}",
				block(1, "{\"type\":\"web_search_tool_result\",\"content\":[{\"text\":\"no\"}]}"),
				"{\"type\":\"content_block_stop\",\"index\":1}", "{\"type\":\"brand_new\",\"delta\":{\"text\":\"no\"}}",
				block(2, "{\"type\":\"text\",\"text\":\"yes\",\"citations\":[]}"),
				delta(2, "{\"type\":\"citations_delta\",\"citation\":{\"cited_text\":\"no\"}}"), STOP))
			.generations()
			.get(0);
		assertThat(generation.text()).isEqualTo("yes");
		assertThat(generation.message().toolCalls()).isEmpty();
	}

	@Test
	void shouldReplaceUsageCountByCount() {
		List<ChatChunk> chunks = chunks(START,
				"{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"stop_sequence\",\"stop_sequence\":\"END\"},"
						+ "\"usage\":{\"input_tokens\":7,\"cache_creation_input_tokens\":2,\"output_tokens\":9}}",
				STOP);
		assertThat(answer(chunks).llmOutput().tokenUsage()).isEqualTo(new TokenUsage(13, 9, 22, 4, 2, 0));
		assertThat(answer(chunks).generations().get(0).details()).containsEntry("stop_sequence", "END");
	}

	@Test
	void shouldMapStopReasons() {
		Map<String, FinishReason> reasons = Map.of("end_turn", FinishReason.STOP, "stop_sequence", FinishReason.STOP,
				"max_tokens", FinishReason.LENGTH, "model_context_window_exceeded", FinishReason.LENGTH, "tool_use",
				FinishReason.TOOL_CALLS, "refusal", FinishReason.CONTENT_FILTER, "pause_turn", FinishReason.PAUSED);
		reasons.forEach((raw, reason) -> {
			ChatGeneration generation = answer(
					chunks(START, "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" + raw + "\"}}", STOP))
				.generations()
				.get(0);
			assertThat(generation.finishReason()).isEqualTo(reason);
			assertThat(generation.rawFinishReason()).isEqualTo(raw);
		});
	}

	@Test
	void shouldTellInputOfToolGivenAtOnce() {
		ChatGeneration generation = answer(
				chunks(START, block(0, "{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":{\"x\":1}}"),
						"{\"type\":\"content_block_stop\",\"index\":0}", STOP))
			.generations()
			.get(0);
		assertThat(generation.message().toolCalls().get(0).parsedArguments()).isEqualTo(Map.of("x", 1));
	}

}
