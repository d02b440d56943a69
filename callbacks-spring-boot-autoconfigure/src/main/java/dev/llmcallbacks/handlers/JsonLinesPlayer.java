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
 * Feeds what a {@link JsonLinesRecorder} has written to handlers again.
 * <p>
 * Events are played one at a time, in the order of the recording: the next when all
 * handlers have finished the one before, each after the other in the order given. A
 * blocking handler is called on Reactor's {@code boundedElastic} scheduler, the
 * {@code Mono} of an asynchronous one is awaited. Handlers hear what they would hear of a
 * run: nothing that they do not {@linkplain LlmCallbackHandler#supports support}, and the
 * beginning of a chat as text where they do not listen to messages.
 * <p>
 * Immutable; each subscription reads the recording anew. It fails with what a handler
 * fails with, with an {@link UncheckedIOException} when the recording cannot be read, and
 * with a {@link MalformedRecordingException} at the first line that is no event, after
 * the lines before it were played. Empty lines are passed over.
 */
public final class JsonLinesPlayer {

	private final Source source;

	private JsonLinesPlayer(Source source) {
		this.source = source;
	}

	/**
	 * Play a file.
	 * @param file the file, in UTF-8
	 * @return the player
	 */
	public static JsonLinesPlayer of(Path file) {
		Objects.requireNonNull(file, "'file' must not be null");
		return new JsonLinesPlayer(() -> Files.newBufferedReader(file));
	}

	/**
	 * Play a text.
	 * @param recording what was recorded
	 * @return the player
	 */
	public static JsonLinesPlayer of(String recording) {
		Objects.requireNonNull(recording, "'recording' must not be null");
		return new JsonLinesPlayer(() -> new BufferedReader(new StringReader(recording)));
	}

	/**
	 * Read the recording.
	 * @return the events, read on the {@code boundedElastic} scheduler as they are asked
	 * for
	 */
	public Flux<CallbackEvent> events() {
		return Flux
			.<CallbackEvent, RecordedLines>using(() -> new RecordedLines(open()), (lines) -> Flux.generate(lines::next),
					RecordedLines::close)
			.subscribeOn(Schedulers.boundedElastic());
	}

	/**
	 * Play the recording as fast as the handlers can.
	 * @param handlers the handlers
	 * @return completes when the last handler has finished the last event
	 */
	public Mono<Void> play(LlmCallbackHandler... handlers) {
		List<PlayedHandler> played = of(handlers);
		return events().concatMap((event) -> deliver(event, played)).then();
	}

	/**
	 * Play the recording at the pace at which it was recorded: no event earlier after the
	 * first than it had happened. Slow handlers delay what follows until it has caught
	 * up.
	 * @param handlers the handlers
	 * @return completes when the last handler has finished the last event
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
	 * Where a recording is.
	 */
	@FunctionalInterface
	private interface Source {

		BufferedReader open() throws IOException;

	}

	/**
	 * Tells when an event is due. Belongs to one subscription.
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
