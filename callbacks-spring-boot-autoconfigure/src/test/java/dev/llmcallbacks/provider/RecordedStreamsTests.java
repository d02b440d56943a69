package dev.llmcallbacks.provider;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.provider.SocketServer.Ending;
import dev.llmcallbacks.provider.SocketServer.Response;
import dev.llmcallbacks.provider.anthropic.AnthropicChatModel;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Plays what real services sent, where recordings of it are to be had: in the folder that
 * the system property {@code llm.streams} names.
 */
class RecordedStreamsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final Set<String> HOP_HEADERS = Set.of("content-length", "transfer-encoding", "content-encoding",
			"connection");

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	@TestFactory
	@DisplayName("G26 G27 every recorded stream is read as it was sent")
	Stream<DynamicTest> shouldReadRecordedStreams() throws IOException {
		List<Path> files = new ArrayList<>();
		for (String folder : List.of("openai", "anthropic", "compatible", "errors")) {
			files.addAll(files(folder, ".sse"));
		}
		return files.stream().map((file) -> DynamicTest.dynamicTest(name(file), () -> playStream(file)));
	}

	@TestFactory
	@DisplayName("G28 every recorded error body becomes a typed exception")
	Stream<DynamicTest> shouldReadRecordedErrors() throws IOException {
		return files("errors", ".body").stream()
			.map((file) -> DynamicTest.dynamicTest(name(file), () -> playError(file)));
	}

	private static List<Path> files(String folder, String ending) throws IOException {
		Path streams = Path.of(System.getProperty("llm.streams", "../../shared/streams"));
		Assumptions.assumeTrue(Files.isDirectory(streams), () -> "No recorded streams in " + streams.toAbsolutePath());
		try (Stream<Path> files = Files.list(streams.resolve(folder))) {
			return files.filter((file) -> file.toString().endsWith(ending)).sorted().toList();
		}
	}

	private static String name(Path file) {
		return file.getParent().getFileName() + "/" + file.getFileName();
	}

	private static JsonNode description(Path file) throws IOException {
		return MAPPER.readTree(Files
			.readAllBytes(file.resolveSibling(file.getFileName().toString().replaceAll("\\.[a-z]+$", ".json"))));
	}

	private void playStream(Path file) throws IOException {
		JsonNode description = description(file);
		JsonNode expected = description.path("expected");
		boolean anthropic = description.path("api").asString().equals("anthropic");
		byte[] bytes = Files.readAllBytes(file);
		for (List<byte[]> pieces : List.of(List.of(bytes), SocketServer.singleBytes(bytes))) {
			Response response = new Response(200, Map.of("Content-Type", "text/event-stream"), pieces, Ending.CLEAN);
			try (SocketServer server = SocketServer.answering(response)) {
				check(expected, anthropic, model(anthropic, server));
			}
		}
	}

	private static ChatModel model(boolean anthropic, SocketServer server) {
		ChatOptions options = ChatOptions.builder().model("some-model").build();
		return anthropic ? AnthropicChatModel.builder().baseUrl(server.url()).defaultOptions(options).build()
				: OpenAiChatModel.builder().baseUrl(server.url()).defaultOptions(options).build();
	}

	private void check(JsonNode expected, boolean anthropic, ChatModel model) {
		List<ChatChunk> chunks = new ArrayList<>();
		AtomicReference<Throwable> error = new AtomicReference<>();
		model.stream(new ChatRequest(List.of(new HumanMessage("Hello"))))
			.doOnNext(chunks::add)
			.doOnError(error::set)
			.onErrorComplete()
			.blockLast(TIMEOUT);
		new RecordedExpectation(expected, anthropic).check(ProviderFixture.answer(chunks), error.get());
	}

	private static @Nullable String text(JsonNode node, String name) {
		JsonNode value = node.path(name);
		return (value.isString() || value.isNumber()) ? value.asString() : null;
	}

	private void playError(Path file) throws IOException {
		JsonNode description = description(file);
		JsonNode expected = description.path("expected");
		Map<String, String> headers = new TreeMap<>();
		description.path("http").path("headers").properties().forEach((header) -> {
			if (!HOP_HEADERS.contains(header.getKey())) {
				headers.put(header.getKey(), header.getValue().asString());
			}
		});
		Response response = new Response(expected.path("status").asInt(), headers, List.of(Files.readAllBytes(file)),
				Ending.CLEAN);
		boolean anthropic = file.getFileName().toString().startsWith("anthropic");
		try (SocketServer server = SocketServer.answering(response)) {
			AtomicReference<Throwable> error = new AtomicReference<>();
			model(anthropic, server).stream(new ChatRequest(List.of(new HumanMessage("Hello"))))
				.doOnError(error::set)
				.onErrorComplete()
				.blockLast(TIMEOUT);
			assertThat(error.get()).isInstanceOf(ChatModelException.class);
			ProviderError said = ((ChatModelException) error.get()).getProviderError();
			assertThat(said.status()).isEqualTo(expected.path("status").asInt());
			assertThat(said.message()).isEqualTo(text(expected, "message"));
			assertThat(said.code()).isEqualTo(text(expected, "code"));
			assertThat(said.type()).isEqualTo(text(expected, "errorType"));
			String seconds = text(expected, "retryAfter");
			assertThat(said.retryAfter())
				.isEqualTo((seconds != null) ? Duration.ofSeconds(Long.parseLong(seconds)) : null);
		}
	}

}
