package dev.llmcallbacks.provider;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.springframework.web.reactive.function.client.WebClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.provider.SocketServer.Ending;
import dev.llmcallbacks.provider.SocketServer.Response;

/**
 * Body of a provider's response, and what it must be read as. Those of the class path
 * were written for these tests, one for each form in which providers are known to answer;
 * where the folder exists that the system property {@code llm.streams} names, recordings
 * of real services are added to them.
 *
 * @param name folder and name of the file
 * @param body the body
 * @param stream whether the body is an event stream, else it is sent in one piece
 * @param protocol the protocol
 * @param status the HTTP status
 * @param headers the headers without those of the framing
 * @param expected what it must be read as
 */
record Transcript(String name, byte[] body, boolean stream, Protocol protocol, int status, Map<String, String> headers,
		JsonNode expected) {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private static final Set<String> FRAMING = Set.of("content-length", "transfer-encoding", "content-encoding",
			"connection");

	private static final List<String> ANSWERS = List.of("openai", "anthropic", "compatible", "responses");

	/**
	 * Return all answers, streamed or not, complete, truncated and failing on the way.
	 */
	static List<Transcript> answers() {
		return Stream
			.of(in(own(), ANSWERS, ".sse"), in(own(), ANSWERS, ".body"), in(own(), List.of("errors"), ".sse"),
					in(recorded(), ANSWERS, ".sse"), in(recorded(), List.of("responses"), ".body"),
					in(recorded(), List.of("errors"), ".sse"))
			.flatMap(List::stream)
			.filter((answer) -> answer.status() < 400)
			.toList();
	}

	/**
	 * Return all event streams.
	 */
	static List<Transcript> streams() {
		return answers().stream().filter(Transcript::stream).toList();
	}

	/**
	 * Return all error bodies.
	 */
	static List<Transcript> errors() {
		return Stream.of(in(own(), List.of("errors"), ".body"), in(recorded(), List.of("errors"), ".body"),
				in(recorded(), List.of("responses"), ".body").stream().filter((body) -> body.status() >= 400).toList())
			.flatMap(List::stream)
			.toList();
	}

	/**
	 * Return the answers of some folders that were written for these tests.
	 */
	static List<Transcript> own(String... folders) {
		return Stream.of(".sse", ".body").flatMap((ending) -> in(own(), List.of(folders), ending).stream()).toList();
	}

	/**
	 * Return the folder of the transcripts that were written for these tests.
	 */
	static Path own() {
		URL folder = Objects.requireNonNull(Transcript.class.getResource("/transcripts"), "No transcripts");
		try {
			return Path.of(folder.toURI());
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Return the folder of recordings, which need not exist.
	 */
	static Path recorded() {
		return Path.of(System.getProperty("llm.streams", "../../shared/streams"));
	}

	private static List<Transcript> in(Path root, List<String> folders, String ending) {
		return folders.stream()
			.map(root::resolve)
			.filter(Files::isDirectory)
			.flatMap((folder) -> files(folder, ending).stream())
			.map(Transcript::read)
			.toList();
	}

	private static List<Path> files(Path folder, String ending) {
		try (Stream<Path> files = Files.list(folder)) {
			return files.filter((file) -> file.toString().endsWith(ending)).sorted().toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Transcript read(Path file) {
		String name = file.getFileName().toString();
		boolean stream = name.endsWith(".sse");
		try {
			JsonNode description = MAPPER
				.readTree(Files.readAllBytes(file.resolveSibling(name.replaceAll("\\.[a-z]+$", ".json"))));
			JsonNode expected = description.path("expected");
			return new Transcript(file.getParent().getFileName() + "/" + name, Files.readAllBytes(file), stream,
					protocol(description.path("api").asString(""), name),
					stream ? 200 : expected.path("status").asInt(200), headers(description, stream), expected);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Protocol protocol(String api, String name) {
		if (api.equals("openai-responses")) {
			return Protocol.RESPONSES;
		}
		return (api.equals("anthropic") || name.startsWith("anthropic")) ? Protocol.ANTHROPIC
				: Protocol.CHAT_COMPLETIONS;
	}

	private static Map<String, String> headers(JsonNode description, boolean stream) {
		Map<String, String> headers = new TreeMap<>();
		if (stream) {
			headers.put("content-type", "text/event-stream");
		}
		description.path("http").path("headers").properties().forEach((header) -> {
			if (!FRAMING.contains(header.getKey())) {
				headers.put(header.getKey(), header.getValue().asString());
			}
		});
		return headers;
	}

	Response response(List<byte[]> pieces) {
		return new Response(this.status, this.headers, pieces, Ending.CLEAN);
	}

	ChatModel model(String baseUrl, WebClient.Builder webClientBuilder) {
		return this.protocol.model(baseUrl, webClientBuilder);
	}

	TranscriptExpectation expectation() {
		return new TranscriptExpectation(this.expected, this.protocol);
	}

	@Override
	public String toString() {
		return this.name;
	}

}
