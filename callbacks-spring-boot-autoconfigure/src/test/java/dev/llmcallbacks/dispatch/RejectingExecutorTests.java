package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor.CallerRunsPolicy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for executors that reject work.
 */
@ExtendWith(OutputCaptureExtension.class)
class RejectingExecutorTests {

	private static final Duration TIMEOUT = Await.TIMEOUT;

	private static final String[] TOKENS = IntStream.range(0, 300).mapToObj((i) -> i + " ").toArray(String[]::new);

	private final Probe probe = new Probe();

	private final ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();

	private final CountDownLatch latch = new CountDownLatch(1);

	@AfterEach
	void stop() {
		this.latch.countDown();
		this.pool.shutdown();
	}

	private void pool(int threads, int queueCapacity) {
		this.pool.setCorePoolSize(threads);
		this.pool.setMaxPoolSize(threads);
		this.pool.setQueueCapacity(queueCapacity);
		this.pool.setThreadNamePrefix("pool-");
		this.pool.setDaemon(true);
		this.pool.initialize();
	}

	@Test
	@DisplayName("G14 an executor that rejects at random loses no event, and rejections are counted")
	void shouldLoseNothingWhenWorkIsRejectedAtRandom() {
		pool(2, 100);
		Random random = new Random(42);
		AtomicInteger rejected = new AtomicInteger();
		TaskExecutor executor = (task) -> {
			if (random.nextInt(3) > 0) {
				rejected.incrementAndGet();
				throw new RejectedExecutionException("not now");
			}
			this.pool.execute(task);
		};
		Bench bench = Bench.of(executor, HandlerKind.SYNC_CLASS.registration(this.probe)).answering(TOKENS);
		bench.client().prompt("Hi").result().block(TIMEOUT);
		assertHeardEverything(bench);
		assertThat(rejected).hasPositiveValue();
		assertThat(bench.statistics().rejected()).isEqualTo(rejected.get());
	}

	@Test
	@DisplayName("G8 G14 a caller-runs policy counts as a rejection, and calls nothing in place")
	void shouldCallNothingInPlaceWhenTheCallerIsToRunTheTask() {
		this.pool.setRejectedExecutionHandler(new CallerRunsPolicy());
		pool(1, 0);
		this.pool.execute(() -> Await.zero(this.latch));
		Bench bench = Bench.of(this.pool, HandlerKind.SYNC_CLASS.registration(this.probe)).answering(TOKENS);
		Mono<?> result = bench.client().prompt("Hi").result().cache();
		result.subscribe();
		Await.until("a rejection", () -> bench.statistics().rejected() > 2);
		assertThat(this.probe.events()).isEmpty();
		this.latch.countDown();
		result.block(TIMEOUT);
		assertHeardEverything(bench);
	}

	@Test
	@DisplayName("G14 a bounded queue of one loses no event of many runs")
	void shouldLoseNothingWhenTheQueueIsShort() {
		pool(1, 1);
		Bench bench = Bench.of(this.pool, HandlerKind.SYNC_CLASS.registration(this.probe)).answering("a", "b");
		Flux.range(0, 20)
			.flatMap((i) -> bench.client().prompt("Hi").result().subscribeOn(Schedulers.parallel()), 20)
			.blockLast(TIMEOUT);
		assertThat(this.probe.events()).hasSize(80);
		assertThat(this.probe.overlaps()).isEmpty();
		assertThat(this.probe.threads()).allMatch((thread) -> thread.getName().startsWith("pool-"));
		bench.awaitNoLiveRuns();
	}

	@Test
	@DisplayName("G14 an executor that is shut down in the middle is replaced by a thread of the library's")
	void shouldGoOnWhenTheExecutorIsShutDown() {
		pool(2, 100);
		this.probe.on(LlmNewToken.class, (token) -> {
			if (token.token().equals("100 ")) {
				this.pool.getThreadPoolExecutor().shutdown();
			}
			return Mono.empty();
		});
		Bench bench = Bench.of(this.pool, HandlerKind.SYNC_CLASS.registration(this.probe)).answering(TOKENS);
		bench.client().prompt("Hi").result().block(TIMEOUT);
		assertHeardEverything(bench, "pool-", "llm-callback-drain");
	}

	@Test
	@DisplayName("G14 what an executor threw away when it was shut down is done all the same")
	void shouldGoOnWhenTheExecutorThrewItsQueueAway() {
		pool(1, 100);
		this.pool.execute(() -> Await.zero(this.latch));
		Bench bench = Bench.of(this.pool, HandlerKind.SYNC_CLASS.registration(this.probe)).answering(TOKENS);
		Mono<?> result = bench.client().prompt("Hi").result().cache();
		result.subscribe();
		Await.until("the task to wait", () -> this.pool.getThreadPoolExecutor().getQueue().size() == 1);
		this.pool.getThreadPoolExecutor().shutdownNow();
		result.block(TIMEOUT);
		assertHeardEverything(bench, "llm-callback-drain");
	}

