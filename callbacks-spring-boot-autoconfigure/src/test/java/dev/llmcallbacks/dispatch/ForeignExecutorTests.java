package dev.llmcallbacks.dispatch;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;
import org.springframework.core.task.support.TaskExecutorAdapter;
import org.springframework.scheduling.concurrent.ConcurrentTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for executors that the library did not create: whatever they do, no event is
 * lost, doubled or reordered, and nothing but the library's own threads waits.
 */
@Timeout(60)
class ForeignExecutorTests {

	private static final int RUNS = 6;

	private final Probe probe = new Probe();

	private final CountDownLatch latch = new CountDownLatch(1);

	@AfterEach
	void open() {
		this.latch.countDown();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("D10 G14 no event is lost, doubled or reordered, whatever the executor does")
	void shouldLoseNothing(Foreign foreign) {
		Bench bench = Bench.of(foreign.create(), HandlerKind.SYNC_CLASS.registration(this.probe))
			.answering("a", "b", "c", "d", "e");
		Flux.range(0, RUNS)
			.flatMap((i) -> bench.client().prompt("Hi").result().subscribeOn(Schedulers.parallel()), RUNS)
			.blockLast(Await.TIMEOUT.multipliedBy(4));
		bench.awaitNoLiveRuns();
		assertThat(this.probe.overlaps()).isEmpty();
		assertThat(this.probe.events()).hasSize(RUNS * 7);
		this.probe.events().stream().map((event) -> event.run().id()).distinct().forEach((id) -> {
			List<String> tokens = this.probe.events(id)
				.stream()
				.filter(LlmNewToken.class::isInstance)
				.map((event) -> ((LlmNewToken) event).token())
				.toList();
			assertThat(tokens).containsExactly("a", "b", "c", "d", "e");
		});
		assertThat(this.probe.threads()).noneMatch(Schedulers::isNonBlockingThread);
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("D10 G9 blocking work is called once and never on an event loop, whatever the executor does")
	void shouldCallWorkOnce(Foreign foreign) {
		CallbackManager manager = CallbackManager.builder().workExecutor(foreign.create()).build();
		AtomicInteger calls = new AtomicInteger();
		List<Integer> results = Flux.range(0, RUNS).flatMap((i) -> manager.call(() -> {
			assertThat(Schedulers.isInNonBlockingThread()).isFalse();
			calls.incrementAndGet();
			return i;
		}).subscribeOn(Schedulers.parallel()), RUNS).collectList().block(Await.TIMEOUT.multipliedBy(4));
		assertThat(results).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
		assertThat(calls).hasValue(RUNS);
	}

	@Test
	@DisplayName("D3 G9 an executor whose execute waits takes no thread of boundedElastic()")
	void shouldLeaveBoundedElasticAlone() {
		SimpleAsyncTaskExecutor throttled = new SimpleAsyncTaskExecutor("pool-");
		throttled.setConcurrencyLimit(2);
		AtomicInteger onElastic = new AtomicInteger();
		this.probe.on(LlmNewToken.class, (token) -> Mono.fromRunnable(() -> Await.zero(this.latch)));
		Bench bench = Bench.of(throttled, HandlerKind.SYNC_CLASS.registration(this.probe)).answering("a");
		Flux<?> all = Flux.range(0, 40).flatMap((i) -> bench.client().prompt("Hi").result(), 40).cache();
		all.subscribe();
		Await.until("two handlers that wait", () -> this.probe.of(LlmNewToken.class).size() == 2);
		for (int i = 0; i < 40; i++) {
			Mono.fromCallable(onElastic::incrementAndGet).subscribeOn(Schedulers.boundedElastic()).block(Await.TIMEOUT);
		}
		assertThat(onElastic).hasValue(40);
		this.latch.countDown();
		all.blockLast(Await.TIMEOUT);
	}

	@Test
	@DisplayName("D3 G9 an executor that is known not to wait is handed its tasks directly")
	void shouldKnowWhichExecutorsWait() {
		ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();
		pool.setDaemon(true);
		assertThat(ResilientExecutor.mayWait(pool)).isTrue();
		pool.initialize();
		SimpleAsyncTaskExecutor throttled = new SimpleAsyncTaskExecutor();
		throttled.setConcurrencyLimit(1);
		RejectingTaskExecutor rejecting = new RejectingTaskExecutor();
		rejecting.setConcurrencyLimit(1);
		assertThat(List.of(pool, rejecting, new SimpleAsyncTaskExecutor(), ForkJoinPool.commonPool(),
				new ConcurrentTaskExecutor(ForkJoinPool.commonPool()),
				Foreign.pool(1, 1, new ThreadPoolExecutor.AbortPolicy())))
			.noneMatch(ResilientExecutor::mayWait);
		assertThat(List.<Executor>of(throttled, (task) -> pool.execute(task), new TaskExecutorAdapter(pool),
				Foreign.pool(1, 1, (task, executor) -> {
				})))
			.allMatch(ResilientExecutor::mayWait);
		pool.shutdown();
	}

	enum Foreign {

		THREAD_POOL {

			@Override
			TaskExecutor create() {
				return adapt(pool(2, 100, new ThreadPoolExecutor.AbortPolicy()));
			}

		},

		REJECTING {

			@Override
			TaskExecutor create() {
				return adapt(pool(1, 1, new ThreadPoolExecutor.AbortPolicy()));
			}

		},

		DISCARDING {

			@Override
			TaskExecutor create() {
				return adapt(pool(1, 1, new ThreadPoolExecutor.DiscardPolicy()));
			}

		},

		DISCARDING_OLDEST {

			@Override
			TaskExecutor create() {
				return adapt(pool(1, 1, new ThreadPoolExecutor.DiscardOldestPolicy()));
			}

		},

		CALLER_RUNS {

			@Override
			TaskExecutor create() {
				return adapt(pool(1, 1, new ThreadPoolExecutor.CallerRunsPolicy()));
			}

		},

		CALLER_BLOCKS {

			@Override
			TaskExecutor create() {
				return adapt(pool(1, 1, (task, executor) -> {
					try {
						executor.getQueue().put(task);
					}
					catch (InterruptedException ex) {
						throw new RejectedExecutionException(ex);
					}
				}));
			}

		},

		THROTTLED {

			@Override
			TaskExecutor create() {
				SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("pool-");
				executor.setConcurrencyLimit(1);
				return executor;
			}

		},

		SHUT_DOWN_BEHIND_A_WRAPPER {

			@Override
			TaskExecutor create() {
				ThreadPoolExecutor pool = pool(1, 10, new ThreadPoolExecutor.AbortPolicy());
				pool.shutdown();
				return pool::execute;
			}

		},

		SCHEDULER {

			@Override
			TaskExecutor create() {
				ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
				scheduler.setDaemon(true);
				scheduler.initialize();
				return scheduler;
			}

		},

		TWICE {

			@Override
			TaskExecutor create() {
				ThreadPoolExecutor pool = pool(2, 1000, new ThreadPoolExecutor.AbortPolicy());
				return (task) -> {
					pool.execute(task);
					pool.execute(task);
				};
			}

		},

		WAITING_FOR_THE_TASK {

			@Override
			TaskExecutor create() {
				ThreadPoolExecutor pool = pool(2, 1000, new ThreadPoolExecutor.AbortPolicy());
				return (task) -> {
					try {
						pool.submit(task).get();
					}
					catch (Exception ex) {
						throw new IllegalStateException(ex);
					}
				};
			}

		},

		LOSING_HALF {

			@Override
			TaskExecutor create() {
				ThreadPoolExecutor pool = pool(2, 1000, new ThreadPoolExecutor.AbortPolicy());
				AtomicInteger tasks = new AtomicInteger();
				return (task) -> {
					if (tasks.incrementAndGet() % 2 == 0) {
						pool.execute(task);
					}
				};
			}

		};

		abstract TaskExecutor create();

		private static TaskExecutor adapt(Executor executor) {
			return new ConcurrentTaskExecutor(executor);
		}

		static ThreadPoolExecutor pool(int threads, int queue, RejectedExecutionHandler handler) {
			ThreadPoolExecutor pool = new ThreadPoolExecutor(threads, threads, 1, TimeUnit.SECONDS,
					new ArrayBlockingQueue<>(queue), (task) -> {
						Thread thread = new Thread(task, "pool-thread");
						thread.setDaemon(true);
						return thread;
					}, handler);
			pool.allowCoreThreadTimeOut(true);
			return pool;
		}

	}

}
