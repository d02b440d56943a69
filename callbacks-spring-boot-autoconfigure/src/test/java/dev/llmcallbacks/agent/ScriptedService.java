package dev.llmcallbacks.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Server that gives one answer after the other, and refuses a request in which an earlier
 * answer has not come back as it was sent, or the call of a tool has no result.
 */
final class ScriptedService implements AutoCloseable {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private final HttpServer server;

	private final List<Answer> answers;

	private final List<JsonNode> requests = new CopyOnWriteArrayList<>();

	private final Function<HttpExchange, @Nullable String> gate;

	/**
	 * Create a service.
	 * @param answers the answers, in their order
	 * @param gate returns why a request is refused by its address and headers,
	 * {@code null} if it is not
	 */
	ScriptedService(List<Answer> answers, Function<HttpExchange, @Nullable String> gate) {
		this.answers = answers;
		this.gate = gate;
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		this.server.createContext("/", this::answer);
		this.server.start();
	}

	String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	List<JsonNode> requests() {
		return this.requests;
	}

	private void answer(HttpExchange exchange) throws IOException {
		JsonNode request = MAPPER.readTree(exchange.getRequestBody().readAllBytes());
		int round = this.requests.size();
		this.requests.add(request);
		String refused = this.gate.apply(exchange);
		String complaint = (refused != null) ? refused : complaint(request, round);
		boolean stream = complaint == null && request.path("stream").asBoolean();
		String text = (complaint != null) ? MAPPER.writeValueAsString(MAPPER.createObjectNode()
			.set("error", MAPPER.createObjectNode().put("type", "invalid_request_error").put("message", complaint)))
				: stream ? this.answers.get(round).stream() : this.answers.get(round).whole();
		byte[] body = text.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", stream ? "text/event-stream" : "application/json");
		exchange.getResponseHeaders().set("X-Request-Id", "req-" + (round + 1));
		exchange.sendResponseHeaders((complaint != null) ? 400 : 200, body.length);
		exchange.getResponseBody().write(body);
		exchange.close();
	}

	private @Nullable String complaint(JsonNode request, int round) {
		if (round >= this.answers.size()) {
			return "too many rounds";
		}
		List<JsonNode> expected = new ArrayList<>();
		this.answers.subList(0, round).forEach((answer) -> expected.addAll(answer.next()));
		List<JsonNode> sent = new ArrayList<>();
		JsonNode messages = request.has("input") ? request.path("input") : request.path("messages");
		messages.forEach((message) -> {
			if (!message.path("role").asString().equals("system")) {
				sent.add(message);
			}
		});
		return sent.subList(1, sent.size()).equals(expected) ? null : "expected " + expected + " but got " + sent;
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

	/**
	 * Answer of the service.
	 *
	 * @param stream the answer as a stream
	 * @param whole the answer as one object
	 * @param next the messages that must follow in the next request: the answer as it
	 * goes back, and the results
	 */
	record Answer(String stream, String whole, List<JsonNode> next) {

		/**
		 * Create an answer.
		 * @param events the payloads of the stream, line by line
		 * @param whole the object
		 * @param next the messages, line by line
		 * @return the answer
		 */
		static Answer of(String events, String whole, String next) {
			StringBuilder stream = new StringBuilder();
			events.lines().forEach((event) -> stream.append("data: ").append(event).append("\n\n"));
			return new Answer(stream.toString(), whole, next.lines().map(MAPPER::readTree).toList());
		}

	}

}
