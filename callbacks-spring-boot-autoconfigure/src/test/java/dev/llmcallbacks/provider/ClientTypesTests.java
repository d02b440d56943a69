package dev.llmcallbacks.provider;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.reactive.function.client.WebClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.ToolChoice;
import dev.llmcallbacks.provider.SocketServer.Response;
import dev.llmcallbacks.wire.AimockProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compiles request bodies of all protocols as values of the types that the providers' own
 * clients declare for them.
 */
class ClientTypesTests {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	/**
	 * Transcripts with values that the clients declare for answers and not for requests,
	 * or not at all.
	 */
	private static final Set<String> UNDECLARED = Set.of("anthropic/citations.sse", "anthropic/paused.sse",
			"anthropic/unknown-kinds.sse", "responses/unknown-kinds.sse");

	@TempDir
	private Path folder;

	@Test
	@DisplayName("the types of the providers' own clients accept the request bodies of all protocols")
	void shouldWriteBodiesThatTheOfficialClientsAccept() throws IOException, InterruptedException {
		Path modules = AimockProcess.install();
		List<Body> bodies = new ArrayList<>();
		bodies.addAll(options());
		bodies.addAll(media());
		bodies.addAll(continuations());
		assertThat(bodies).extracting(Body::protocol).contains(Protocol.values());
		assertThat(bodies).hasSizeGreaterThan(80);
		Checked checked = check(modules, bodies);
		assertThat(checked.exitValue()).as(checked.said()).isZero();
		assertThat(checked.said()).contains(bodies.size() + " bodies, 0 differences");
	}

	@ParameterizedTest
	@EnumSource(Protocol.class)
	@DisplayName("the types of the providers' own clients refuse a member that they do not have")
	void shouldNoticeUnknownMember(Protocol protocol) throws IOException, InterruptedException {
		Path modules = AimockProcess.install();
		ObjectNode body = (ObjectNode) sent(protocol, new ChatRequest(List.of(new HumanMessage("Hi"))));
		Checked checked = check(modules,
				List.of(new Body("right", protocol, body), new Body("wrong", protocol, body.deepCopy().put("x", 1))));
		assertThat(checked.exitValue()).as(checked.said()).isOne();
		assertThat(checked.said()).contains("wrong: ").doesNotContain("right: ");
	}

	private static List<Body> options() {
		List<Body> bodies = new ArrayList<>();
		OptionRequestTests.fields().map((arguments) -> arguments.get()).forEach((arguments) -> {
			Protocol protocol = (Protocol) arguments[0];
			bodies.add(new Body("option " + arguments[2], protocol,
					sent(protocol, OptionRequestTests.request((ChatOptions) arguments[1]))));
		});
		for (Protocol protocol : Protocol.values()) {
			List<ChatOptions.Builder> all = new ArrayList<>(
					Stream.of(ToolChoice.AUTO, ToolChoice.NONE, ToolChoice.REQUIRED, ToolChoice.tool("weather"))
						.map((choice) -> ChatOptions.builder().toolChoice(choice))
						.toList());
			all.add(ChatOptions.builder().maxTokens(9));
			// Anthropic's client no longer declares what newer models refuse
			if (protocol != Protocol.ANTHROPIC) {
				all.add(ChatOptions.builder().temperature(0.5).topP(0.5));
			}
			for (ChatOptions.Builder each : all) {
				ChatOptions options = each.build();
				bodies
					.add(new Body("option " + options, protocol, sent(protocol, OptionRequestTests.request(options))));
			}
		}
		return bodies;
	}

	private static List<Body> media() {
		List<Body> bodies = new ArrayList<>();
		MediaRequestTests.accepted().map((arguments) -> arguments.get()).forEach((arguments) -> {
			Protocol protocol = (Protocol) arguments[0];
			Media media = (Media) arguments[1];
			List<ChatMessage> messages = new ArrayList<>(
					List.of(new SystemMessage("Be brief"), new HumanMessage("Look", List.of(media))));
			// Results with media are for other servers than OpenAI's own
			if (protocol != Protocol.CHAT_COMPLETIONS) {
				messages.addAll(MediaRequestTests.conversation(media));
			}
			bodies.add(new Body("media " + media, protocol, RoundTrip.sent(protocol, messages)));
		});
		return bodies;
	}

	// What providers sent, and what goes back to them with the conversation
	private static List<Body> continuations() {
		return Transcript.own("openai", "responses", "anthropic")
			.stream()
			.filter((transcript) -> isComplete(transcript) && !UNDECLARED.contains(transcript.name()))
			.map((transcript) -> new Body("continued " + transcript.name(), transcript.protocol(),
					RoundTrip.sentBack(transcript.protocol(), transcript.response(List.of(transcript.body())))))
			.toList();
	}

	private static boolean isComplete(Transcript transcript) {
		JsonNode expected = transcript.expected();
		return expected.path("status").asString("").equals("completed") || (expected.path("finishReason").isString()
				&& (!transcript.stream() || expected.path("stream").path("endsCleanly").asBoolean(false)));
	}

	private static JsonNode sent(Protocol protocol, ChatRequest request) {
		try (SocketServer server = SocketServer.answering(Response.json(500, "{}"))) {
			protocol.model(server.url(), WebClient.builder())
				.stream(request)
				.onErrorComplete()
				.blockLast(ProviderFixture.TIMEOUT);
			return MAPPER.readTree(server.requests().get(0).body());
		}
	}

	private Checked check(Path modules, List<Body> bodies) throws IOException, InterruptedException {
		Path file = this.folder.resolve("bodies.json");
		Files.writeString(file, MAPPER.writeValueAsString(bodies));
		Process process = new ProcessBuilder("node", "src/test/peers/check-types.mjs", modules.toString(),
				file.toString())
			.redirectErrorStream(true)
			.start();
		String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		return new Checked(process.exitValue(), said);
	}

	record Body(String name, Protocol protocol, JsonNode body) {

	}

	record Checked(int exitValue, String said) {

	}

}
