package dev.llmcallbacks.feed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.feed.redis.RedisFeedStore;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for feeds of several nodes with a real Redis server, each node with connections
 * of its own.
 */
class RedisFeedTests {

	private static final Duration LEASE = Duration.ofSeconds(9);

	private static RedisProcess redis;

	private final Answers answers = new Answers();

	private final List<Node> nodes = new ArrayList<>();

	private final RunFeeds producer = node();

	private final RunFeed feed = this.producer.create("alice");

	@BeforeAll
	static void startRedis() {
		redis = new RedisProcess();
	}

	@AfterAll
	static void stopRedis() {
		redis.close();
	}

	@AfterEach
	void stop() {
		this.answers.complete();
		this.nodes.forEach(Node::stop);
	}

	private RunFeeds node() {
		Node node = new Node(redis, LEASE);
		this.nodes.add(node);
		return node.feeds;
	}

	private Flux<ServerSentEvent<String>> start() {
		return this.feed.start(this.answers.client().prompt("Hi").content());
	}

	private void awaitStored() {
		Answers.await("the feed in Redis",
				() -> redis.answer("EXISTS llm-callbacks:{" + this.feed.runId() + "}:feed").equals(":1"));
	}

	private List<ServerSentEvent<String>> follow(RunFeeds node) {
		List<ServerSentEvent<String>> events = new CopyOnWriteArrayList<>();
		Answers.withoutComments(node.follow(this.feed.runId(), "alice", null)).subscribe(events::add, (ex) -> {
		});
		return events;
	}

