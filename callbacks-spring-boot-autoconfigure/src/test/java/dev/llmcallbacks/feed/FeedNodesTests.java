package dev.llmcallbacks.feed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for feeds of several nodes with one store, which is in memory.
 */
class FeedNodesTests {

	/** So long that it does not expire because a thread of a busy machine has to wait. */
	private static final Duration LEASE = Duration.ofSeconds(6);

	private final Answers answers = new Answers();

	private final CopyingStore store = new CopyingStore(new MemoryFeedStore());

	private final List<RunFeeds> nodes = List.of(node(), node(), node());

	private final RunFeed feed = this.nodes.get(0).create("alice");

	private RunFeeds node() {
		return RunFeeds.builder().store(this.store).memory(new MemoryFeedStore()).lease(LEASE).build();
	}

	@AfterEach
	void stop() {
		this.answers.complete();
		this.store.failing(false);
		this.store.silent(false);
		this.nodes.forEach((node) -> node.shutdown(Duration.ofSeconds(10)).block(Answers.TIMEOUT));
	}

	private Flux<ServerSentEvent<String>> start() {
		return this.feed.start(this.answers.client().prompt("Hi").content());
	}

	private Flux<ServerSentEvent<String>> follow(int node) {
		return this.nodes.get(node).follow(this.feed.runId(), "alice", null);
	}

	private void awaitStored() {
		Answers.await("the feed in the store", () -> {
			Boolean found = this.store.find(this.feed.runId()).hasElement().block(Answers.TIMEOUT);
			return Boolean.TRUE.equals(found);
		});
	}

