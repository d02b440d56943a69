package dev.llmcallbacks.provider;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads event streams that say for each sequence of bytes which events it holds: cases of
 * our own and, where the folder of recordings exists, those that are kept there.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">WHATWG
 * HTML, server-sent events</a>
 */
class SseConformanceTests {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	static List<Case> cases() {
		return Stream.of(Transcript.own(), Transcript.recorded())
			.map((folder) -> folder.resolve("sse-conformance.json"))
			.filter(Files::exists)
			.flatMap((file) -> read(file).stream())
			.toList();
	}

	private static List<Case> read(Path file) {
		try {
			List<Case> cases = new ArrayList<>();
			MAPPER.readTree(Files.readAllBytes(file)).path("cases").forEach((node) -> cases.add(Case.of(node)));
			return cases;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@ParameterizedTest
	@MethodSource("cases")
	@DisplayName("G27 the conformance cases give the events that they must, however they are cut")
	void shouldReadEventsWhenBytesAreCutAnywhere(Case conformance) {
		check(conformance, List.of(conformance.bytes()), "in one piece");
		check(conformance, conformance.pieces(), "in the pieces of the case");
		check(conformance, SocketServer.singleBytes(conformance.bytes()), "byte by byte");
		long seed = System.nanoTime();
		Random random = new Random(seed);
		for (int round = 0; round < 50; round++) {
			check(conformance, SocketServer.randomPieces(conformance.bytes(), random),
					"seed " + seed + ", round " + round);
		}
	}

	private static void check(Case conformance, List<byte[]> pieces, String how) {
		List<String> events = new ArrayList<>();
		SseReader[] reader = new SseReader[1];
		reader[0] = new SseReader(
				(type, data, offset, length) -> events.add(type + "|"
						+ new String(data, offset, length, StandardCharsets.UTF_8) + "|" + reader[0].lastEventId()),
				10_000);
		pieces.forEach((piece) -> reader[0]
			.feed(DefaultDataBufferFactory.sharedInstance.wrap(Arrays.copyOf(piece, piece.length))));
		assertThat(events).as(how).isEqualTo(conformance.events());
		if (conformance.node().has("retry")) {
			assertThat(reader[0].retry()).as(how).isEqualTo(conformance.node().path("retry").asLong());
		}
		if (conformance.node().has("lastEventId")) {
			assertThat(reader[0].lastEventId()).as(how).isEqualTo(conformance.node().path("lastEventId").asString());
		}
	}

	/**
	 * One case.
	 *
	 * @param node the whole of it
	 * @param bytes the stream
	 * @param pieces the stream as it is to be cut, in one piece unless the case says
	 * @param events the type, data and last id of each event
	 */
	record Case(JsonNode node, byte[] bytes, List<byte[]> pieces, List<String> events) {

		static Case of(JsonNode node) {
			byte[] bytes = node.has("bytes") ? utf8(node.path("bytes")) : base64(node.path("bytesBase64"));
			List<byte[]> pieces = new ArrayList<>();
			node.path("chunks").forEach((chunk) -> pieces.add(utf8(chunk)));
			node.path("chunksBase64").forEach((chunk) -> pieces.add(base64(chunk)));
			List<String> events = new ArrayList<>();
			node.path("events")
				.forEach((event) -> events.add(event.path("event").asString() + "|" + event.path("data").asString()
						+ "|" + event.path("lastEventId").asString()));
			return new Case(node, bytes, pieces.isEmpty() ? List.of(bytes) : pieces, events);
		}

		private static byte[] utf8(JsonNode text) {
			return text.asString().getBytes(StandardCharsets.UTF_8);
		}

		private static byte[] base64(JsonNode text) {
			return Base64.getDecoder().decode(text.asString());
		}

		@Override
		public String toString() {
			return this.node.path("name").asString();
		}

	}

}
