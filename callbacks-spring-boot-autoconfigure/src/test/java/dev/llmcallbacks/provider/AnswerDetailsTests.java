package dev.llmcallbacks.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.web.reactive.function.client.WebClient;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.LlmOutput;
import dev.llmcallbacks.provider.SocketServer.Ending;
import dev.llmcallbacks.provider.SocketServer.Response;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * What an answer tells besides its text.
 */
class AnswerDetailsTests {

	private static final String ANNOTATION = "{\"type\":\"url_citation\",\"url\":\"https://ferries.test/\",\"title\":\"Ferries\",\"start_index\":0,\"end_index\":5}";

	private static final List<Map<String, Object>> LOGPROBS = List.of(Map.of("token", "Hel", "logprob", -0.5),
			Map.of("token", "lo", "logprob", -0.25));

	private static final String MESSAGE = "{\"id\":\"msg\",\"type\":\"message\",\"role\":\"assistant\",\"status\":\"completed\",\"content\":[{\"type\":\"output_text\",\"text\":\"Hello!\",\"annotations\":["
			+ ANNOTATION
			+ "],\"logprobs\":[{\"token\":\"Hel\",\"logprob\":-0.5},{\"token\":\"lo\",\"logprob\":-0.25}]}]}";

	private static List<ChatChunk> chunks(Protocol protocol, Response response) {
		try (SocketServer server = SocketServer.answering(response)) {
			return protocol.model(server.url(), WebClient.builder())
				.stream(ProviderFixture.REQUEST)
				.collectList()
				.block(ProviderFixture.TIMEOUT);
		}
	}

	@Test
	@DisplayName("the rate limits that are left, and the id of the request, are in the output")
	void shouldReadRateLimits() {
		String body = "{\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],\"service_tier\":\"flex\"}";
		Response response = new Response(200,
				Map.of("Content-Type", "application/json", "x-request-id", "req-1", "X-RateLimit-Remaining-Requests",
						"41", "x-ratelimit-reset-tokens", "6ms", "x-ratelimit-long", "x".repeat(200)),
				List.of(body.getBytes()), Ending.CLEAN);
		LlmOutput output = ProviderFixture.answer(chunks(Protocol.CHAT_COMPLETIONS, response)).llmOutput();
		assertThat(output.requestId()).isEqualTo("req-1");
		assertThat(output.details()).isEqualTo(Map.of("service_tier", "flex", "rate_limits",
				Map.of("x-ratelimit-remaining-requests", "41", "x-ratelimit-reset-tokens", "6ms")));
	}

