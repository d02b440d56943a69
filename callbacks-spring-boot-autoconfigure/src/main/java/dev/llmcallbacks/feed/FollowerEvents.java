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
		Flux<Signal<ServerSentEvent<String>>> events = emissions.index(FollowerEvents::event).materialize();
		return Flux.merge(1, events, comments).dematerialize();
	}

	private static ServerSentEvent<String> event(long index, LogFollower.Emission emission) {
		ServerSentEvent.Builder<String> event = ServerSentEvent.builder();
		if (index == 0) {
			event.retry(RETRY);
		}
		FeedEntry entry = emission.entry();
		if (entry != null) {
			return event.id(Long.toString(entry.number())).event(entry.event()).data(entry.data()).build();
		}
		String reason = Objects.requireNonNull(emission.interruption());
		return event.event(FeedEntry.INTERRUPTED).data(FeedJson.write(Map.of("reason", reason))).build();
	}

}
