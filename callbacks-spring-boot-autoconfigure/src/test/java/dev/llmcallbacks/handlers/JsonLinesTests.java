package dev.llmcallbacks.handlers;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.client.EventLog;
import dev.llmcallbacks.client.ScriptedChatModel;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.LlmStart;
import dev.llmcallbacks.event.Text;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link JsonLinesRecorder} and {@link JsonLinesPlayer}.
 */
class JsonLinesTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private final Run run = SampleEvents.run(RunType.CHAIN, "step", null);

	@Test
	void shouldPlayRealRunsWhenTheyWereRecorded(@TempDir Path folder) throws IOException {
		Path file = folder.resolve("runs.jsonl");
		EventLog live = new EventLog();
		EventLog played = new EventLog();
		try (JsonLinesRecorder recorder = JsonLinesRecorder.to(file)) {
			CallbackManager manager = CallbackManager.builder().handlers(live, recorder).build();
			ChatClient client = ChatClient.builder(ScriptedChatModel.of("Hel", "lo")).callbackManager(manager).build();
			Mono<String> chain = manager.run("joke", "Hi", client.prompt("Hi").text());
			Flux.range(0, 50).flatMap((i) -> chain, 50).blockLast(TIMEOUT);
			assertThat(Files.readAllLines(file)).as("flushed after each root run").hasSize(50 * 6);
		}
		JsonLinesPlayer.of(file).play(played).block(TIMEOUT);
		assertThat(byRun(played)).usingRecursiveComparison().isEqualTo(byRun(live));
	}

	private static Map<UUID, List<CallbackEvent>> byRun(EventLog log) {
		return log.events().stream().collect(Collectors.groupingBy((event) -> event.run().id()));
	}

	@Test
	void shouldAddToFileWhenItExists(@TempDir Path folder) throws IOException {
		Path file = folder.resolve("runs.jsonl");
		for (int i = 0; i < 2; i++) {
			try (JsonLinesRecorder recorder = JsonLinesRecorder.to(file, JsonLinesRecorder.Flush.CLOSE)) {
				recorder.onEvent(text("é", 0));
			}
		}
		StepVerifier.create(JsonLinesPlayer.of(file).events().cast(Text.class).map(Text::text))
			.expectNext("é", "é")
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	void shouldFlushAsToldTo() {
		assertThat(flushes(JsonLinesRecorder.Flush.EVENT)).isEqualTo(2);
		assertThat(flushes(JsonLinesRecorder.Flush.ROOT_RUN)).isEqualTo(1);
		assertThat(flushes(JsonLinesRecorder.Flush.CLOSE)).isZero();
	}

	private int flushes(JsonLinesRecorder.Flush flush) {
		int[] flushes = { 0 };
		StringWriter writer = new StringWriter() {

			@Override
			public void flush() {
				flushes[0]++;
			}

		};
		JsonLinesRecorder recorder = JsonLinesRecorder.to(writer, flush);
		recorder.onEvent(text("a", 0));
		recorder.onEvent(new ChainEnd(this.run, SampleEvents.AT, SampleEvents.TOOK, "b"));
		return flushes[0];
	}

	@Test
	void shouldRefuseEventWhenClosed() {
		JsonLinesRecorder recorder = JsonLinesRecorder.to(new StringWriter());
		recorder.close();
		recorder.close();
		assertThatIllegalStateException().isThrownBy(() -> recorder.onEvent(text("a", 0)))
			.withMessage("The recorder is closed");
	}

	@Test
	void shouldNameLineWhenItIsMalformed() {
		String good = EventJson.write(text("a", 0));
		for (String bad : List.of("{\"event\":", "[]", "null", "{}", "{\"event\":\"Unheard\"}", good.substring(9))) {
			StepVerifier.create(JsonLinesPlayer.of(good + "\n\n" + bad + "\n" + good).events())
				.expectNextCount(1)
				.expectErrorSatisfies((ex) -> assertThat(ex).as(bad)
					.isInstanceOf(MalformedRecordingException.class)
					.hasMessageStartingWith("Line 3 of the recording is not an event: ")
					.extracting((malformed) -> ((MalformedRecordingException) malformed).lineNumber())
					.isEqualTo(3L))
				.verify(TIMEOUT);
		}
	}

	@Test
	void shouldAwaitEachHandlerWhenPlaying() {
		Queue<String> calls = new ConcurrentLinkedQueue<>();
		AsyncCallbackHandler slow = AsyncCallbackHandler.on(Text.class,
				(event) -> Mono.delay(Duration.ofMillis(20)).doOnNext((i) -> calls.add("slow " + event.text())).then());
		CallbackHandler blocking = CallbackHandler.on(Text.class,
				(event) -> calls.add("blocking " + event.text() + " on " + thread()));
		JsonLinesPlayer.of(lines(text("a", 0), text("b", 0))).play(slow, blocking).block(TIMEOUT);
		assertThat(calls).containsExactly("slow a", "blocking a on boundedElastic", "slow b",
				"blocking b on boundedElastic");
	}

	private static String thread() {
		return Thread.currentThread().getName().replaceAll("-.*", "");
	}

	@Test
	void shouldTellEachHandlerWhatItListensToWhenPlaying() {
		List<String> prompts = new CopyOnWriteArrayList<>();
		EventLog all = new EventLog();
		CallbackHandler legacy = new CallbackHandler() {

			@Override
			public void onLlmStart(LlmStart event) {
				prompts.addAll(event.prompts());
			}

		};
		JsonLinesPlayer.of(lines(SampleEvents.chatModelStart(this.run))).play(legacy, all).block(TIMEOUT);
		assertThat(prompts).containsExactly("System: Be brief\nHuman: Hi\nAI: Ho\nTool: done");
		assertThat(all.names()).containsExactly("ChatModelStart");
	}

	@Test
	void shouldFailWhenHandlerFailsWhilePlaying() {
		CallbackHandler failing = CallbackHandler.on(Text.class, (event) -> {
			throw new IllegalArgumentException("no");
		});
		Mono<Void> playing = JsonLinesPlayer.of(lines(text("a", 0))).play(failing);
		assertThatIllegalArgumentException().isThrownBy(() -> playing.block(TIMEOUT)).withMessage("no");
	}

	@Test
	void shouldKeepRecordedPaceWhenAskedTo() {
		JsonLinesPlayer player = JsonLinesPlayer.of(lines(text("a", 0), text("b", 150), text("c", 100)));
		List<Long> millis = new CopyOnWriteArrayList<>();
		long start = System.nanoTime();
		CallbackHandler clock = CallbackHandler.on(Text.class,
				(event) -> millis.add(Duration.ofNanos(System.nanoTime() - start).toMillis()));
		player.playAtRecordedPace(clock).block(TIMEOUT);
		assertThat(millis).hasSize(3);
		assertThat(millis.get(1) - millis.get(0)).isGreaterThanOrEqualTo(140);
	}

	private Text text(String text, int millis) {
		Instant at = SampleEvents.AT.plusMillis(millis);
		return new Text(this.run, at, text);
	}

	private static String lines(CallbackEvent... events) {
		StringWriter writer = new StringWriter();
		JsonLinesRecorder recorder = JsonLinesRecorder.to(writer);
		for (CallbackEvent event : events) {
			recorder.onEvent(event);
		}
		recorder.close();
		return writer.toString();
	}

}
