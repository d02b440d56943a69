package dev.llmcallbacks.handlers;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainError;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.LlmStart;
import dev.llmcallbacks.event.Text;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.RecordedEvent;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link JsonLinesRecorder} and {@link JsonLinesPlayer}.
 */
class JsonLinesTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final Run run = SampleEvents.run(RunType.CHAIN, "step", null);

	@Test
	void shouldPlayRealRunsWhenTheyWereRecorded(@TempDir Path folder) throws IOException {
		Path file = folder.resolve("runs.jsonl");
		EventRecorder live = new EventRecorder();
		EventRecorder played = new EventRecorder();
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

	private static Map<UUID, List<CallbackEvent>> byRun(EventRecorder log) {
		return log.events()
			.stream()
			.map(RecordedEvent::event)
			.collect(Collectors.groupingBy((event) -> event.run().id()));
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
	@DisplayName("G37 a recording contains what the filter shows")
	void shouldRecordWhatTheFilterShows() {
		StringWriter filtered = new StringWriter();
		StringWriter whole = new StringWriter();
		try (JsonLinesRecorder recorder = JsonLinesRecorder.to(filtered)
			.withContentFilter((run, kind, text) -> text.replace("THE-ANSWER", "masked"));
				JsonLinesRecorder other = JsonLinesRecorder.to(whole)) {
			SampleEvents.all().forEach(recorder::onEvent);
			SampleEvents.all().forEach(other::onEvent);
			assertThat(recorder.lostEvents()).isZero();
		}
		assertThat(whole.toString()).contains("THE-ANSWER");
		assertThat(filtered.toString()).contains("masked").doesNotContain("THE-ANSWER");
		List<String> lines = filtered.toString().lines().toList();
		assertThat(lines).hasSameSizeAs(SampleEvents.all())
			.allSatisfy((line) -> assertThat(CallbackEventJson.read(line)).isNotNull());
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
	@DisplayName("S2 a text with half an emoji is recorded, and so is what comes after it, once")
	void shouldRecordUnpairedSurrogates(@TempDir Path folder) throws IOException {
		Path file = folder.resolve("runs.jsonl");
		List<String> texts = List.of("before", "\ud83d", "\ude00x", "a".repeat(9000) + "\ud83d", "é \ud83d\ude00",
				"after");
		StringWriter written = new StringWriter();
		try (JsonLinesRecorder toFile = JsonLinesRecorder.to(file);
				JsonLinesRecorder toWriter = JsonLinesRecorder.to(written)) {
			for (String text : texts) {
				toFile.onEvent(text(text, 0));
				toWriter.onEvent(text(text, 0));
			}
			toFile.onEvent(new CustomEvent(this.run, SampleEvents.AT, "\ud83d", Map.of("\ud83d", "\ude00")));
			assertThat(toFile.lostEvents()).isZero();
		}
		assertThat(played(JsonLinesPlayer.of(file))).containsExactlyElementsOf(texts);
		assertThat(played(JsonLinesPlayer.of(written.toString()))).containsExactlyElementsOf(texts);
		assertThat(Files.readString(file)).contains("é \ud83d\ude00");
	}

	private static List<String> played(JsonLinesPlayer player) {
		return player.events().ofType(Text.class).map(Text::text).collectList().block(TIMEOUT);
	}

	@Test
	@DisplayName("S2 an event that cannot be written is one lost line, which is counted")
	void shouldLoseOnlyTheEventThatCannotBeWritten() {
		StringWriter written = new StringWriter();
		JsonLinesRecorder recorder = JsonLinesRecorder.to(written);
		recorder.onEvent(text("before", 0));
		ChainError bad = new ChainError(this.run, SampleEvents.AT, SampleEvents.TOOK, new Unspeakable());
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> recorder.onEvent(bad));
		recorder.onEvent(text("after", 0));
		assertThat(recorder.lostEvents()).isOne();
		recorder.close();
		assertThat(played(JsonLinesPlayer.of(written.toString()))).containsExactly("before", "after");
		assertThatIllegalStateException().isThrownBy(() -> recorder.onEvent(text("late", 0)));
		assertThat(recorder.lostEvents()).isEqualTo(2);
	}

	@Test
	@DisplayName("S2 lines that a full disk refuses are lost and counted, and not written a second time")
	void shouldLoseOnlyTheLinesThatTheWriterRefuses() {
		StringWriter written = new StringWriter();
		int[] share = { 1 };
		Writer disk = new FilterWriter(written) {

			@Override
			public void write(String text, int offset, int length) throws IOException {
				int taken = length / share[0];
				this.out.write(text, offset, taken);
				if (share[0] > 1) {
					throw new IOException("No space left on device");
				}
			}

		};
		JsonLinesRecorder recorder = JsonLinesRecorder.to(disk, JsonLinesRecorder.Flush.EVENT);
		recorder.onEvent(text("before", 0));
		share[0] = 2;
		assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> recorder.onEvent(text("lost", 0)));
		share[0] = 1;
		recorder.onEvent(text("after", 0));
		recorder.onEvent(text("last", 0));
		recorder.close();
		assertThat(recorder.lostEvents()).isOne();
		List<String> lines = written.toString().lines().toList();
		assertThat(lines).hasSize(4);
		assertThat(lines.get(0)).contains("before");
		assertThat(lines.get(2)).contains("after");
		assertThat(lines.get(3)).contains("last");
	}

	@Test
	@EnabledOnOs({ OS.LINUX, OS.MAC })
	@DisplayName("S13 a new file is for its owner only, an existing one keeps its permissions")
	void shouldCreateFileForItsOwner(@TempDir Path folder) throws IOException {
		Path created = folder.resolve("new.jsonl");
		JsonLinesRecorder.to(created).close();
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(created))).isEqualTo("rw-------");
		Path existing = Files.createFile(folder.resolve("old.jsonl"),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
		JsonLinesRecorder.to(existing).close();
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(existing))).isEqualTo("rw-r-----");
	}

	@Test
	@EnabledOnOs({ OS.LINUX, OS.MAC })
	@DisplayName("S13 a symbolic link is not followed")
	void shouldNotFollowLinks(@TempDir Path folder) throws IOException {
		Path target = Files.createFile(folder.resolve("target"));
		Path link = Files.createSymbolicLink(folder.resolve("link.jsonl"), target);
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> JsonLinesRecorder.to(link));
		assertThat(target).isEmptyFile();
	}

	@Test
	@DisplayName("S22 a line that does not end is not read into memory, and the reason quotes little of a line")
	void shouldLimitLines() {
		JsonLinesPlayer player = JsonLinesPlayer.of(lines(text("a", 0)) + "x".repeat(5000)).withMaxLineLength(4000);
		StepVerifier.create(player.events())
			.expectNextCount(1)
			.expectErrorMessage("Line 2 of the recording is not an event: it has more than 4000 characters")
			.verify(TIMEOUT);
		StepVerifier.create(JsonLinesPlayer.of("{\"event\":\"" + "\\u001b".repeat(5000) + "\"}").events())
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(MalformedRecordingException.class)
				.message()
				.hasSizeLessThan(600)
				.doesNotContain("\u001b"))
			.verify(TIMEOUT);
	}

	@Test
	void shouldNameLineWhenItIsMalformed() {
		String good = lines(text("a", 0)).strip();
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
		EventRecorder all = new EventRecorder();
		CallbackHandler legacy = new CallbackHandler() {

			@Override
			public void onLlmStart(LlmStart event) {
				prompts.addAll(event.prompts());
			}

		};
		JsonLinesPlayer.of(lines(SampleEvents.chatModelStart(this.run))).play(legacy, all).block(TIMEOUT);
		assertThat(prompts).containsExactly("System: Be brief\nHuman: Hi\nAI: Ho\nTool: done");
		assertThat(all.eventNames()).containsExactly("ChatModelStart");
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
		// the pace is that of the recording, however late the handler was called before
		assertThat(millis.get(1)).isGreaterThanOrEqualTo(140);
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

	private static final class Unspeakable extends RuntimeException {

		@Override
		public String getMessage() {
			throw new IllegalStateException("no message");
		}

	}

}
