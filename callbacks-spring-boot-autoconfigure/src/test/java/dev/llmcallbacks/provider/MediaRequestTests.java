package dev.llmcallbacks.provider;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.web.reactive.function.client.WebClient;
import tools.jackson.databind.JsonNode;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.UnsupportedMediaException;
import dev.llmcallbacks.provider.SocketServer.Response;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Media in the requests of all protocols.
 */
class MediaRequestTests {

	private static final byte[] BYTES = "bytes".getBytes(StandardCharsets.UTF_8);

	private static final String BASE64 = Base64.getEncoder().encodeToString(BYTES);

	private static final URI URL = URI.create("https://files.test/a%20b?x=1");

	private static final Media IMAGE = Media.of("image/png", BYTES);

	private static final Media IMAGE_URL = Media.of("image/webp", URL);

	private static final Media PDF = Media.of("application/pdf", BYTES).named("report.pdf");

	private static final Media PDF_URL = Media.of("application/pdf", URL);

	private static final Media TEXT = Media.of("text/markdown; charset=utf-8",
			"# Grüße".getBytes(StandardCharsets.UTF_8));

	static Stream<Arguments> accepted() {
		return Stream.of(
				Arguments.of(Protocol.CHAT_COMPLETIONS, IMAGE,
						"{'type':'image_url','image_url':{'url':'data:image/png;base64,%s'}}"),
				Arguments.of(Protocol.CHAT_COMPLETIONS, IMAGE_URL,
						"{'type':'image_url','image_url':{'url':'https://files.test/a%%20b?x=1'}}"),
				Arguments.of(Protocol.CHAT_COMPLETIONS, Media.of("audio/x-wav", BYTES),
						"{'type':'input_audio','input_audio':{'data':'%s','format':'wav'}}"),
				Arguments.of(Protocol.CHAT_COMPLETIONS, Media.of("audio/mpeg", BYTES),
						"{'type':'input_audio','input_audio':{'data':'%s','format':'mp3'}}"),
				Arguments.of(Protocol.CHAT_COMPLETIONS, PDF,
						"{'type':'file','file':{'filename':'report.pdf','file_data':'data:application/pdf;base64,%s'}}"),
				Arguments.of(Protocol.CHAT_COMPLETIONS, PDF_URL,
						"{'type':'file','file':{'filename':'file.pdf','file_data':'https://files.test/a%%20b?x=1'}}"),
				Arguments.of(Protocol.RESPONSES, IMAGE,
						"{'type':'input_image','image_url':'data:image/png;base64,%s','detail':'auto'}"),
				Arguments.of(Protocol.RESPONSES, IMAGE_URL,
						"{'type':'input_image','image_url':'https://files.test/a%%20b?x=1','detail':'auto'}"),
				Arguments.of(Protocol.RESPONSES, PDF,
						"{'type':'input_file','filename':'report.pdf','file_data':'data:application/pdf;base64,%s'}"),
				Arguments.of(Protocol.RESPONSES, PDF_URL,
						"{'type':'input_file','file_url':'https://files.test/a%%20b?x=1'}"),
				Arguments.of(Protocol.ANTHROPIC, IMAGE,
						"{'type':'image','source':{'type':'base64','media_type':'image/png','data':'%s'}}"),
				Arguments.of(Protocol.ANTHROPIC, IMAGE_URL,
						"{'type':'image','source':{'type':'url','url':'https://files.test/a%%20b?x=1'}}"),
				Arguments.of(Protocol.ANTHROPIC, PDF,
						"{'type':'document','source':{'type':'base64','media_type':'application/pdf','data':'%s'},"
								+ "'title':'report.pdf'}"),
				Arguments.of(Protocol.ANTHROPIC, PDF_URL,
						"{'type':'document','source':{'type':'url','url':'https://files.test/a%%20b?x=1'}}"),
				Arguments.of(Protocol.ANTHROPIC, TEXT,
						"{'type':'document','source':{'type':'text','media_type':'text/plain','data':'# Grüße'}}"));
	}

	@ParameterizedTest
	@MethodSource("accepted")
	@DisplayName("media are sent in the form that the provider documents, in messages and in results")
	void shouldWriteMedia(Protocol protocol, Media media, String expected) {
		JsonNode part = RoundTrip.json(expected.formatted(BASE64).replace('\'', '"'));
		JsonNode parts = content(protocol, RoundTrip.sent(protocol, List.of(new HumanMessage("Look", List.of(media)))));
		assertThat(parts).hasSize(2);
		assertThat(parts.get(0).path("text").asString()).isEqualTo("Look");
		assertThat(parts.get(1)).isEqualTo(part);
		JsonNode alone = content(protocol, RoundTrip.sent(protocol, List.of(new HumanMessage("", List.of(media)))));
		assertThat(alone).containsExactly(part);
		JsonNode result = resultContent(protocol, RoundTrip.sent(protocol, conversation(media)));
		assertThat(result).hasSize(2);
		assertThat(result.get(0).path("text").asString()).isEqualTo("Here it is");
		assertThat(result.get(1)).isEqualTo(part);
	}

