package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.core.task.TaskExecutor;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import dev.llmcallbacks.callback.LlmCallback.Delivery;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.LlmResult;


import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what many runs hand over together, with a clock that stands still.
 */
class CoalescingTests {

	private static final int RUNS = 6;

	private static final int BURST = 10;

	private static final Duration PAUSE = Duration.ofMillis(1);

	private final Probe probe = new Probe();

	private final ManualExecutor executor = new ManualExecutor();

	private final CountDownLatch heldUp = new CountDownLatch(1);

	private final CountDownLatch gate = new CountDownLatch(1);

	private final Sinks.Many<ChatChunk> answer = Sinks.many().multicast().directBestEffort();

	private final List<LlmResult> results = new ArrayList<>();

	@RegisterExtension
	private final StoppedClock time = new StoppedClock();

	@AfterEach
	void openTheGate() {
		this.gate.countDown();
	}

	@Test
	@DisplayName("G8 what many runs have at one time is one task, also as long as that waits for a thread")
	void shouldShareATask() {
		begin(bench(this.executor, BURST));
		emitBurst();
		assertThat(this.executor.tasks).isEmpty();
		this.time.advanceTimeBy(PAUSE);
		assertThat(this.executor.tasks).hasSize(1);
		emitBurst();
		this.time.advanceTimeBy(PAUSE.multipliedBy(3));
		assertThat(this.executor.tasks).hasSize(1);
		this.executor.runAll();
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(2 * BURST * RUNS);
		complete();
	}

	@Test
	@DisplayName("G8 what comes thick and fast is handed over each millisecond")
	void shouldHandOverBurstsEachMillisecond() {
		begin(bench(this.executor, BURST));
		for (int i = 1; i <= 5; i++) {
			emitBurst();
			this.time.advanceTimeBy(PAUSE);
			assertThat(this.executor.tasks).hasSize(1);
			this.executor.runAll();
			assertThat(this.probe.of(LlmNewToken.class)).hasSize(i * BURST * RUNS);
		}
		complete();
	}

	@Test
	@DisplayName("G8 what is left of a burst when the timer has come by in the midst of it is not forgotten")
	void shouldComeByAgainForTheRestOfABurst() {
		AtomicBoolean first = new AtomicBoolean(true);
		bench(this.executor, BURST).client().prompt("Hi").content().subscribe((text) -> {
			if (first.getAndSet(false)) {
				this.time.advanceTimeBy(PAUSE);
				this.executor.runAll();
			}
		});
		this.executor.runAll();
		emitBurst();
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(1);
		this.time.advanceTimeBy(PAUSE);
		this.executor.runAll();
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(BURST);
	}

	@Test
	@DisplayName("G13 another task joins one that was held up after it had waited for a thread")
	void shouldJoinATaskThatIsHeldUp() {
		holdUpTheFirst();
		begin(bench(this.executor, BURST));
		emitBurst();
		this.time.advanceTimeBy(PAUSE.multipliedBy(3));
		Thread heldUp = this.executor.runOneElsewhere();
		Await.zero(this.heldUp);
		this.time.advanceTimeBy(PAUSE);
		this.executor.runAll();
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(BURST * (RUNS - 1) + 1);
		release(heldUp);
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(BURST * RUNS);
		complete();
	}

	@Test
	@DisplayName("G13 another task joins one that was held up while it was being handed over")
	void shouldJoinATaskThatIsHeldUpAtOnce() {
		holdUpTheFirst();
		begin(bench(this.executor, BURST));
		emitBurst();
		Thread[] heldUp = new Thread[1];
		this.executor.onExecute = () -> {
			heldUp[0] = this.executor.runOneElsewhere();
			Await.zero(this.heldUp);
		};
		this.time.advanceTimeBy(PAUSE);
		this.executor.onExecute = () -> {
		};
		this.time.advanceTimeBy(PAUSE);
		this.executor.runAll();
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(BURST * (RUNS - 1) + 1);
		release(heldUp[0]);
		complete();
	}

