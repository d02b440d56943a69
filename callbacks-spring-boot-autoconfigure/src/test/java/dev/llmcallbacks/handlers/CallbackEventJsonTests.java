package dev.llmcallbacks.handlers;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.codec.ServerSentEvent;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link CallbackEventJson} and {@link CallbackEventSse}.
 */
class CallbackEventJsonTests {

	private final Run run = SampleEvents.run(RunType.LLM, "chat", null);

	static List<CallbackEvent> events() {
		return SampleEvents.all();
	}

	@ParameterizedTest
	@MethodSource("events")
	@DisplayName("an event survives being written and read")
	void shouldReadWhatItWrites(CallbackEvent event) {
		String json = CallbackEventJson.write(event);
		assertThat(json).startsWith("{\"event\":\"" + event.getClass().getSimpleName() + "\"")
			.contains("\"version\":1")
			.doesNotContain("\n");
		assertThat(CallbackEventJson.read(json)).usingRecursiveComparison().isEqualTo(event);
	}

	@Test
	@DisplayName("a conversation survives being written and read")
	void shouldReadMessages() {
		List<ChatMessage> messages = List.of(new SystemMessage("Be brief"), new HumanMessage(" Grüße\n🦅 "),
				new AiMessage("Ho", List.of(new ToolCall("c", "t", "{\"a\":1}")), "thinking", Map.of("sig", "s")),
				new ToolMessage("c", "done", true));
		assertThat(CallbackEventJson.readMessages(CallbackEventJson.write(messages))).isEqualTo(messages);
		for (ChatMessage message : messages) {
			assertThat(CallbackEventJson.readMessage(CallbackEventJson.write(message))).isEqualTo(message);
		}
		assertThat(CallbackEventJson.write(new HumanMessage("Hi")))
			.isEqualTo("{\"role\":\"HumanMessage\",\"text\":\"Hi\"}");
	}

	@Test
	@DisplayName("a message has no line breaks and control characters either")
	void shouldEscapeControlCharactersOfMessages() {
		HumanMessage message = new HumanMessage("a\u2028b\u0085c\u007f\u202ed\ud83d");
		String json = CallbackEventJson.write(message);
		assertThat(json).doesNotContain("\u2028", "\u0085", "\u007f", "\u202e", "\ud83d");
		assertThat(CallbackEventJson.readMessage(json)).isEqualTo(message);
		assertThat(CallbackEventJson.readMessages(CallbackEventJson.write(List.of(message)))).containsExactly(message);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "null", "[]", "{}", "17", "{\"event\":\"Unheard\"}", "{\"event\":" })
	@DisplayName("a text that is not an event is an error that says so")
	void shouldRefuseOtherTexts(String json) {
		assertThatIllegalArgumentException().isThrownBy(() -> CallbackEventJson.read(json))
			.withMessageContaining("not the JSON text of an event");
		assertThatIllegalArgumentException().isThrownBy(() -> CallbackEventJson.readMessage(json));
	}

	@Test
	@DisplayName("a property of a later version is ignored")
	void shouldIgnoreUnknownProperties() {
		LlmNewToken token = token("a");
		String later = CallbackEventJson.write(token).replace("\"version\":1", "\"version\":2,\"later\":{\"x\":[1]}");
		assertThat(CallbackEventJson.read(later)).isEqualTo(token);
	}

	@ParameterizedTest
	@ValueSource(strings = { " ", "\n", " token", "\n\n  ", "a\r\nb", "🦅" })
	@DisplayName("a server-sent event keeps the blanks and line breaks of a token")
	void shouldKeepBlanks(String text) {
		ServerSentEvent<String> event = CallbackEventSse.from(token(text));
		assertThat(event.event()).isEqualTo("LlmNewToken");
		assertThat(event.id()).isEqualTo(this.run.id().toString());
		assertThat(event.data()).startsWith("{").doesNotContain("\n", "\r");
		assertThat(CallbackEventJson.read(event.data())).isEqualTo(token(text));
	}

	private LlmNewToken token(String text) {
		return new LlmNewToken(this.run, SampleEvents.AT, text, 0, ChatChunk.text(text));
	}

}
