package dev.llmcallbacks.benchmarks.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

import org.reactivestreams.Publisher;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;
import redis.embedded.RedisServer;

import dev.llmcallbacks.benchmarks.load.Protocol;
import dev.llmcallbacks.benchmarks.process.PacedStreams.Result;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.feed.RunFeed;
import dev.llmcallbacks.feed.RunFeeds;
import dev.llmcallbacks.feed.redis.RedisFeedStore;

/**
 * Many streams at once that reach their subscribers as server-sent events: without a
 * feed, through a feed in memory, through one that is copied to Redis, and with a write
 * to Redis for each token in the stream. Redis runs in a process of its own.
 */
public final class FeedStreams {

	private static final int WARM_UP_ROUNDS = 10;

	private static final String NO_FEED = "no feed";

	private static final String OWNER = "alice";

	private final int rounds;

	private final PacedStreams load;

	FeedStreams(int rounds, PacedStreams load) {
		this.rounds = rounds;
		this.load = load;
	}

	/**
	 * Measure, and print a table.
	 * @param args the number of rounds, of streams at once, of tokens of an answer, and
	 * the milliseconds between two tokens; each may be left out from the end
	 */
	public static void main(String[] args) {
		Arguments arguments = new Arguments(args);
		PacedStreams load = new PacedStreams(arguments.number(1, 1000), arguments.number(2, 200),
				arguments.number(3, 20));
		System.out.println(new FeedStreams(arguments.number(0, 7), load).run());
		System.exit(0);
	}

	String run() {
		int port = freePort();
		RedisServer redis = redis(port);
		LettuceConnectionFactory connections = new LettuceConnectionFactory("127.0.0.1", port);
		connections.afterPropertiesSet();
		try (ProviderProcess provider = ProviderProcess.start(this.load.tokens(), this.load.pause());
				PacedCandidates candidates = new PacedCandidates(Protocol.OPENAI, provider.baseUrl(),
						this.load.streams());
				RedisFeedStore store = new RedisFeedStore(connections, "benchmark:")) {
			return table(Rounds.of(all(candidates, store, connections), Math.min(WARM_UP_ROUNDS, this.rounds),
					this.rounds, (answer) -> this.load.run(answer, candidates::connections)));
		}
		finally {
			connections.destroy();
			stop(redis);
		}
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static RedisServer redis(int port) {
		try {
			RedisServer server = RedisServer.newRedisServer().port(port).setting("save \"\"").build();
			server.start();
			return server;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void stop(RedisServer redis) {
		try {
			redis.stop();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Map<String, Supplier<Publisher<Long>>> all(PacedCandidates candidates, RedisFeedStore store,
			LettuceConnectionFactory connections) {
		RunFeeds memory = RunFeeds.builder().build();
		RunFeeds redis = RunFeeds.builder().store(store).build();
		ReactiveStringRedisTemplate template = new ReactiveStringRedisTemplate(connections);
		Map<String, Supplier<Publisher<Long>>> all = new LinkedHashMap<>();
		all.put(NO_FEED, candidates.events((prompt) -> prompt.content().map(FeedStreams::event)));
		all.put("feed in memory", candidates.events((prompt) -> feed(memory, prompt)));
		all.put("feed in Redis", candidates.events((prompt) -> feed(redis, prompt)));
		all.put("a write to Redis for each token", candidates.events((prompt) -> written(template, prompt)));
		return all;
	}

	private static ServerSentEvent<String> event(String text) {
		return ServerSentEvent.builder("{\"text\":\"" + text + "\"}").event(PacedCandidates.TOKEN).build();
	}

	private static Flux<ServerSentEvent<String>> feed(RunFeeds feeds, ChatClient.PromptSpec prompt) {
		RunFeed feed = feeds.create(OWNER);
		return feed.start(prompt.runId(feed.runId()).content());
	}

	private static Flux<ServerSentEvent<String>> written(ReactiveStringRedisTemplate redis,
			ChatClient.PromptSpec prompt) {
		return Flux.defer(() -> {
			String key = "naive:" + System.nanoTime();
			return prompt.content()
				.concatMap((text) -> redis.opsForStream().add(key, Map.of("text", text)).thenReturn(event(text)))
				.concatWith(redis.delete(key).thenMany(Flux.empty()));
		});
	}

	private static String table(Rounds<Result> rounds) {
		StringBuilder table = new StringBuilder("| | seconds | CPU time per token | relative to no feed "
				+ "| latency: median | 99 % | relative to no feed |\n|---|--:|--:|--:|--:|--:|--:|\n");
		rounds.candidates()
			.forEach((name) -> table
				.append(String.format(Locale.ROOT, "| %s | %.3f | %.1f µs | %.2f | %.3f ms | %.1f ms | %.2f |%n", name,
						rounds.median(name, Result::seconds), rounds.median(name, Result::cpuMicros),
						rounds.medianRatio(name, NO_FEED, Result::cpuMicros),
						rounds.median(name, (result) -> result.ages().quantile(0.5)),
						rounds.median(name, (result) -> result.ages().quantile(0.99)),
						rounds.medianRatio(name, NO_FEED, (result) -> result.ages().quantile(0.99)))));
		return table.toString();
	}

}
