package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.springframework.web.reactive.function.client.WebClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.handlers.CallbackEventJson;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.provider.SocketServer.Request;
import dev.llmcallbacks.provider.SocketServer.Response;

/**
 * Reads an answer, writes it to JSON and reads it again as a store would, continues the
 * conversation, and looks at what the server is sent.
 */
final class RoundTrip {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private RoundTrip() {
	}

	static Response stream(String... payloads) {
		return Response.stream(Stream.of(payloads)
			.map((payload) -> "data: " + payload + "\n\n")
			.collect(Collectors.joining())
			.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Read an answer.
	 */
	static AiMessage read(Protocol protocol, Response response) {
		try (SocketServer server = SocketServer.answering(response)) {
			return read(protocol.model(server.url(), WebClient.builder()));
		}
	}

	private static AiMessage read(ChatModel model) {
		AiMessage answer = ProviderFixture
			.answer(model.stream(ProviderFixture.REQUEST).collectList().block(ProviderFixture.TIMEOUT))
			.generations()
			.get(0)
			.message();
		AiMessage stored = MAPPER.readValue(MAPPER.writeValueAsString(answer), AiMessage.class);
		return (AiMessage) CallbackEventJson.readMessage(CallbackEventJson.write(stored));
	}

	/**
	 * Read an answer, send it back to where it came from, and return the next request.
	 */
	static JsonNode sentBack(Protocol protocol, Response response) {
		try (SocketServer server = SocketServer.answering(response)) {
			ChatModel model = protocol.model(server.url(), WebClient.builder());
			return send(model, server, continued(read(model)));
		}
	}

	/**
	 * Send a conversation, and return the request.
	 */
	static JsonNode sent(Protocol protocol, List<ChatMessage> messages) {
		try (SocketServer server = SocketServer.answering(Response.json(500, "{}"))) {
			return send(protocol.model(server.url(), WebClient.builder()), server, messages);
		}
	}

	private static JsonNode send(ChatModel model, SocketServer server, List<ChatMessage> messages) {
		model.call(new ChatRequest(messages)).onErrorComplete().block(ProviderFixture.TIMEOUT);
		List<Request> requests = server.requests();
		return MAPPER.readTree(requests.get(requests.size() - 1).body());
	}

	/**
	 * Return the conversation with an answer and what comes next: the results of its tool
	 * calls, or another question.
	 */
	static List<ChatMessage> continued(AiMessage answer) {
		List<ChatMessage> messages = new ArrayList<>(List.of(new HumanMessage("Hello"), answer));
		answer.toolCalls().forEach((call) -> messages.add(new ToolMessage(call.id(), "done")));
		if (answer.toolCalls().isEmpty()) {
			messages.add(new HumanMessage("Go on"));
		}
		return messages;
	}

	static JsonNode json(String json) {
		return MAPPER.readTree(json);
	}

}
