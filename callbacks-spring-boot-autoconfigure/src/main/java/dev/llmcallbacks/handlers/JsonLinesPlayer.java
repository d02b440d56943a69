package dev.llmcallbacks.handlers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.event.CallbackEvent;

/**
 * Replays to handlers what a {@link JsonLinesRecorder} has written.
 * <p>
 * Events are played one at a time, in the order of the recording. The handlers are called
 * one after the other in the given order, and the next event is played when all have
 * completed. A {@code CallbackHandler} is called on Reactor's {@code boundedElastic}
 * scheduler; the {@code Mono} of an {@code AsyncCallbackHandler} is awaited. Handlers
 * receive what they would receive of a run: only events that they
 * {@linkplain LlmCallbackHandler#supports support}, and the start of a chat as text if
 * they do not handle messages.
 * <p>
 * Immutable; each subscription reads the recording from its beginning. It fails with the
 * failure of a handler, with an {@link UncheckedIOException} if the recording cannot be
 * read, and with a {@link MalformedRecordingException} at the first line that is not an
 * event, after the lines before it have been played. Blank lines are skipped.
 */
public final class JsonLinesPlayer {

	private static final int DEFAULT_MAX_LINE_LENGTH = 64 << 20;

	private final Source source;

	private final int maxLineLength;

	private JsonLinesPlayer(Source source, int maxLineLength) {
		this.source = source;
		this.maxLineLength = maxLineLength;
	}

	/**
	 * Play a file.
	 * @param file the file, in UTF-8
	 * @return the player
	 */
	public static JsonLinesPlayer of(Path file) {
		Objects.requireNonNull(file, "'file' must not be null");
		return new JsonLinesPlayer(() -> Files.newBufferedReader(file), DEFAULT_MAX_LINE_LENGTH);
	}

	/**
	 * Play a text.
	 * @param recording what was recorded
	 * @return the player
	 */
	public static JsonLinesPlayer of(String recording) {
		Objects.requireNonNull(recording, "'recording' must not be null");
		return new JsonLinesPlayer(() -> new BufferedReader(new StringReader(recording)), DEFAULT_MAX_LINE_LENGTH);
	}

	/**
	 * Limit the length of a line. A longer line is malformed, so that a file without line
	 * breaks is not read into memory.
	 * @param maxLineLength a positive number of characters; 64 Mi by default
	 * @return a player of the same recording with this limit
	 */
	public JsonLinesPlayer withMaxLineLength(int maxLineLength) {
		if (maxLineLength < 1) {
			throw new IllegalArgumentException("'maxLineLength' must be positive, but is " + maxLineLength);
		}
		return new JsonLinesPlayer(this.source, maxLineLength);
	}

	/**
	 * Read the recording.
	 * @return the events, read on the {@code boundedElastic} scheduler on demand
	 */
	public Flux<CallbackEvent> events() {
		return Flux
			.<CallbackEvent, RecordedLines>using(() -> new RecordedLines(open(), this.maxLineLength),
					(lines) -> Flux.generate(lines::next), RecordedLines::close)
			.subscribeOn(Schedulers.boundedElastic());
	}

	/**
	 * Play the recording as fast as the handlers process it.
	 * @param handlers the handlers
	 * @return completes when the last handler has completed the last event
	 */
	public Mono<Void> play(LlmCallbackHandler... handlers) {
		List<PlayedHandler> played = of(handlers);
		return events().concatMap((event) -> deliver(event, played)).then();
	}

	/**
	 * Play the recording at the pace at which it was recorded: the time between the first
	 * event and any other is at least the recorded one. Events that slow handlers have
	 * delayed follow without a pause until the playback has caught up.
	 * @param handlers the handlers
	 * @return completes when the last handler has completed the last event
	 */
	public Mono<Void> playAtRecordedPace(LlmCallbackHandler... handlers) {
		List<PlayedHandler> played = of(handlers);
		return Mono.defer(() -> {
			Clock clock = new Clock(Schedulers.parallel());
			return events().concatMap((event) -> clock.await(event).then(deliver(event, played))).then();
		});
	}

	private BufferedReader open() {
		try {
			return this.source.open();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The recording could not be opened", ex);
		}
	}

	private static List<PlayedHandler> of(LlmCallbackHandler... handlers) {
		return Arrays.stream(handlers).map(PlayedHandler::new).toList();
	}

	private static Mono<Void> deliver(CallbackEvent event, List<PlayedHandler> handlers) {
		return Flux.fromIterable(handlers).concatMap((handler) -> handler.deliver(event)).then();
	}

	/**
	 * Opens a recording.
	 */
	@FunctionalInterface
	private interface Source {

		BufferedReader open() throws IOException;

	}

	/**
	 * Computes when an event is due. Belongs to one subscription.
	 */
	private static final class Clock {

		private final Scheduler scheduler;

		private @Nullable Instant firstRecorded;

		private Instant firstPlayed = Instant.EPOCH;

		Clock(Scheduler scheduler) {
			this.scheduler = scheduler;
		}

		Mono<Void> await(CallbackEvent event) {
			Instant now = Instant.ofEpochMilli(this.scheduler.now(TimeUnit.MILLISECONDS));
			if (this.firstRecorded == null) {
				this.firstRecorded = event.timestamp();
				this.firstPlayed = now;
			}
			Instant due = this.firstPlayed.plus(Duration.between(this.firstRecorded, event.timestamp()));
			return due.isAfter(now) ? Mono.delay(Duration.between(now, due), this.scheduler).then() : Mono.empty();
		}

	}

}