	@Test
	@DisplayName("G39 a thousand cuts and reconnects on three nodes give the same bytes")
	void shouldGiveTheSameBytesHoweverOftenTheConnectionIsCut() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		int count = 12_000;
		List<RunFeeds> all = List.of(this.producer, node(), node());
		start().subscribe();
		awaitStored();
		Thread thread = new Thread(() -> {
			for (int i = 0; i < count; i++) {
				this.answers.tokens(i, i + 1);
				if (i % 50 == 0) {
					LockSupport.parkNanos(10_000_000);
				}
			}
			this.answers.complete();
		});
		thread.start();
		List<ServerSentEvent<String>> received = new ArrayList<>();
		int cuts = 0;
		String last = null;
		while (received.isEmpty() || !"end".equals(received.get(received.size() - 1).event())) {
			List<ServerSentEvent<String>> events = Answers
				.all(all.get(random.nextInt(3)).follow(this.feed.runId(), "alice", last).take(1 + random.nextInt(20)));
			assertThat(events).as("seed " + seed).isNotEmpty();
			received.addAll(events);
			last = events.get(events.size() - 1).id();
			cuts++;
		}
		assertThat(cuts).as("seed " + seed).isGreaterThanOrEqualTo(1_000);
		assertThat(Answers.shown(received)).as("seed " + seed).isEqualTo(Answers.text(count));
		for (RunFeeds node : all) {
			List<String> whole = Answers.lines(Answers.all(node.follow(this.feed.runId(), "alice", null)));
			assertThat(Answers.lines(received)).as("seed " + seed).isEqualTo(whole);
		}
		assertThat(this.answers.subscriptions()).isOne();
	}

	@Test
	@DisplayName("G39 nobody follows or cancels the run of another owner on another node")
	void shouldNotServeAnotherOwner() {
		RunFeeds other = node();
		start().subscribe();
		this.answers.token("secret");
		awaitStored();
		for (UUID id : List.of(this.feed.runId(), UUID.randomUUID())) {
			assertThatExceptionOfType(FeedNotFoundException.class)
				.isThrownBy(() -> other.follow(id, "mallory", null).blockFirst(Answers.TIMEOUT));
			assertThat(other.cancel(id, "mallory").block(Answers.TIMEOUT)).isFalse();
		}
		assertThat(this.answers.cancellations()).isZero();
	}

	@Test
	@DisplayName("G39 work that blocks when another node cancels it holds up no other feed")
	void shouldNotWaitForWorkThatBlocksWhenItIsCancelled() {
		RunFeeds first = node();
		RunFeeds second = node();
		CountDownLatch blocked = new CountDownLatch(1);
		CountDownLatch released = new CountDownLatch(1);
		Answers another = new Answers();
		try {
			RunFeed stuck = first.create("alice");
			stuck.start(this.answers.client().prompt("Hi").content().doOnCancel(() -> {
				blocked.countDown();
				await(released);
			})).subscribe();
			RunFeed healthy = first.create("alice");
			healthy.start(another.client().prompt("Hi").content()).subscribe();
			Answers.await("both feeds in Redis", () -> List.of(stuck, healthy)
				.stream()
				.allMatch((feed) -> redis.answer("EXISTS llm-callbacks:{" + feed.runId() + "}:owner").equals(":1")));
			redis.awaitSubscribers(this.nodes.size());
			assertThat(second.cancel(stuck.runId(), "alice").block(Answers.TIMEOUT)).isTrue();
			Await.zero(blocked);
			assertThat(second.cancel(healthy.runId(), "alice").block(Answers.TIMEOUT)).isTrue();
			Answers.await("the cancellation", () -> another.cancellations() == 1);
		}
		finally {
			released.countDown();
		}
	}

	// longer than anything else is waited for
	private static void await(CountDownLatch latch) {
		try {
			latch.await(Answers.TIMEOUT.multipliedBy(3).toSeconds(), TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	@DisplayName("G39 every line and every character arrives on another node as it was")
	void shouldKeepTheData() {
		String data = "a\\n\n\\\r\n\t\"ü\u2028\uD83D\uDE00\\";
		RunFeeds other = node();
		RunFeed verbatim = this.producer.create("alice",
				(event) -> new FeedItem(event.getClass().getSimpleName(), data));
		List<ServerSentEvent<String>> here = Answers.all(verbatim.start(Answers.clientOf("a").prompt("Hi").content()));
		Answers.await("the feed in Redis",
				() -> redis.answer("EXISTS llm-callbacks:{" + verbatim.runId() + "}:owner").equals(":1"));
		List<ServerSentEvent<String>> there = Answers.all(other.follow(verbatim.runId(), "alice", null));
		assertThat(Answers.lines(there)).isEqualTo(Answers.lines(here)).contains("1:ChatModelStart:" + data);
	}

	@Test
	@DisplayName("G39 keys expire with the lease and with the retention")
	void shouldExpire() {
		start().subscribe();
		this.answers.token("a");
		awaitStored();
		String keys = "llm-callbacks:{" + this.feed.runId() + "}:";
		Answers.await("the expiry of the feed", () -> milliseconds("PTTL " + keys + "feed") > 0);
		assertThat(milliseconds("PTTL " + keys + "lease")).isBetween(1L, LEASE.toMillis());
		assertThat(milliseconds("PTTL " + keys + "owner")).isGreaterThan(LEASE.toMillis());
		this.answers.complete();
		Answers.await("the end of the lease", () -> redis.answer("EXISTS " + keys + "lease").equals(":0"));
		assertThat(milliseconds("PTTL " + keys + "feed")).isBetween(1L, 540_000L);
		assertThat(milliseconds("PTTL " + keys + "owner")).isBetween(1L, 540_000L);
		assertThat(redis.answer("GET " + keys + "owner")).doesNotContain("alice");
	}

	private static long milliseconds(String command) {
		String answer = redis.answer(command);
		return answer.startsWith(":") ? Long.parseLong(answer.substring(1)) : 0;
	}

	@Test
	@DisplayName("G39 an oversized feed gives the text so far on another node")
	void shouldReplaceOldEntriesByTheTextSoFar() {
		Node small = new Node(redis, LEASE, new MemoryFeedStore(20_000, 1 << 20));
		this.nodes.add(small);
		RunFeed large = small.feeds.create("alice");
		Flux<ServerSentEvent<String>> started = large.start(this.answers.client().prompt("Hi").content());
		started.subscribe();
		for (int i = 0; i < 4_000; i += 100) {
			this.answers.tokens(i, i + 100);
			Answers.await("all in Redis", () -> small.feeds.statistics().lag().isZero());
		}
		this.answers.complete();
		String keys = "llm-callbacks:{" + large.runId() + "}:";
		Answers.await("all in Redis", () -> redis.answer("EXISTS " + keys + "lease").equals(":0"));
		List<ServerSentEvent<String>> events = Answers.all(node().follow(large.runId(), "alice", null));
		assertThat(events.get(0).event()).isEqualTo("reset");
		assertThat(events.stream().filter((event) -> "reset".equals(event.event()))).hasSize(1);
		assertThat(Answers.shown(events)).isEqualTo(Answers.text(4_000));
		assertThat(milliseconds("MEMORY USAGE " + keys + "feed")).isLessThan(200_000);
	}

	@Test
	@DisplayName("G39 two hundred followers of a feed share one connection")
	void shouldShareOneConnection() {
		RunFeeds other = node();
		start().subscribe();
		awaitStored();
		redis.awaitSubscribers(this.nodes.size());
		long before = redis.connections("");
		List<List<ServerSentEvent<String>>> all = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			all.add(follow(other));
		}
		Answers.await("the followers", () -> other.statistics().followers() == 200);
		this.answers.tokens(0, 50);
		Answers.await("the tokens", () -> all.stream().allMatch((events) -> events.size() == 50));
		assertThat(redis.connections("")).isLessThanOrEqualTo(before + 1);
		this.answers.complete();
		Answers.await("the end", () -> all.stream().allMatch((events) -> events.size() == 51));
	}

	@Test
	@DisplayName("G39 five seconds of a Redis that does not answer are not felt by the run, and followers go on")
	void shouldNotFeelAPause() {
		RunFeeds other = node();
		Flux<ServerSentEvent<String>> started = start();
		started.subscribe();
		awaitStored();
		List<ServerSentEvent<String>> there = follow(other);
		this.answers.tokens(0, 10);
		Answers.await("the tokens", () -> there.size() == 10);
		assertThat(redis.answer("CLIENT PAUSE 5000")).isEqualTo("+OK");
		this.answers.tokens(10, 500);
		long begin = System.nanoTime();
		assertThat(Answers.shown(Answers.all(started.take(500)))).isEqualTo(Answers.text(500));
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
		this.answers.complete();
		Answers.await("the end on the other node", () -> there.size() == 501);
		assertThat(Answers.shown(there)).isEqualTo(Answers.text(500));
	}

	@Test
	@DisplayName("G39 signals that are lost delay followers only")
	void shouldReadWithoutSignals() {
		RunFeeds other = node();
		start().subscribe();
		awaitStored();
		List<ServerSentEvent<String>> there = follow(other);
		Answers.await("the follower", () -> other.statistics().followers() == 1);
		redis.answer("CLIENT KILL TYPE pubsub");
		this.answers.tokens(0, 10);
		this.answers.complete();
		Answers.await("the end on the other node", () -> there.size() == 11);
	}

	private static void awaitTokens(RedisProcess redis, Node other, RunFeed feed, int count) {
		Answers.await("the feed in Redis",
				() -> redis.answer("EXISTS llm-callbacks:{" + feed.runId() + "}:owner").equals(":1"));
		assertThat(Answers.shown(Answers.all(other.feeds.follow(feed.runId(), "alice", null).take(count))))
			.isEqualTo(Answers.text(count));
	}

	private static boolean isAnswered(Node node) {
		return Boolean.TRUE.equals(node.feeds.ping().thenReturn(true).onErrorReturn(false).block(Answers.TIMEOUT));
	}

	@Test
	@DisplayName("G39 a killed and restarted Redis is not felt by the run, and followers end or go on")
	void shouldSurviveTheLossOfRedis() {
		try (RedisProcess own = new RedisProcess()) {
			Node first = new Node(own, LEASE);
			Node second = new Node(own, LEASE);
			this.nodes.add(first);
			this.nodes.add(second);
			RunFeed lost = first.feeds.create("alice");
			Flux<ServerSentEvent<String>> started = lost.start(this.answers.client().prompt("Hi").content());
			started.subscribe();
			this.answers.tokens(0, 10);
			awaitTokens(own, second, lost, 10);
			own.kill();
			this.answers.tokens(10, 20);
			assertThat(Answers.shown(Answers.all(started.take(20)))).isEqualTo(Answers.text(20));
			Answers.await("a failure", () -> first.feeds.statistics().storeFailures() > 0);
			assertThatExceptionOfType(ResponseStatusException.class)
				.isThrownBy(() -> second.feeds.follow(lost.runId(), "alice", null).blockFirst(Answers.TIMEOUT))
				.matches((ex) -> ex.getStatusCode().value() == 503);
			own.start();
			this.answers.tokens(20, 30);
			this.answers.complete();
			Answers.await("the feed in the new Redis",
					() -> own.answer("EXISTS llm-callbacks:{" + lost.runId() + "}:feed").equals(":1"));
			Answers.await("the second node's connection to it", () -> isAnswered(second));
			List<ServerSentEvent<String>> events = Answers.all(second.feeds.follow(lost.runId(), "alice", null));
			assertThat(Answers.shown(events)).isEqualTo(Answers.text(30));
			assertThat(events.get(30).event()).isEqualTo("end");
		}
	}

	@Test
	@DisplayName("G39 a full Redis is not felt by the run, and followers on other nodes end")
	void shouldNotFeelAFullRedis() {
		try (RedisProcess full = new RedisProcess("--maxmemory-policy", "noeviction")) {
			Node first = new Node(full, Duration.ofSeconds(6));
			Node second = new Node(full, Duration.ofSeconds(6));
			this.nodes.add(first);
			this.nodes.add(second);
			RunFeed stuck = first.feeds.create("alice");
			Flux<ServerSentEvent<String>> started = stuck.start(this.answers.client().prompt("Hi").content());
			started.subscribe();
			this.answers.tokens(0, 10);
			awaitTokens(full, second, stuck, 10);
			full.answer("CONFIG SET maxmemory 1");
			this.answers.tokens(10, 20);
			assertThat(Answers.shown(Answers.all(started.take(20)))).isEqualTo(Answers.text(20));
			List<ServerSentEvent<String>> there = Answers.all(second.feeds.follow(stuck.runId(), "alice", null));
			assertThat(there.get(there.size() - 1).event()).isEqualTo("interrupted");
			assertThat(there.get(there.size() - 1).id()).isNull();
			full.answer("CONFIG SET maxmemory 0");
			this.answers.complete();
			String last = there.get(there.size() - 2).id();
			Answers.await("the end", () -> {
				List<ServerSentEvent<String>> rest = Answers.all(second.feeds.follow(stuck.runId(), "alice", last));
				return "end".equals(rest.get(rest.size() - 1).event());
			});
		}
	}

	/** What one node of an application has. */
	static final class Node {

		private final LettuceConnectionFactory connections;

		private final RedisFeedStore store;

		final RunFeeds feeds;

		Node(RedisProcess redis, Duration lease) {
			this(redis, lease, new MemoryFeedStore());
		}

		Node(RedisProcess redis, Duration lease, MemoryFeedStore memory) {
			this.connections = redis.connect();
			this.store = new RedisFeedStore(this.connections, "llm-callbacks:");
			this.feeds = RunFeeds.builder()
				.store(this.store)
				.memory(memory)
				.lease(lease)
				.retention(Duration.ofMinutes(9))
				.build();
		}

		void stop() {
			this.feeds.shutdown(Duration.ofSeconds(2)).block(Answers.TIMEOUT);
			this.store.close();
			this.connections.destroy();
		}

	}

}