	@Test
	@DisplayName("G14 an executor that throws anything, or runs a task twice, loses and doubles nothing")
	void shouldStandAnExecutorThatMisbehaves() {
		pool(2, 100);
		AtomicInteger calls = new AtomicInteger();
		TaskExecutor executor = (task) -> {
			int call = calls.incrementAndGet();
			if (call % 3 == 0) {
				throw new IllegalStateException("broken");
			}
			this.pool.execute(task);
			this.pool.execute(task);
			if (call % 3 == 1) {
				throw new RejectedExecutionException("accepted, but says otherwise");
			}
		};
		this.probe.on(LlmNewToken.class, (token) -> Mono.delay(Duration.ofNanos(50_000)).then());
		Bench bench = Bench.of(executor, HandlerKind.SYNC_CLASS.registration(this.probe)).answering(TOKENS);
		bench.client().prompt("Hi").result().block(TIMEOUT);
		assertHeardEverything(bench);
	}

	@Test
	@DisplayName("G14 rejections are logged at a falling rate")
	void shouldLogRejectionsAtAFallingRate(CapturedOutput output) {
		pool(1, 10);
		AtomicInteger calls = new AtomicInteger();
		TaskExecutor executor = (task) -> {
			if (calls.incrementAndGet() <= 5) {
				throw new RejectedExecutionException("not now");
			}
			this.pool.execute(task);
		};
		Bench bench = Bench.of(executor, HandlerKind.SYNC_CLASS.registration(this.probe)).answering("a");
		bench.client().prompt("Hi").result().block(TIMEOUT);
		assertThat(output.toString().split("rejected work", -1)).hasSize(1 + 3);
		assertThat(bench.statistics().rejected()).isEqualTo(5);
	}

	@Test
	@DisplayName("G9 an executor that lets the caller wait for a free thread holds up no stream")
	void shouldNotWaitForAThreadOfAThrottledExecutor() {
		SimpleAsyncTaskExecutor throttled = new SimpleAsyncTaskExecutor("pool-");
		throttled.setConcurrencyLimit(1);
		throttled.execute(() -> Await.zero(this.latch));
		Bench bench = Bench.of(throttled, HandlerKind.SYNC_CLASS.registration(this.probe)).answering(TOKENS);
		Mono<?> result = bench.client().prompt("Hi").result().cache();
		result.subscribe();
		assertThat(this.probe.events()).isEmpty();
		this.latch.countDown();
		result.block(TIMEOUT);
		assertHeardEverything(bench);
	}

	@Test
	@DisplayName("G8 an executor that runs everything in place is refused at the start")
	void shouldRefuseASyncTaskExecutor() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new TestSettings().executor(new SyncTaskExecutor()).build())
			.withMessageContaining("SyncTaskExecutor");
	}

	@Test
	@DisplayName("G14 a run that is cancelled while its start is rejected still ends")
	void shouldEndWhenCancelledWhileTheStartIsRejected() {
		pool(1, 10);
		AtomicInteger calls = new AtomicInteger();
		TaskExecutor executor = (task) -> {
			if (calls.incrementAndGet() <= 3) {
				throw new RejectedExecutionException("not now");
			}
			this.pool.execute(task);
		};
		Bench bench = Bench.of(executor, HandlerKind.SYNC_CLASS.registration(this.probe));
		bench.client().prompt("Hi").result().subscribe().dispose();
		Await.until("the end", this.probe::hasEnded);
		assertThat(this.probe.names()).containsExactly("ChatModelStart", "LlmCancel");
		assertThat(this.probe.of(ChatModelStart.class)).hasSize(1);
		bench.awaitNoLiveRuns();
	}

	private void assertHeardEverything(Bench bench, String... threads) {
		assertThat(this.probe.tokens()).isEqualTo(String.join("", TOKENS));
		assertThat(this.probe.names()).hasSize(302).startsWith("ChatModelStart").endsWith("LlmEnd");
		assertThat(this.probe.overlaps()).isEmpty();
		String[] prefixes = (threads.length > 0) ? threads : new String[] { "pool-" };
		assertThat(this.probe.threads())
			.allMatch((thread) -> Arrays.stream(prefixes).anyMatch(thread.getName()::startsWith));
		bench.awaitNoLiveRuns();
	}

}
