package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
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
import org.springframework.test.util.ReflectionTestUtils;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import dev.llmcallbacks.callback.LlmCallback.Delivery;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CoalescingExecutor}, with a clock that stands still.
 */
class CoalescingTests {

	private static final int RUNS = 6;

	private static final int BURST = 10;

	private static final Duration PAUSE = Duration.ofMillis(1);

	private final Probe probe = new Probe();

	private final ManualExecutor executor = new ManualExecutor();

	private CallbackManager manager;

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
		int bursts = emitUntilBusy(BURST);
		this.time.advanceTimeBy(PAUSE);
		assertThat(this.executor.tasks).hasSize(1);
		emit(BURST);
		this.time.advanceTimeBy(PAUSE.multipliedBy(3));
		assertThat(this.executor.tasks).hasSize(1);
		this.executor.runAll();
		assertThat(this.probe.of(LlmNewToken.class)).hasSize((bursts + 1) * BURST * RUNS);
		complete();
	}

	@Test
	@DisplayName("G8 what arrives at a high rate is handed off every millisecond")
	void shouldHandOffBatchesEveryMillisecond() {
		begin(bench(this.executor, BURST));
		int bursts = emitUntilBusy(BURST);
		for (int i = 0; i < 5; i++) {
			this.time.advanceTimeBy(PAUSE);
			assertThat(this.executor.tasks).hasSize(1);
			this.executor.runAll();
			assertThat(this.probe.of(LlmNewToken.class)).hasSize((bursts + i) * BURST * RUNS);
			emit(BURST);
		}
		complete();
	}

	@Test
	@DisplayName("G8 a few tasks are handed off at once")
	void shouldHandOffAFewTasksAtOnce() {
		bench(this.executor, BURST).client().prompt("Hi").result().subscribe(this.results::add);
		this.executor.runAll();
		emit(BURST);
		assertThat(this.executor.tasks).hasSize(1);
		this.executor.runAll();
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(BURST);
	}

	@Test
	@DisplayName("G13 a subscriber that becomes slow in the middle of a batch does not keep its events from handlers")
	void shouldDeliverWhatWasGatheredWhenTheSubscriberIsSlow() {
		AtomicBoolean first = new AtomicBoolean(true);
		bench(this.executor, BURST).client().prompt("Hi").content().subscribe((text) -> {
			if (first.getAndSet(false)) {
				this.time.advanceTimeBy(PAUSE);
				this.executor.runAll();
			}
		});
		this.executor.runAll();
		emit(BURST);
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(1);
		this.time.advanceTimeBy(PAUSE);
		this.executor.runAll();
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(BURST);
	}

	@Test
	@DisplayName("G13 another task joins one that is held up by a slow handler")
	void shouldJoinATaskThatIsHeldUp() {
		begin(bench(this.executor, BURST));
		int bursts = emitUntilBusy(BURST);
		holdUpTheNext();
		this.time.advanceTimeBy(PAUSE);
		int handled = this.probe.of(LlmNewToken.class).size();
		Thread heldUp = this.executor.runOneElsewhere();
		Await.zero(this.heldUp);
		this.time.advanceTimeBy(PAUSE);
		this.executor.runAll();
		assertThat(this.probe.of(LlmNewToken.class).size()).isBetween(handled + BURST * (RUNS - 1) + 1,
				bursts * BURST * RUNS - BURST + 1);
		release(heldUp);
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(bursts * BURST * RUNS);
		complete();
	}

	@Test
	@DisplayName("G13 another task joins one that was held up while it was being handed off")
	void shouldJoinATaskThatIsHeldUpAtOnce() {
		begin(bench(this.executor, BURST));
		int bursts = emitUntilBusy(BURST);
		holdUpTheNext();
		int handled = this.probe.of(LlmNewToken.class).size();
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
		assertThat(this.probe.of(LlmNewToken.class).size()).isBetween(handled + BURST * (RUNS - 1) + 1,
				bursts * BURST * RUNS - BURST + 1);
		release(heldUp[0]);
		complete();
	}

	@Test
	@DisplayName("D4 G21 a lane that waits for a thread is queued once, however many events arrive")
	void shouldQueueALaneOnce() {
		begin(bench(this.executor, BURST));
		emitUntilBusy(BURST);
		for (int i = 0; i < 20; i++) {
			emit(BURST);
			this.time.advanceTimeBy(PAUSE);
		}
		assertThat(this.executor.tasks).hasSize(1);
		CoalescingExecutor executor = ((DefaultCallbackManager) this.manager).executors().forHandler(this.executor);
		assertThat((Collection<?>) ReflectionTestUtils.getField(executor, "waiting")).hasSize(RUNS);
		this.executor.runAll();
		complete();
	}

	@Test
	@DisplayName("G14 what an executor rejects for many runs is handed off again, and counted")
	void shouldHandOffAgainWhatWasRejected() {
		Bench bench = bench(this.executor, BURST);
		begin(bench);
		int bursts = emitUntilBusy(BURST);
		this.executor.onExecute = () -> {
			this.executor.tasks.clear();
			throw new TaskRejectedException("full");
		};
		this.time.advanceTimeBy(PAUSE);
		assertThat(bench.statistics().rejected()).isEqualTo(1);
		this.executor.onExecute = () -> {
		};
		this.time.advanceTimeBy(Duration.ofMillis(5));
		this.executor.runAll();
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(bursts * BURST * RUNS);
		complete();
	}

	@Test
	@DisplayName("G14 what an executor threw away for many runs is done all the same")
	void shouldDoWhatWasThrownAway() {
		begin(bench(this.executor, BURST));
		int bursts = emitUntilBusy(BURST);
		this.time.advanceTimeBy(PAUSE);
		this.executor.tasks.clear();
		this.time.advanceTimeBy(Duration.ofSeconds(3));
		this.executor.runAll();
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(bursts * BURST * RUNS);
		complete();
	}

	@Test
	@DisplayName("G8 what arrives while the timer runs is not forgotten")
	void shouldHandOffWhatCameWhileTheTimerRan() {
		begin(bench(this.executor, BURST));
		int bursts = emitUntilBusy(BURST);
		this.executor.onExecute = () -> {
			join(this.executor.runOneElsewhere());
			emit(BURST);
		};
		this.time.advanceTimeBy(PAUSE);
		this.executor.onExecute = () -> {
		};
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(bursts * BURST * RUNS);
		this.time.advanceTimeBy(PAUSE);
		this.executor.runAll();
		assertThat(this.probe.of(LlmNewToken.class)).hasSize((bursts + 1) * BURST * RUNS);
		complete();
	}

	@Test
	@DisplayName("G8 single tokens of many runs share a task every four milliseconds")
	void shouldShareATaskForSingleTokens() {
		begin(bench(this.executor, 1));
		int tokens = emitUntilBusy(1);
		this.time.advanceTimeBy(PAUSE);
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
	@DisplayName("G11 tokens that the subscriber waits for are handed off at once, however many there are")
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

	@Test
	@DisplayName("G7 G13 lanes of a SERIAL handler take turns when many runs share tasks")
	void shouldTakeTurnsInABatch() {
		begin(Bench.of(this.executor, HandlerKind.SYNC_SERIAL.registration(this.probe))
			.bursting(BURST, this.answer.asFlux()));
		emit(BURST);
		for (int i = 0; i < 10 * RUNS; i++) {
			this.executor.runAll();
			this.time.advanceTimeBy(PAUSE);
		}
		assertThat(this.probe.of(LlmNewToken.class)).hasSize(BURST * RUNS);
		assertThat(this.probe.overlaps()).isEmpty();
	}

	// until a batch of every run waits for the next pause
	private int emitUntilBusy(int tokens) {
		int batches = 0;
		do {
			this.executor.runAll();
			emit(tokens);
			batches++;
		}
		while (!this.executor.tasks.isEmpty() && batches < 10_000);
		assertThat(this.executor.tasks).isEmpty();
		return batches;
	}

	private Bench bench(TaskExecutor executor, int burst) {
		return Bench.of(executor, HandlerKind.SYNC_CLASS.registration(this.probe))
			.bursting(burst, this.answer.asFlux());
	}

	private void begin(Bench bench) {
		this.manager = bench.manager();
		subscribe(bench);
		this.executor.runAll();
		assertThat(this.answer.currentSubscriberCount()).isEqualTo(RUNS);
	}

	private void subscribe(Bench bench) {
		for (int i = 0; i < RUNS; i++) {
			bench.client().prompt("Hi").result().subscribe(this.results::add);
		}
	}

	private void emit(int tokens) {
		IntStream.range(0, tokens).forEach((i) -> this.answer.tryEmitNext(ChatChunk.text("token ")).orThrow());
	}

	private void complete() {
		this.answer.tryEmitComplete();
		for (int i = 0; i < 20; i++) {
			this.time.advanceTimeBy(PAUSE);
			this.executor.runAll();
		}
		assertThat(this.results).hasSize(RUNS);
	}

	private void holdUpTheNext() {
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

	/** Runs tasks on request; known never to wait. */
	private static final class ManualExecutor extends RejectingTaskExecutor {

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