	@Test
	@DisplayName("G14 what an executor rejects for many runs is handed over again for each")
	void shouldHandOverAgainWhatWasRejected() {
		Bench bench = bench(this.executor, BURST);
		begin(bench);
		emitBurst();
		this.executor.onExecute = () -> {
			this.executor.tasks.clear();
			throw new TaskRejectedException("full");
		};
		this.time.advanceTimeBy(PAUSE);
		assertThat(bench.statistics().rejected()).isEqualTo(RUNS + 1);
		this.executor.onExecute = () -> {
		};
		this.time.advanceTimeBy(Duration.ofMillis(5));
		assertThat(this.executor.tasks).hasSize(RUNS);
		this.executor.runAll();
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(BURST * RUNS);
		complete();
	}

	@Test
	@DisplayName("G14 what an executor threw away for many runs is done all the same")
	void shouldDoWhatWasThrownAway() {
		ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();
		pool.setCorePoolSize(1);
		pool.setMaxPoolSize(1);
		pool.setDaemon(true);
		pool.initialize();
		Bench bench = bench(pool, BURST);
		subscribe(bench);
		Await.until("the runs to begin", () -> this.answer.currentSubscriberCount() == RUNS);
		pool.execute(() -> Await.zero(this.gate));
		Await.until("the thread to be busy", () -> pool.getThreadPoolExecutor().getQueue().isEmpty());
		emitBurst();
		this.time.advanceTimeBy(PAUSE);
		assertThat(pool.getThreadPoolExecutor().getQueue()).hasSize(1);
		pool.getThreadPoolExecutor().shutdownNow();
		this.time.advanceTimeBy(Duration.ofMillis(600));
		Await.until("all tokens", () -> this.probe.of(LlmNewToken.class).size() == BURST * RUNS);
		this.answer.tryEmitComplete();
		this.time.advanceTimeBy(PAUSE);
		Await.until("all ends", () -> this.probe.of(LlmEnd.class).size() == RUNS);
	}

	@Test
	@DisplayName("G8 what comes while the timer runs is not forgotten")
	void shouldComeByForWhatCameWhileItRan() {
		begin(bench(this.executor, BURST));
		emitBurst();
		this.executor.onExecute = () -> {
			join(this.executor.runOneElsewhere());
			emitBurst();
		};
		this.time.advanceTimeBy(PAUSE);
		this.executor.onExecute = () -> {
		};
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(BURST * RUNS);
		this.time.advanceTimeBy(PAUSE);
		this.executor.runAll();
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(2 * BURST * RUNS);
		complete();
	}

	@Test
	@DisplayName("G8 tokens that come one by one share a task when there are many of them")
	void shouldShareATaskForTokensThatComeOneByOne() {
		begin(bench(this.executor, 1));
		int tokens = 0;
		do {
			this.executor.runAll();
			emit(1);
			tokens++;
		}
		while (!this.executor.tasks.isEmpty() && tokens < 10_000);
		assertThat(this.executor.tasks).isEmpty();
		this.time.advanceTimeBy(PAUSE);
		assertThat(this.executor.tasks).hasSize(1);
		this.executor.runAll();
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(tokens * RUNS);
		emit(1);
		this.time.advanceTimeBy(PAUSE.multipliedBy(3));
		assertThat(this.executor.tasks).isEmpty();
		this.time.advanceTimeBy(PAUSE);
		assertThat(this.executor.tasks).hasSize(1);
		this.executor.runAll();
		assertThat(this.probe.of(LlmNewToken.class)).hasSize((tokens + 1) * RUNS);
		complete();
	}

