package dev.llmcallbacks.feed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.LongStream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.dispatch.StoppedClock;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FollowerQueue}.
 */
class FollowerQueueTests {

	private static final int ENTRIES = 200;

	private final FollowerQueue queue = new FollowerQueue();

	@Test
	@DisplayName("G39 followers that share a queue receive everything once and in order, at their own pace")
	void shouldEmitToManyFollowers() throws Exception {
		long seed = new Random().nextLong();
		System.out.println("FollowerQueueTests seed " + seed);
		Random random = new Random(seed);
		List<FeedLog> logs = new ArrayList<>();
		List<Follower> followers = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			FeedLog log = log();
			logs.add(log);
			for (int j = 0; j < 10; j++) {
				Follower follower = new Follower(1 + random.nextInt(5), random.nextInt(4) == 0);
				followers.add(follower);
				log.follow(0, this.queue).subscribe(follower);
			}
		}
		Scheduler producers = Schedulers.newParallel("producers", 4);
		try {
			logs.forEach((log) -> producers.schedule(() -> {
				for (int i = 1; i < ENTRIES; i++) {
					log.append(item());
				}
				log.end(FeedEntry.END, "");
			}));
			for (Follower follower : followers) {
				assertThat(follower.done.await(30, TimeUnit.SECONDS)).isTrue();
				assertThat(follower.numbers).containsExactlyElementsOf(
						LongStream.rangeClosed(1, follower.leaves ? ENTRIES / 2 : ENTRIES).boxed().toList());
			}
		}
		finally {
			producers.dispose();
		}
	}

	@Test
	@DisplayName("G39 a subscriber that throws a fatal error does not keep others from their entries")
	void shouldEmitToOthersAfterAFatalError() {
		FeedLog log = log();
		CountDownLatch thrown = new CountDownLatch(1);
		log.follow(0, this.queue).subscribe(new Unbounded((emission) -> {
			thrown.countDown();
			throw new InternalError("not caught by Reactor");
		}));
		List<LogFollower.Emission> emissions = new CopyOnWriteArrayList<>();
		log.follow(0, this.queue).subscribe(new Unbounded(emissions::add));
		log.append(item());
		Answers.await("the error", () -> thrown.getCount() == 0);
		Answers.await("the entry", () -> emissions.size() == 1);
		log.append(item());
		Answers.await("the next entry", () -> emissions.size() == 2);
	}

	private static FeedLog log() {
		return new FeedLog(1 << 20, new AtomicLong());
	}

	private static FeedItem item() {
		return new FeedItem("token", "{}", "");
	}

	@Nested
	class WithAStoppedClock {

		@RegisterExtension
		private final StoppedClock time = new StoppedClock();

		@Test
		@DisplayName("a follower that has been quiet emits at once, and then once a millisecond")
		void shouldGatherSignals() {
			this.time.advanceTimeBy(Duration.ofSeconds(1));
			FeedLog log = log();
			List<LogFollower.Emission> emissions = new ArrayList<>();
			log.follow(0, FollowerQueueTests.this.queue).subscribe(new Unbounded(emissions::add));
			this.time.advanceTimeBy(Duration.ofMillis(5));
			log.append(item());
			assertThat(emissions).hasSize(1);
			log.append(item());
			log.append(item());
			assertThat(emissions).hasSize(1);
			this.time.advanceTimeBy(Duration.ofMillis(1));
			assertThat(emissions).hasSize(3);
		}

	}

	/** Subscriber that requests a few entries at a time, and may cancel in the middle. */
	private static final class Follower extends BaseSubscriber<LogFollower.Emission> {

		private final List<Long> numbers = new CopyOnWriteArrayList<>();

		private final CountDownLatch done = new CountDownLatch(1);

		private final int batch;

		private final boolean leaves;

		Follower(int batch, boolean leaves) {
			this.batch = batch;
			this.leaves = leaves;
		}

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			request(this.batch);
		}

		@Override
		protected void hookOnNext(LogFollower.Emission emission) {
			this.numbers.add(emission.entry().number());
			if (this.leaves && this.numbers.size() == ENTRIES / 2) {
				cancel();
				this.done.countDown();
			}
			else if (this.numbers.size() % this.batch == 0) {
				Schedulers.boundedElastic().schedule(() -> request(this.batch));
			}
		}

		@Override
		protected void hookOnComplete() {
			this.done.countDown();
		}

	}

	/** Subscriber that requests everything, and may throw. */
	private static final class Unbounded implements CoreSubscriber<LogFollower.Emission> {

		private final Consumer<LogFollower.Emission> consumer;

		Unbounded(Consumer<LogFollower.Emission> consumer) {
			this.consumer = consumer;
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			subscription.request(Long.MAX_VALUE);
		}

		@Override
		public void onNext(LogFollower.Emission emission) {
			this.consumer.accept(emission);
		}

		@Override
		public void onError(Throwable error) {
		}

		@Override
		public void onComplete() {
		}

	}

}