	@Test
	@DisplayName("log probabilities and annotations are in the chunks' details, and joined in the generation's")
	void shouldReadLogprobsAndAnnotations() {
		List<ChatChunk> chunks = chunks(Protocol.CHAT_COMPLETIONS, RoundTrip.stream(
				"{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"},\"logprobs\":{\"content\":[{\"token\":\"Hel\",\"logprob\":-0.5}],\"refusal\":null}}]}",
				"{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"lo\",\"annotations\":[{\"type\":\"url_citation\"},null]},\"logprobs\":{\"content\":[{\"token\":\"lo\",\"logprob\":-0.25}]}}]}",
				"{\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]}", "[DONE]"));
		assertThat(chunks.get(0).details()).containsKey("logprobs");
		ChatGeneration generation = ProviderFixture.answer(chunks).generations().get(0);
		assertThat(generation.text()).isEqualTo("Hello");
		assertThat(generation.details().get("logprobs"))
			.isEqualTo(List.of(Map.of("token", "Hel", "logprob", -0.5), Map.of("token", "lo", "logprob", -0.25)));
		assertThat(generation.details().get("annotations")).isEqualTo(List.of(Map.of("type", "url_citation")));
		assertThat(generation.message().details()).isEmpty();
	}

	@Test
	@DisplayName("log probabilities and annotations of the Responses API are in the chunks' details, and joined in the generation's")
	void shouldReadLogprobsAndAnnotationsOfResponses() {
		List<ChatChunk> chunks = chunks(Protocol.RESPONSES, RoundTrip.stream(
				"{\"type\":\"response.created\",\"response\":{\"id\":\"r\",\"model\":\"m\",\"status\":\"in_progress\",\"output\":[]}}",
				responsesDelta("Hel", "{\"token\":\"Hel\",\"logprob\":-0.5}"),
				responsesDelta("lo", "{\"token\":\"lo\",\"logprob\":-0.25},null"), responsesDelta("!", ""),
				"{\"type\":\"response.output_text.annotation.added\",\"output_index\":0,\"content_index\":0,\"annotation_index\":0,\"annotation\":"
						+ ANNOTATION + "}",
				"{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":" + MESSAGE + "}",
				"{\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"model\":\"m\",\"status\":\"completed\",\"output\":["
						+ MESSAGE + "]}}"));
		assertThat(chunks).extracting(ChatChunk::text, ChatChunk::details)
			.contains(tuple("Hel", Map.of("logprobs", List.of(LOGPROBS.get(0)))),
					tuple("lo", Map.of("logprobs", List.of(LOGPROBS.get(1)))), tuple("!", Map.of()),
					tuple("", Map.of("annotations", List.of(JsonCursor.valueOf(ANNOTATION)))));
		assertGenerationOfResponses(chunks);
	}

	@Test
	@DisplayName("what the Responses API does not stream of them is taken from the complete message")
	void shouldReadLogprobsAndAnnotationsOfCompleteMessage() {
		String response = "{\"id\":\"r\",\"model\":\"m\",\"object\":\"response\",\"status\":\"completed\",\"output\":["
				+ MESSAGE + "]}";
		assertGenerationOfResponses(chunks(Protocol.RESPONSES, Response.json(200, response)));
		assertGenerationOfResponses(chunks(Protocol.RESPONSES,
				RoundTrip.stream(responsesDelta("Hello!", ""),
						"{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":" + MESSAGE + "}",
						"{\"type\":\"response.completed\",\"response\":" + response + "}")));
	}

	private static String responsesDelta(String text, String logprobs) {
		return "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"%s\",\"logprobs\":[%s]}"
			.formatted(text, logprobs);
	}

	private static void assertGenerationOfResponses(List<ChatChunk> chunks) {
		ChatGeneration generation = ProviderFixture.answer(chunks).generations().get(0);
		assertThat(generation.text()).isEqualTo("Hello!");
		assertThat(generation.details()).containsEntry("logprobs", LOGPROBS)
			.containsEntry("annotations", List.of(JsonCursor.valueOf(ANNOTATION)));
		assertThat(generation.message().details()).containsOnlyKeys("origin", "content");
	}

	@Test
	@DisplayName("citations of Claude are in the chunks' details, and joined in the generation's; the tier is in the output")
	void shouldReadCitations() {
		String start = "{\"type\":\"message_start\",\"message\":{\"type\":\"message\",\"id\":\"m\",\"model\":\"c\",\"content\":[],\"usage\":{\"input_tokens\":1,\"service_tier\":\"priority\"}}}";
		List<String> events = new ArrayList<>(List.of(start,
				"{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\",\"citations\":[]}}",
				"{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"citations_delta\",\"citation\":{\"cited_text\":\"a\"}}}",
				"{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"}}",
				"{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"citations_delta\",\"citation\":{\"cited_text\":\"b\"}}}",
				"{\"type\":\"content_block_stop\",\"index\":0}",
				"{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":1}}",
				"{\"type\":\"message_stop\"}"));
		List<ChatChunk> chunks = chunks(Protocol.ANTHROPIC, RoundTrip.stream(events.toArray(String[]::new)));
		assertThat(chunks).filteredOn((chunk) -> chunk.details().containsKey("citations")).hasSize(2);
		ChatResponse answer = ProviderFixture.answer(chunks);
		assertThat(answer.llmOutput().details()).containsEntry("service_tier", "priority");
		ChatGeneration generation = answer.generations().get(0);
		assertThat(generation.details().get("citations"))
			.isEqualTo(List.of(Map.of("cited_text", "a"), Map.of("cited_text", "b")));
		assertThat(generation.message().details()).doesNotContainKey("citations").containsKey("content");
		String whole = "{\"type\":\"message\",\"id\":\"m\",\"model\":\"c\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\",\"citations\":[{\"cited_text\":\"a\"}]}],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}";
		assertThat(ProviderFixture.answer(chunks(Protocol.ANTHROPIC, Response.json(200, whole)))
			.generations()
			.get(0)
			.details()
			.get("citations")).isEqualTo(List.of(Map.of("cited_text", "a")));
	}

}