	@Test
	@DisplayName("G8 tokens that come one by one after they came thick and fast are in no hurry any more")
	void shouldNotHurryAfterABurst() {
		begin(Bench.of(this.executor, HandlerKind.SYNC_CLASS.registration(this.probe))
			.bursting((chunks) -> chunks.bufferUntil((chunk) -> chunk.text().endsWith(" ")), this.answer.asFlux()));
		IntStream.range(1, BURST).forEach((i) -> this.answer.tryEmitNext(ChatChunk.text("token")).orThrow());
		emit(1);
		this.time.advanceTimeBy(PAUSE);
		this.executor.runAll();
		emit(1);
		this.time.advanceTimeBy(PAUSE);
		this.executor.runAll();
		assertThat(this.probe.of(LlmNewToken.class)).hasSize((BURST + 1) * RUNS);
		emit(1);
		this.time.advanceTimeBy(PAUSE.multipliedBy(3));
		assertThat(this.executor.tasks).isEmpty();
		this.time.advanceTimeBy(PAUSE);
		assertThat(this.executor.tasks).hasSize(1);
		complete();
	}

	@Test
	@DisplayName("G11 tokens that the subscriber waits for are handed over at once, however many there are")
	void shouldNotLetTheSubscriberWait() {
		HandlerRegistration handler = HandlerKind.SYNC_CLASS.registration(this.probe,
				(settings) -> settings.delivery(Delivery.LOCKSTEP));
		begin(Bench.of(this.executor, handler).bursting(1, this.answer.asFlux()));
		for (int i = 1; i <= 100; i++) {
			emit(1);
			assertThat(this.executor.tasks).hasSize(RUNS);
			this.executor.runAll();
			assertThat(this.probe.of(LlmNewToken.class)).hasSize(i * RUNS);
		}
		complete();
	}

	private Bench bench(TaskExecutor executor, int burst) {
		return Bench.of(executor, HandlerKind.SYNC_CLASS.registration(this.probe))
			.bursting(burst, this.answer.asFlux());
	}

	private void begin(Bench bench) {
		subscribe(bench);
		this.executor.runAll();
		assertThat(this.answer.currentSubscriberCount()).isEqualTo(RUNS);
	}

	private void subscribe(Bench bench) {
		for (int i = 0; i < RUNS; i++) {
			bench.client().prompt("Hi").result().subscribe(this.results::add);
		}
	}

	private void emitBurst() {
		emit(BURST);
	}

	private void emit(int tokens) {
		IntStream.range(0, tokens).forEach((i) -> this.answer.tryEmitNext(ChatChunk.text("token ")).orThrow());
	}

	private void complete() {
		this.answer.tryEmitComplete();
		for (int i = 0; i < 5; i++) {
			this.time.advanceTimeBy(PAUSE);
			this.executor.runAll();
		}
		assertThat(this.results).hasSize(RUNS);
	}

	private void holdUpTheFirst() {
		AtomicBoolean first = new AtomicBoolean(true);
		this.probe.on(LlmNewToken.class,
				(token) -> first.getAndSet(false) ? Mono.fromRunnable(this::holdUp) : Mono.empty());
	}

	private void holdUp() {
		this.heldUp.countDown();
		Await.zero(this.gate);
	}

	private void release(Thread heldUp) {
		this.gate.countDown();
		join(heldUp);
	}

	private static void join(Thread thread) {
		try {
			thread.join(TimeUnit.SECONDS.toMillis(10));
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException("interrupted", ex);
		}
	}

	/** Runs tasks when it is told to. */
	private static final class ManualExecutor implements TaskExecutor {

		private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

		private Runnable onExecute = () -> {
		};

		@Override
		public void execute(Runnable task) {
			this.tasks.add(task);
			this.onExecute.run();
		}

		void runAll() {
			for (Runnable task = this.tasks.poll(); task != null; task = this.tasks.poll()) {
				task.run();
			}
		}

		Thread runOneElsewhere() {
			Thread thread = new Thread(this.tasks.remove(), "elsewhere");
			thread.start();
			return thread;
		}

	}

}
