package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.provider.SocketServer.Response;
import dev.llmcallbacks.provider.anthropic.AnthropicChatModel;
import dev.llmcallbacks.provider.openai.OpenAiApi;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;

/**
 * Reads payloads with the models of both providers, without a network. Tests of payloads
 * extend it.
 */
class PayloadFixture {

	static final String START = "{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\","
			+ "\"role\":\"assistant\",\"content\":[],\"model\":\"m\",\"stop_reason\":null,\"usage\":{\"input_tokens\":1}}}";

	static final String END_TURN = "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},"
			+ "\"usage\":{\"output_tokens\":1}}";

	static final String STOP = "{\"type\":\"message_stop\"}";

	private final MemoryExchange exchange = new MemoryExchange();

	private int maxEventSize = 1024 * 1024;

	private int maxAnswerSize = 16 * 1024 * 1024;

	PayloadFixture maxEventSize(int maxEventSize) {
		this.maxEventSize = maxEventSize;
		return this;
	}

	PayloadFixture maxAnswerSize(int maxAnswerSize) {
		this.maxAnswerSize = maxAnswerSize;
		return this;
	}

	ChatModel openAi() {
		return OpenAiChatModel.builder()
			.baseUrl("http://provider.test")
			.webClientBuilder(this.exchange.webClientBuilder())
			.maxEventSize(this.maxEventSize)
			.maxAnswerSize(this.maxAnswerSize)
			.defaultOptions(ChatOptions.builder().model("m").build())
			.build();
	}

	ChatModel responses() {
		return OpenAiChatModel.builder()
			.api(OpenAiApi.RESPONSES)
			.baseUrl("http://provider.test")
			.webClientBuilder(this.exchange.webClientBuilder())
			.maxEventSize(this.maxEventSize)
			.maxAnswerSize(this.maxAnswerSize)
			.defaultOptions(ChatOptions.builder().model("m").build())
			.build();
	}

	ChatModel anthropic() {
		return AnthropicChatModel.builder()
			.baseUrl("http://provider.test")
			.webClientBuilder(this.exchange.webClientBuilder())
			.maxEventSize(this.maxEventSize)
			.maxAnswerSize(this.maxAnswerSize)
			.defaultOptions(ChatOptions.builder().model("m").build())
			.build();
	}

	/**
	 * Return an event of OpenAI's with one choice.
	 * @param choice the fields of the choice
	 */
	static String choice(String choice) {
		return "{\"id\":\"c1\",\"model\":\"m\",\"choices\":[{\"index\":0," + choice + "}]}";
	}

	static String toolCalls(String... calls) {
		return choice("\"delta\":{\"tool_calls\":[" + String.join(",", calls) + "]}");
	}

	static String finish(String reason) {
		return choice("\"delta\":{},\"finish_reason\":\"" + reason + "\"");
	}

	static String blockStart(int index, String block) {
		return "{\"type\":\"content_block_start\",\"index\":" + index + ",\"content_block\":" + block + "}";
	}

	static String blockDelta(int index, String delta) {
		return "{\"type\":\"content_block_delta\",\"index\":" + index + ",\"delta\":" + delta + "}";
	}

	static String blockStop(int index) {
		return "{\"type\":\"content_block_stop\",\"index\":" + index + "}";
	}

	/**
	 * Return an event of the Responses API with a delta.
	 * @param kind the kind of delta
	 * @param index the place of the item
	 * @param delta the delta
	 */
	static String itemDelta(String kind, int index, String delta) {
		return "{\"type\":\"response." + kind + ".delta\",\"output_index\":" + index + ",\"delta\":\"" + delta + "\"}";
	}

	/**
	 * Return the event that completes a response.
	 * @param output the items
	 */
	static String completed(String... output) {
		return "{\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"model\":\"m\",\"status\":\"completed\","
				+ "\"output\":[" + String.join(",", output) + "]}}";
	}

	static String stream(String... payloads) {
		StringBuilder stream = new StringBuilder();
		for (String payload : payloads) {
			stream.append("data: ").append(payload).append("\n\n");
		}
		return stream.toString();
	}

	/**
	 * Set the next response to a stream.
	 * @param body the stream's text
	 */
	PayloadFixture answer(String body) {
		return answer(body.getBytes(StandardCharsets.UTF_8));
	}

	PayloadFixture answer(byte[]... pieces) {
		this.exchange.answer(Response.stream(pieces));
		return this;
	}

	PayloadFixture answerJson(int status, String body, Map<String, String> headers) {
		this.exchange.answer(Response.json(status, body).with(headers));
		return this;
	}

	PayloadFixture answerJson(String body) {
		return answerJson(200, body, Map.of());
	}

	static List<ChatChunk> chunks(ChatModel model) {
		return model.stream(ProviderFixture.REQUEST).collectList().block(ProviderFixture.TIMEOUT);
	}

	static ChatResponse read(ChatModel model) {
		return ProviderFixture.answer(chunks(model));
	}

	static AiMessage message(ChatModel model) {
		return read(model).generations().get(0).message();
	}

	static AiMessage whole(ChatModel model) {
		return model.call(ProviderFixture.REQUEST).block(ProviderFixture.TIMEOUT).generations().get(0).message();
	}

	static ChatModelException failure(ChatModel model) {
		return ProviderFixture.failure(model);
	}

}
