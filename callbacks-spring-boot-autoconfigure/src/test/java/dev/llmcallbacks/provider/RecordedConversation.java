package dev.llmcallbacks.provider;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.provider.SocketServer.Ending;
import dev.llmcallbacks.provider.SocketServer.Response;

/**
 * Round of a recorded conversation with a real service: an answer, and the request with
 * which another client continued the conversation. They lie in the folder that the system
 * property {@code llm.conversations} names, which need not exist.
 *
 * @param name the conversation, and the number of the round
 * @param protocol the protocol
 * @param answer the answer
 * @param stream whether the answer is streamed
 * @param next the next request
 * @param mustHold what must hold of the next request
 */
record RecordedConversation(String name, Protocol protocol, byte[] answer, boolean stream, JsonNode next,
		List<JsonNode> mustHold) {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private static final Map<String, Protocol> PROTOCOLS = Map.of("openai-chat-completions", Protocol.CHAT_COMPLETIONS,
			"openai-responses", Protocol.RESPONSES, "anthropic-messages", Protocol.ANTHROPIC);

	static List<RecordedConversation> all() {
		Path root = Path.of(System.getProperty("llm.conversations", "../../shared/conversations"));
		if (!Files.isDirectory(root)) {
			return List.of();
		}
		try (Stream<Path> folders = Files.list(root)) {
			return folders.filter(Files::isDirectory).sorted().flatMap(RecordedConversation::rounds).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Stream<RecordedConversation> rounds(Path folder) {
		JsonNode note = MAPPER.readTree(bytes(folder.resolve(folder.getFileName() + ".json")));
		Protocol protocol = PROTOCOLS.get(note.path("protocol").asString());
		List<RecordedConversation> rounds = new ArrayList<>();
		JsonNode all = note.path("rounds");
		for (int i = 1; i < all.size() && protocol != null; i++) {
			JsonNode before = all.path(i - 1);
			List<JsonNode> mustHold = StreamSupport.stream(all.path(i).path("mustHold").spliterator(), false).toList();
			if (!mustHold.isEmpty() && before.path("status").asInt() == 200) {
				rounds.add(new RecordedConversation(folder.getFileName() + " " + i, protocol,
						bytes(folder.resolve(before.path("response").asString())), before.path("stream").asBoolean(),
						MAPPER.readTree(bytes(folder.resolve(all.path(i).path("request").asString()))), mustHold));
			}
		}
		return rounds.stream();
	}

	private static byte[] bytes(Path file) {
		try {
			return Files.readAllBytes(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	Response response() {
		return this.stream ? Response.stream(this.answer)
				: new Response(200, Map.of("Content-Type", "application/json"), List.of(this.answer), Ending.CLEAN);
	}

	@Override
	public String toString() {
		return this.name;
	}

}
