package dev.llmcallbacks.feed;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Signal;

/**
 * Server-sent events of one follower. Stateless.
 */
final class FollowerEvents {

	/** How long a client waits before it connects again. */
	private static final Duration RETRY = Duration.ofSeconds(1);

	private static final ServerSentEvent<String> COMMENT = ServerSentEvent.<String>builder().comment("").build();

	private FollowerEvents() {
	}

	/**
	 * Return the events of entries, and a comment from time to time, by which a client
	 * that has gone is noticed and proxies keep the connection open.
	 * @param emissions the entries
	 * @param heartbeat how often a comment is sent
	 * @return the events
	 */
	static Flux<ServerSentEvent<String>> of(Flux<LogFollower.Emission> emissions, Duration heartbeat) {
		Flux<Signal<ServerSentEvent<String>>> comments = Flux.interval(heartbeat)
			.onBackpressureDrop()
			.map((tick) -> Signal.next(COMMENT));
		Flux<Signal<ServerSentEvent<String>>> events = emissions.map((emission) -> event(emission))
			.index(FollowerEvents::withRetry)
			.materialize();
		return Flux.merge(1, events, comments).dematerialize();
	}

	private static ServerSentEvent<String> withRetry(long index, ServerSentEvent<String> event) {
		return (index > 0) ? event
				: ServerSentEvent.builder(Objects.requireNonNull(event.data()))
					.id(event.id())
					.event(event.event())
					.retry(RETRY)
					.build();
	}

	private static ServerSentEvent<String> event(LogFollower.Emission emission) {
		FeedEntry entry = emission.entry();
		if (entry == null) {
			String reason = Objects.requireNonNull(emission.interruption());
			return ServerSentEvent.builder(FeedJson.write(Map.of("reason", reason)))
				.event(FeedEntry.INTERRUPTED)
				.build();
		}
		return ServerSentEvent.builder(entry.data()).id(Long.toString(entry.number())).event(entry.event()).build();
	}

}