	@Test
	@DisplayName("G39 cuts and reconnects at random on any node give every entry once and in order")
	void shouldGiveTheSameBytesHoweverOftenTheConnectionIsCut() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		int count = 2_000;
		start().subscribe();
		awaitStored();
		Thread producer = new Thread(() -> {
			Random pauses = new Random(seed);
			for (int i = 0; i < count; i++) {
				this.answers.tokens(i, i + 1);
				if (pauses.nextInt(20) == 0) {
					LockSupport.parkNanos(pauses.nextInt(3_000_000));
				}
			}
			this.answers.complete();
		});
		producer.start();
		List<ServerSentEvent<String>> received = new ArrayList<>();
		String last = null;
		while (received.isEmpty() || !"end".equals(received.get(received.size() - 1).event())) {
			int most = 1 + random.nextInt(40);
			List<ServerSentEvent<String>> events = Answers
				.all(this.nodes.get(random.nextInt(3)).follow(this.feed.runId(), "alice", last).take(most));
			assertThat(events).as("seed " + seed).isNotEmpty();
			received.addAll(events);
			last = events.get(events.size() - 1).id();
		}
		assertThat(Answers.shown(received)).as("seed " + seed).isEqualTo(Answers.text(count));
		List<ServerSentEvent<String>> whole = Answers.all(follow(0));
		assertThat(Answers.lines(received)).as("seed " + seed).isEqualTo(Answers.lines(whole));
		assertThat(Answers.lines(Answers.all(follow(1)))).as("seed " + seed).isEqualTo(Answers.lines(whole));
		assertThat(this.answers.subscriptions()).isOne();
	}

	@Test
	@DisplayName("G39 followers of another owner's run are refused on other nodes")
	void shouldNotServeAnotherOwner() {
		start().subscribe();
		awaitStored();
		for (UUID id : List.of(this.feed.runId(), UUID.randomUUID())) {
			assertThatExceptionOfType(FeedNotFoundException.class)
				.isThrownBy(() -> this.nodes.get(1).follow(id, "mallory", null).blockFirst(Answers.TIMEOUT));
			assertThat(this.nodes.get(1).cancel(id, "mallory").block(Answers.TIMEOUT)).isFalse();
		}
		assertThat(this.answers.cancellations()).isZero();
	}

	@Test
	@DisplayName("G39 any node cancels a run")
	void shouldCancelOnAnotherNode() {
		start().subscribe();
		this.answers.token("a");
		awaitStored();
		assertThat(this.nodes.get(2).cancel(this.feed.runId(), "alice").block(Answers.TIMEOUT)).isTrue();
		Answers.await("the cancellation", () -> this.answers.cancellations() == 1);
		List<ServerSentEvent<String>> events = Answers.all(follow(1));
		assertThat(Answers.lines(events)).containsExactly("1:token:{\"text\":\"a\"}",
				"2:end:{\"outcome\":\"CANCELLED\"}");
		assertThat(this.nodes.get(1).hasEnded(this.feed.runId(), "alice", "2").block(Answers.TIMEOUT)).isTrue();
		assertThat(this.nodes.get(1).hasEnded(this.feed.runId(), "alice", "1").block(Answers.TIMEOUT)).isFalse();
	}

	@Test
	@DisplayName("G39 a store that fails or is silent is not felt on the run's node")
	void shouldNotFeelTheStore() {
		this.store.failing(true);
		Flux<ServerSentEvent<String>> started = start();
		started.subscribe();
		this.answers.tokens(0, 100);
		Answers.await("a failure", () -> this.nodes.get(0).statistics().storeFailures() > 0);
		assertThat(Answers.shown(Answers.all(started.take(100)))).isEqualTo(Answers.text(100));
		assertThatExceptionOfType(ResponseStatusException.class).isThrownBy(() -> follow(1).blockFirst(Answers.TIMEOUT))
			.matches((ex) -> ex.getStatusCode().value() == 503);
		this.store.failing(false);
		this.store.silent(true);
		this.answers.tokens(100, 200);
		assertThat(Answers.shown(Answers.all(started.take(200)))).isEqualTo(Answers.text(200));
		this.store.silent(false);
		this.answers.tokens(200, 300);
		this.answers.complete();
		awaitStored();
		assertThat(Answers.shown(Answers.all(follow(1)))).isEqualTo(Answers.text(300));
		Answers.await("all in the store", () -> this.nodes.get(0).statistics().lag().isZero());
	}

	@Test
	void shouldNotLagBehindALongStream() throws InterruptedException {
		start().subscribe();
		AtomicBoolean over = new AtomicBoolean();
		Thread thread = new Thread(() -> {
			while (!over.get()) {
				this.answers.token("x");
				LockSupport.parkNanos(2_000_000);
			}
		});
		thread.start();
		Duration longer = Duration.ofSeconds(2);
		long begin = System.nanoTime();
		Answers.await("a long stream", () -> System.nanoTime() - begin > longer.toNanos());
		Answers.await("a short lag", () -> this.nodes.get(0).statistics().lag().compareTo(longer.dividedBy(2)) < 0);
		over.set(true);
		thread.join();
	}

	@Test
	@DisplayName("G39 lost signals delay followers, and a follower does not wait for ever")
	void shouldReadWithoutSignals() {
		this.store.loseSignals();
		start().subscribe();
		awaitStored();
		List<ServerSentEvent<String>> events = new CopyOnWriteArrayList<>();
		follow(1).doOnNext(events::add).subscribe();
		this.answers.tokens(0, 10);
		Answers.await("the tokens", () -> Answers.shown(List.copyOf(events)).equals(Answers.text(10)));
		this.store.failing(true);
		Answers.await("the interruption", () -> events.size() > 10 && "interrupted".equals(events.get(10).event())
				&& events.get(10).id() == null);
		assertThat(events.get(10).data()).isEqualTo("{\"reason\":\"store\"}");
	}

	@Test
	@DisplayName("G39 followers are interrupted when no node writes the feed any more")
	void shouldInterruptFollowersOfALostNode() {
		CopyingStore lost = new CopyingStore(new MemoryFeedStore());
		RunFeeds node = RunFeeds.builder().store(lost).lease(LEASE).build();
		RunFeed orphan = node.create("alice");
		orphan.start(this.answers.client().prompt("Hi").content()).subscribe();
		this.answers.token("a");
		Answers.await("the token in the store", () -> node.statistics().lag().isZero()
				&& !lost.read(orphan.runId(), 0).block(Answers.TIMEOUT).isEmpty());
		// what the other node sees of a node that does not write any more
		MemoryFeedStore frozen = new MemoryFeedStore();
		String owner = lost.find(orphan.runId()).block(Answers.TIMEOUT).owner();
		frozen.open(orphan.runId(), owner, LEASE).block(Answers.TIMEOUT);
		frozen.append(orphan.runId(), lost.read(orphan.runId(), 0).block(Answers.TIMEOUT), 1).block(Answers.TIMEOUT);
		RunFeeds other = RunFeeds.builder().store(new CopyingStore(frozen)).lease(LEASE).build();
		assertThat(Answers.lines(Answers.all(other.follow(orphan.runId(), "alice", null))))
			.containsExactly("1:token:{\"text\":\"a\"}", "null:interrupted:{\"reason\":\"node\"}");
		other.shutdown(Duration.ofSeconds(5)).block(Answers.TIMEOUT);
	}

	@Test
	void shouldShareOneCopyAmongFollowers() {
		start().subscribe();
		awaitStored();
		List<List<ServerSentEvent<String>>> all = new CopyOnWriteArrayList<>();
		Flux<List<ServerSentEvent<String>>> followers = Flux.range(0, 200)
			.flatMap((index) -> Answers.withoutComments(follow(1)).collectList(), 200);
		followers.subscribe(all::add);
		Answers.await("the followers", () -> this.nodes.get(1).statistics().followers() == 200);
		this.answers.tokens(0, 50);
		this.answers.complete();
		Answers.await("the end of all", () -> all.size() == 200);
		assertThat(all).allSatisfy((events) -> assertThat(Answers.shown(events)).isEqualTo(Answers.text(50)));
		Answers.await("nobody is left", () -> this.nodes.get(1).statistics().followers() == 0);
	}

	@Test
	void shouldHandFollowersOverWhenTheirNodeStops() {
		start().subscribe();
		awaitStored();
		List<ServerSentEvent<String>> events = new CopyOnWriteArrayList<>();
		Flux<ServerSentEvent<String>> follower = follow(1).doOnNext(events::add);
		CountDownLatch completed = new CountDownLatch(1);
		follower.subscribe((event) -> {
		}, (ex) -> {
		}, completed::countDown);
		this.answers.tokens(0, 5);
		Answers.await("the tokens", () -> events.size() == 5);
		this.nodes.get(1).release();
		Answers.await("the hand-over", () -> completed.getCount() == 0);
		this.answers.tokens(5, 10);
		this.answers.complete();
		events.addAll(Answers.all(this.nodes.get(2).follow(this.feed.runId(), "alice", events.get(4).id())));
		assertThat(Answers.shown(events)).isEqualTo(Answers.text(10));
		assertThat(events.get(10).event()).isEqualTo("end");
	}

}
