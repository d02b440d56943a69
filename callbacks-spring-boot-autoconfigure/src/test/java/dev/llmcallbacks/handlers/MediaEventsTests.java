package dev.llmcallbacks.handlers;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmStart;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.tool.Tool;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Media of messages in events, and what the handlers make of them.
 */
@ExtendWith(OutputCaptureExtension.class)
class MediaEventsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final String CONTENT = "SECRET-BYTES";

	private static final String BASE64 = Base64.getEncoder().encodeToString(CONTENT.getBytes(StandardCharsets.UTF_8));

	private static final Media IMAGE = Media.of("image/png", CONTENT.getBytes(StandardCharsets.UTF_8)).named("cat.png");

	private static final Media REMOTE = Media.of("application/pdf",
			URI.create("https://files.test/a.pdf?token=SECRET"));

	private final EventRecorder log = new EventRecorder(TIMEOUT);

	@Test
	@DisplayName("handlers receive the media with the message")
	void shouldHandMediaToHandlers() {
		ChatClient client = client();
		client.prompt("What is this?").media(IMAGE).media(REMOTE).text().block(TIMEOUT);
		client.prompt().media(IMAGE).human("What is this?").text().block(TIMEOUT);
		client.prompt("First").human("Second").media(IMAGE).text().block(TIMEOUT);
		client.prompt().system("Be brief").media(IMAGE).text().block(TIMEOUT);
		assertThat(this.log.events(ChatModelStart.class)).extracting(ChatModelStart::messages)
			.extracting((messages) -> messages.get(messages.size() - 1))
			.containsExactly(new HumanMessage("What is this?", List.of(IMAGE, REMOTE)),
					new HumanMessage("What is this?", List.of(IMAGE)), new HumanMessage("Second", List.of(IMAGE)),
					new HumanMessage("", List.of(IMAGE)));
	}

	private ChatClient client() {
		return ChatClient.builder(new ScriptedChatModel(ScriptedAnswer.text("A"))).callbacks(this.log).build();
	}

	@Test
	@DisplayName("the media that a tool returns are in its result, and with the next request")
	void shouldHandMediaOfToolToModel() {
		ScriptedChatModel model = new ScriptedChatModel()
			.answer(ScriptedAnswer.toolCalls(new ToolCall("c", "photo", "{}")), ScriptedAnswer.text("A cat"));
		ChatClient client = ChatClient.builder(model)
			.callbackManager(CallbackManager.builder().handlers(this.log).build())
			.build();
		Tool photo = Tool.of("photo", "Takes a photo", Nothing.class, (input) -> List.of("taken", IMAGE));
		LlmResult result = Agent.builder(client).tools(photo).build().invoke("Take a photo").block(TIMEOUT);
		ToolMessage output = this.log.events(ToolEnd.class).get(0).output();
		assertThat(output.text()).isEqualTo("taken");
		assertThat(output.media()).containsExactly(IMAGE);
		assertThat(result.messages()).contains(output);
		assertThat(Tool.of("photo", "", Nothing.class, (input) -> IMAGE)
			.withManager(CallbackManager.builder().build())
			.call(call())
			.block(TIMEOUT)).isEqualTo(new ToolMessage("c", "", List.of(IMAGE)));
	}

	private static ToolCall call() {
		return new ToolCall("c", "photo", "{}");
	}

	@Test
	@DisplayName("the text of a prompt and the log name type, name and size of media, and nothing else")
	void shouldDescribeMediaInTexts(CapturedOutput output) {
		LoggingCallbackHandler logger = LoggingCallbackHandler.builder()
			.inputs(true)
			.outputs(true)
			.level(EventKind.START, LogLevel.WARN)
			.level(EventKind.END, LogLevel.WARN)
			.build();
		events().forEach(logger::onEvent);
		assertThat(output)
			.contains("Look Media[image/png, 'cat.png', 12 bytes] Media[application/pdf, https://files.test]")
			.contains("taken Media[image/png, 'cat.png', 12 bytes]")
			.doesNotContain("SECRET", BASE64);
		assertThat(LlmStart.of((ChatModelStart) events().get(0)).prompts().get(0))
			.isEqualTo("Human: Look Media[image/png, 'cat.png', 12 bytes] Media[application/pdf, https://files.test]");
		assertThat(events().toString()).doesNotContain("SECRET", BASE64);
	}

	@Test
	@DisplayName("a recording has the description of media, and their bytes only where that was asked for")
	void shouldRecordMediaWithoutBytes(@TempDir Path folder) throws IOException {
		Path file = folder.resolve("events.jsonl");
		try (JsonLinesRecorder recorder = JsonLinesRecorder.to(file)) {
			events().forEach(recorder::onEvent);
		}
		String recording = Files.readString(file);
		assertThat(recording).contains("cat.png", "image/png", "12", "files.test").doesNotContain(BASE64);
		List<CallbackEvent> played = new ArrayList<>();
		JsonLinesPlayer.of(file).events().doOnNext(played::add).blockLast(TIMEOUT);
		assertThat(((ChatModelStart) played.get(0)).messages())
			.containsExactly(new HumanMessage("Look", List.of(IMAGE.withoutData(), REMOTE)));
		for (CallbackEvent event : events()) {
			assertThat(CallbackEventJson.write(event)).doesNotContain(BASE64);
			assertThat(CallbackEventSse.from(event).data()).doesNotContain(BASE64);
			assertThat(CallbackEventJson.read(CallbackEventJson.writeWithMedia(event))).usingRecursiveComparison()
				.isEqualTo(event);
		}
		ChatMessage message = new HumanMessage("Look", List.of(IMAGE));
		assertThat(CallbackEventJson.write(message)).isEqualTo("{\"role\":\"HumanMessage\",\"text\":\"Look\","
				+ "\"media\":[{\"mediaType\":\"image/png\",\"name\":\"cat.png\",\"size\":12}]}");
		assertThat(CallbackEventJson.writeWithMedia(message)).contains(BASE64);
	}

	@Test
	@DisplayName("the bytes of media count towards the size of what is recorded")
	void shouldCountBytesOfMedia() {
		assertThat(SizeEstimate.of(start(Media.of("image/png", new byte[100_000])))).isBetween(100_000L, 110_000L);
	}

	private static List<CallbackEvent> events() {
		Run tool = SampleEvents.run(RunType.TOOL, "photo", null);
		return List.of(start(IMAGE, REMOTE), new ToolStart(tool, SampleEvents.AT, call()),
				new ToolEnd(tool, SampleEvents.AT, SampleEvents.TOOK, new ToolMessage("c", "taken", List.of(IMAGE))));
	}

	private static ChatModelStart start(Media... media) {
		return new ChatModelStart(SampleEvents.run(RunType.LLM, "chat", null), SampleEvents.AT,
				List.of(new HumanMessage("Look", List.of(media))), SampleEvents.request().options(), List.of(),
				"openai");
	}

	record Nothing() {

	}

}
