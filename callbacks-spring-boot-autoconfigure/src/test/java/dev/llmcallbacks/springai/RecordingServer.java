package dev.llmcallbacks.springai;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Server that keeps the bodies of requests and answers all of them alike.
 */
final class RecordingServer implements AutoCloseable {

	private final Queue<String> bodies = new ConcurrentLinkedQueue<>();

	private final HttpServer server;

	private RecordingServer(HttpServer server) {
		this.server = server;
	}

	/** Start a server that refuses requests. */
	static RecordingServer refusing() throws IOException {
		return start(400, "application/json",
				"{\"error\":{\"type\":\"invalid_request_error\",\"message\":\"recorded\"}}");
	}

	/** Start a server that answers with a stream of server-sent events. */
	static RecordingServer streaming(String events) throws IOException {
		return start(200, "text/event-stream", events);
	}

	private static RecordingServer start(int status, String contentType, String answer) throws IOException {
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		RecordingServer recorder = new RecordingServer(server);
		server.createContext("/", (exchange) -> recorder.answer(exchange, status, contentType, answer));
		server.start();
		return recorder;
	}

	private void answer(HttpExchange exchange, int status, String contentType, String answer) throws IOException {
		this.bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
		byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().add("Content-Type", contentType);
		exchange.sendResponseHeaders(status, bytes.length);
		exchange.getResponseBody().write(bytes);
		exchange.close();
	}

	String url() {
		return "http://localhost:" + this.server.getAddress().getPort();
	}

	int size() {
		return this.bodies.size();
	}

	/** The last body. */
	JsonNode last() {
		return this.bodies.stream()
			.reduce((former, latter) -> latter)
			.map(JsonMapper.shared()::readTree)
			.orElseThrow(() -> new AssertionError("Nothing was sent"));
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
