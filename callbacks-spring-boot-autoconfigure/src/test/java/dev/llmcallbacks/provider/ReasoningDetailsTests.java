package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.provider.SocketServer.Response;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads answers with OpenRouter's {@code reasoning_details}, sends them back, and looks
 * at what the server is sent.
 */
class ReasoningDetailsTests {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private static JsonNode sentBack(byte[] stream) {
		return sentBack(Response.stream(stream));
	}

	private static JsonNode sentBack(Response response) {
		try (SocketServer server = SocketServer.answering(response)) {
			ChatModel model = OpenAiChatModel.builder()
				.baseUrl(server.url())
				.defaultOptions(ChatOptions.builder().model("m").build())
				.build();
			AiMessage answer = ProviderFixture
				.answer(model.stream(ProviderFixture.REQUEST).collectList().block(ProviderFixture.TIMEOUT))
				.generations()
				.get(0)
				.message();
			model.call(new ChatRequest(List.of(answer))).block(ProviderFixture.TIMEOUT);
			JsonNode request = MAPPER.readTree(server.requests().get(1).body());
			return request.path("messages").path(0).path("reasoning_details");
		}
	}

	private static byte[] stream(String... choices) {
		StringBuilder stream = new StringBuilder();
		for (String choice : choices) {
			stream.append("data: {\"choices\":[").append(choice).append("]}\n\n");
		}
		return stream.append("data: [DONE]\n\n").toString().getBytes(StandardCharsets.UTF_8);
	}

	private static String delta(String pieces) {
		return "{\"delta\":{\"content\":\"\",\"reasoning_details\":[" + pieces + "]}}";
	}

	private static String text(String text) {
		return "{\"type\":\"reasoning.text\",\"text\":\"" + text + "\",\"signature\":null,\"index\":0}";
	}

	@Test
	void shouldSendBackBlocksWhenTheyCameInPieces() {
		JsonNode blocks = sentBack(stream(delta(text("The user")), delta(text(" asks")),
				delta("{\"type\":\"reasoning.text\",\"signature\":\"c2ln\",\"format\":\"f\",\"index\":0}"),
				delta(text("Signed") + "," + text(" no more")), "{\"delta\":{\"content\":\"Hello\"}}",
				delta("{\"type\":\"reasoning.summary\",\"summary\":\"In\",\"index\":1},"
						+ "{\"type\":\"reasoning.summary\",\"summary\":\" short\",\"id\":\"s\",\"index\":1}"),
				delta("{\"type\":\"reasoning.encrypted\",\"data\":\"eA==\",\"index\":1}"),
				delta("{\"type\":\"reasoning.encrypted\",\"data\":\"eQ==\",\"index\":1}"),
				"{\"delta\":{},\"finish_reason\":\"stop\"}", "{\"delta\":{},\"finish_reason\":\"stop\"}"));
		assertThat(blocks).isEqualTo(MAPPER.readTree("""
				[{"type":"reasoning.text","text":"The user asks","signature":"c2ln","format":"f","index":0},
				{"type":"reasoning.text","text":"Signed no more","signature":null,"index":0},
				{"type":"reasoning.summary","summary":"In short","id":"s","index":1},
				{"type":"reasoning.encrypted","data":"eA==","index":1},
				{"type":"reasoning.encrypted","data":"eQ==","index":1}]"""));
	}

	@Test
	void shouldLoseNothingWhenPiecesAreEqual() {
		String choice = "{\"delta\":{\"reasoning\":\"ha\",\"reasoning_details\":[" + text("ha") + "]}}";
		assertThat(sentBack(stream(choice, choice, choice, choice)).path(0).path("text").asString())
			.isEqualTo("hahahaha");
	}

	@Test
	void shouldSendBackBlocksOfWholeAnswer() {
		Response whole = Response.json(200, "{\"choices\":[{\"message\":{\"content\":\"Hello\",\"reasoning_details\":["
				+ text("a") + ",{\"type\":\"reasoning.encrypted\",\"data\":\"eA==\"}]}}]}");
		assertThat(sentBack(whole)).isEqualTo(MAPPER.readTree(
				"""
						[{"type":"reasoning.text","text":"a","signature":null,"index":0},{"type":"reasoning.encrypted","data":"eA=="}]"""));
	}

	@Test
	void shouldSendBackSignedBlockOfTranscript() {
		List<Transcript> transcripts = Transcript.streams()
			.stream()
			.filter((transcript) -> transcript.name().contains("reasoning-details"))
			.toList();
		assertThat(transcripts).isNotEmpty().allSatisfy((transcript) -> {
			JsonNode blocks = sentBack(transcript.body());
			assertThat(blocks).hasSize(1);
			assertThat(blocks.path(0).path("text")).isEqualTo(transcript.expected().path("reasoning"));
			assertThat(blocks.path(0).path("signature").asString()).isBase64();
		});
	}

}
