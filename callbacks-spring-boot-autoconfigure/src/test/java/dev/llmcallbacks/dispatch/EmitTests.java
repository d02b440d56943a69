package dev.llmcallbacks.dispatch;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for events that come from several threads.
 */
class EmitTests {

	private static final int THREADS = 4;

	private static final int EVENTS = 2000;

	/** Plain fields: each event has to happen before the next. */
	private int heard;

	private boolean inside;

	private boolean overlapped;

	private final Map<String, Integer> last = new HashMap<>();

	private int outOfOrder;

	private void hear(CustomEvent event) {
		this.overlapped |= this.inside;
		this.inside = true;
		this.heard++;
		int number = (Integer) event.data();
		Integer previous = this.last.put(event.name(), number);
		this.outOfOrder += (previous == null || previous == number - 1) ? 0 : 1;
		this.inside = false;
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G7 events from many threads arrive one at a time, in the order of each thread, none lost")
	void shouldNeverOverlapWhenManyThreadsTellEvents(HandlerKind kind) throws Exception {
		Probe probe = new Probe().on(CustomEvent.class, (event) -> Mono.fromRunnable(() -> hear(event)));
		CallbackManager manager = Bench.of(kind, probe).manager();
		Sinks.Empty<Object> done = Sinks.empty();
		CountDownLatch opened = new CountDownLatch(1);
		ActiveRun[] run = new ActiveRun[1];
		Mono<Object> whole = manager
			.run(new RunSpec(RunType.CHAIN, "chain", RunOptions.NONE), new ChainEvents<>("in"), (active) -> {
				run[0] = active;
				opened.countDown();
				return done.asMono();
			})
			.ignoreElements()
			.cache();
		whole.subscribe();
		Await.zero(opened);
		CyclicBarrier barrier = new CyclicBarrier(THREADS);
		List<Thread> threads = Flux.range(0, THREADS)
			.map((thread) -> new Thread(() -> tell(run[0], barrier, "thread " + thread)))
			.collectList()
			.block();
		threads.forEach(Thread::start);
		for (Thread thread : threads) {
			thread.join(10_000);
		}
		done.tryEmitEmpty();
		whole.block(Await.TIMEOUT);
		assertThat(this.heard).isEqualTo(THREADS * EVENTS);
		assertThat(this.outOfOrder).isZero();
		assertThat(this.overlapped).isFalse();
		assertThat(probe.overlaps()).isEmpty();
	}

	private static void tell(ActiveRun run, CyclicBarrier barrier, String name) {
		try {
			barrier.await(10, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
		for (int i = 0; i < EVENTS; i++) {
			run.emit(new CustomEvent(run.run(), Instant.now(), name, i));
		}
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G1 an event that is told after the end is heard by nobody")
	void shouldHearNothingAfterTheEnd(HandlerKind kind) {
		Probe probe = new Probe();
		CallbackManager manager = Bench.of(kind, probe).manager();
		ActiveRun[] run = new ActiveRun[1];
		manager.run(new RunSpec(RunType.CHAIN, "chain", RunOptions.NONE), new ChainEvents<>("in"), (active) -> {
			run[0] = active;
			return Mono.just(1);
		}).blockLast(Await.TIMEOUT);
		run[0].emit(new CustomEvent(run[0].run(), Instant.now(), "late", 1));
		assertThat(probe.names()).containsExactly("ChainStart", "ChainEnd");
	}

}