	static List<ChatMessage> conversation(Media media) {
		return List.of(new HumanMessage("Fetch it"), new AiMessage("", List.of(new ToolCall("call_1", "fetch", "{}"))),
				new ToolMessage("call_1", "Here it is", List.of(media)));
	}

	private static JsonNode content(Protocol protocol, JsonNode request) {
		return request.at((protocol == Protocol.RESPONSES) ? "/input/0/content" : "/messages/0/content");
	}

	private static JsonNode resultContent(Protocol protocol, JsonNode request) {
		return switch (protocol) {
			case CHAT_COMPLETIONS -> request.at("/messages/2/content");
			case RESPONSES -> request.at("/input/2/output");
			case ANTHROPIC -> request.at("/messages/2/content/0/content");
		};
	}

	static Stream<Arguments> refused() {
		List<Arguments> cases = new ArrayList<>();
		for (Protocol protocol : Protocol.values()) {
			cases.add(Arguments.of(protocol, Media.of("video/mp4", BYTES)));
			cases.add(Arguments.of(protocol, Media.of("audio/mpeg", URL)));
			cases.add(Arguments.of(protocol, IMAGE.withoutData()));
			cases.add(Arguments.of(protocol, PDF.withoutData()));
		}
		cases.add(Arguments.of(Protocol.CHAT_COMPLETIONS, Media.of("audio/ogg", BYTES)));
		cases.add(Arguments.of(Protocol.RESPONSES, Media.of("audio/wav", BYTES)));
		cases.add(Arguments.of(Protocol.ANTHROPIC, Media.of("audio/wav", BYTES)));
		cases.add(Arguments.of(Protocol.ANTHROPIC, Media.of("image/svg+xml", BYTES)));
		cases.add(Arguments.of(Protocol.ANTHROPIC, Media.of("application/zip", BYTES)));
		cases.add(Arguments.of(Protocol.ANTHROPIC, Media.of("text/plain", URL)));
		return cases.stream();
	}

	@ParameterizedTest
	@MethodSource("refused")
	@DisplayName("what a protocol cannot carry fails before the request, and the failure names both")
	void shouldFailBeforeRequestWhenMediaCannotBeCarried(Protocol protocol, Media media) {
		try (SocketServer server = SocketServer.answering(Response.json(500, "{}"))) {
			ChatModel model = protocol.model(server.url(), WebClient.builder());
			for (List<ChatMessage> messages : List.of(List.<ChatMessage>of(new HumanMessage("Look", List.of(media))),
					conversation(media))) {
				assertThatExceptionOfType(UnsupportedMediaException.class)
					.isThrownBy(() -> model.stream(new ChatRequest(messages)).blockLast(ProviderFixture.TIMEOUT))
					.withMessageContaining(nameOf(protocol))
					.withMessageContaining(media.mediaType())
					.withMessageNotContaining(BASE64)
					.satisfies((ex) -> {
						assertThat(ex.isRetryable()).isFalse();
						assertThat(ex.getMediaType()).isEqualTo(media.mediaType());
						assertThat(ex.getProtocol()).contains(nameOf(protocol));
					});
			}
			assertThat(server.requests()).isEmpty();
		}
	}

	private static String nameOf(Protocol protocol) {
		return switch (protocol) {
			case CHAT_COMPLETIONS -> "Chat Completions";
			case RESPONSES -> "Responses";
			case ANTHROPIC -> "Messages";
		};
	}

	@ParameterizedTest
	@EnumSource(Protocol.class)
	@DisplayName("several media keep their order, and a text of the next message stays its own")
	void shouldKeepOrderOfMedia(Protocol protocol) {
		JsonNode request = RoundTrip.sent(protocol,
				List.of(new HumanMessage("Compare", List.of(IMAGE, IMAGE_URL, PDF)), new HumanMessage("Briefly")));
		assertThat(content(protocol, request)).hasSize(4);
		assertThat(content(protocol, request).get(2).toString()).contains("files.test");
		JsonNode next = request.at((protocol == Protocol.RESPONSES) ? "/input/1/content" : "/messages/1/content");
		assertThat(next.asString()).isEqualTo("Briefly");
	}

	@Test
	@DisplayName("a blank text beside media is not sent to Claude, which refuses it")
	void shouldLeaveBlankTextOut() {
		JsonNode request = RoundTrip.sent(Protocol.ANTHROPIC, List.of(new HumanMessage(" \n", List.of(IMAGE))));
		assertThat(request.at("/messages/0/content")).hasSize(1);
	}

}
