package dev.llmcallbacks.feed;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.provider.openai.OpenAiApi;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what other nodes do when the node of a run is killed, and for what the
 * provider sees when they cancel it.
 */
class LostNodeTests {

	private static final Duration LEASE = Duration.ofSeconds(6);

	private static final String CHUNK = """
			{"id":"1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"content":"x"}}]}""";

	@Test
	@DisplayName("G39 a killed node interrupts followers within the lease and a second")
	void shouldInterruptFollowersWhenTheNodeIsKilled() throws Exception {
		try (RedisProcess redis = new RedisProcess()) {
			List<Duration> delays = new ArrayList<>();
			for (int i = 0; i < 3 && !isInTime(delays); i++) {
				delays.add(interruption(redis));
			}
			assertThat(delays).matches(LostNodeTests::isInTime);
		}
	}

	private static boolean isInTime(List<? extends Duration> delays) {
		return delays.stream().anyMatch((delay) -> delay.compareTo(LEASE.plusSeconds(1)) < 0);
	}

	/**
	 * Return the time from the end of a node to the end of what its follower receives.
	 */
	private static Duration interruption(RedisProcess redis) throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), FeedNode.class.getName(), Integer.toString(redis.port()),
				Long.toString(LEASE.toMillis()))
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		RedisFeedTests.Node other = new RedisFeedTests.Node(redis, LEASE);
		try {
			UUID runId = runId(process);
			List<ServerSentEvent<String>> events = new CopyOnWriteArrayList<>();
			Answers.await("the feed in Redis",
					() -> redis.answer("EXISTS llm-callbacks:{" + runId + "}:feed").equals(":1"));
			Answers.withoutComments(other.feeds.follow(runId, "alice", null)).subscribe(events::add);
			Answers.await("tokens", () -> events.size() > 20);
			long killed = System.nanoTime();
			process.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
			Answers.await("the interruption", () -> "interrupted".equals(events.get(events.size() - 1).event()));
			Duration delay = Duration.ofNanos(System.nanoTime() - killed);
			assertThat(Answers.shown(events)).isEqualTo(Answers.text(events.size() - 1));
			assertThat(events.get(events.size() - 1).data()).isEqualTo("{\"reason\":\"node\"}");
			return delay;
		}
		finally {
			process.destroyForcibly();
			other.stop();
		}
	}

	private static UUID runId(Process process) throws IOException {
		BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
		for (String line = output.readLine(); line != null; line = output.readLine()) {
			if (line.startsWith("run ")) {
				Thread further = new Thread(() -> output.lines().forEach((ignored) -> {
				}), "output of the node");
				further.setDaemon(true);
				further.start();
				return UUID.fromString(line.substring(4));
			}
		}
		throw new IllegalStateException("The node has ended with " + process.exitValue());
	}

	@Test
	@DisplayName("G39 a cancel on another node closes the connection to the provider within half a second")
	void shouldCloseTheConnectionToTheProvider() {
		List<Long> closed = new CopyOnWriteArrayList<>();
		DisposableServer provider = HttpServer.create().host("127.0.0.1").port(0).handle((request, response) -> {
			request.withConnection((connection) -> connection.onDispose(() -> closed.add(System.nanoTime())));
			return response.sse()
				.sendString(Flux.interval(Duration.ofMillis(20)).map((tick) -> "data: " + CHUNK + "\n\n"));
		}).bindNow();
		try (RedisProcess redis = new RedisProcess()) {
			RedisFeedTests.Node first = new RedisFeedTests.Node(redis, LEASE);
			RedisFeedTests.Node second = new RedisFeedTests.Node(redis, LEASE);
			ChatClient client = ChatClient
				.builder(OpenAiChatModel.builder()
					.webClientBuilder(WebClient.builder())
					.baseUrl("http://127.0.0.1:" + provider.port())
					.apiKey("key")
					.api(OpenAiApi.CHAT_COMPLETIONS)
					.build())
				.build();
			List<Duration> delays = new ArrayList<>();
			for (int i = 0; i < 5; i++) {
				RunFeed feed = first.feeds.create("alice");
				Mono<Void> tokens = feed.start(client.prompt("Hi").model("m").content()).take(3).then();
				tokens.block(Answers.TIMEOUT);
				Answers.await("the feed in Redis",
						() -> redis.answer("EXISTS llm-callbacks:{" + feed.runId() + "}:owner").equals(":1"));
				redis.awaitSubscribers(2);
				int before = closed.size();
				long begin = System.nanoTime();
				assertThat(second.feeds.cancel(feed.runId(), "alice").block(Answers.TIMEOUT)).isTrue();
				Answers.await("the end of the connection", () -> closed.size() > before);
				delays.add(Duration.ofNanos(closed.get(before) - begin));
			}
			assertThat(delays).anyMatch((delay) -> delay.compareTo(Duration.ofMillis(500)) < 0);
			first.stop();
			second.stop();
		}
		finally {
			provider.disposeNow();
		}
	}

}
