package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.callback.LlmCallback.Overflow;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random runs that are fed by hand or called in place, with random handlers.
 * {@code -Dllm.stress.schedules=100000} makes it a long run, {@code -Dllm.stress.seed=…}
 * repeats one.
 */
class HandFedStressTests {

	private static final Log logger = LogFactory.getLog(HandFedStressTests.class);

	private static final RunSpec SPEC = new RunSpec(RunType.LLM, "run", RunOptions.NONE);

	private static final HandlerKind[] KINDS = HandlerKind.values();

	private final int schedules = Integer.getInteger("llm.stress.schedules", 600);

	private final long seed = Long.getLong("llm.stress.seed", ThreadLocalRandom.current().nextLong());

	@Test
	@DisplayName("G1 G7 G11 G21 G38 every schedule ends once, in order, with nothing lost or left")
	void shouldHoldInEverySchedule() {
		logger.info(this.schedules + " schedules with seed " + this.seed);
		for (int i = 0; i < this.schedules; i++) {
			long ofSchedule = this.seed + i;
			try {
				new Schedule(new Random(ofSchedule)).run();
			}
			catch (Throwable ex) {
				throw new AssertionError("repeat with -Dllm.stress.schedules=1 -Dllm.stress.seed=" + ofSchedule, ex);
			}
		}
	}

	private static final class Schedule {

		private final Random random;

		private final List<Probe> probes = new ArrayList<>();

		private final List<HandlerKind> kinds = new ArrayList<>();

		private final Bench bench;

		Schedule(Random random) {
			this.random = random;
			List<HandlerRegistration> registrations = new ArrayList<>();
			int count = 1 + random.nextInt(3);
			for (int i = 0; i < count; i++) {
				HandlerKind kind = KINDS[random.nextInt(KINDS.length)];
				Probe probe = new Probe();
				int bufferSize = 1 + random.nextInt(8);
				boolean raises = random.nextInt(10) == 0;
				long seed = random.nextLong();
				probe.react((event) -> react(kind, new Random(seed ^ event.timestamp().getNano())));
				registrations.add(kind.registration(probe, (settings) -> {
					settings.overflow(Overflow.BACKPRESSURE, bufferSize);
					return raises ? settings.raiseError() : settings;
				}));
				this.probes.add(probe);
				this.kinds.add(kind);
			}
			this.bench = Bench.of(registrations.toArray(HandlerRegistration[]::new));
		}

		private static Mono<Void> react(HandlerKind kind, Random dice) {
			if (dice.nextInt(60) == 0) {
				return Mono.error(new IllegalStateException("broken"));
			}
			return (kind.isInline() || dice.nextInt(3) > 0) ? Mono.empty()
					: Mono.delay(Duration.ofNanos(dice.nextInt(100_000))).then();
		}

		void run() throws InterruptedException {
			int runs = 1 + this.random.nextInt(3);
			CountDownLatch left = new CountDownLatch(runs);
			AtomicInteger fed = new AtomicInteger();
			List<OpenRun<String>> open = new ArrayList<>();
			for (int i = 0; i < runs; i++) {
				Random ofRun = new Random(this.random.nextLong());
				if (ofRun.nextInt(3) == 0) {
					Schedulers.boundedElastic().schedule(() -> call(ofRun, left));
				}
				else {
					OpenRun<String> run = this.bench.manager().open(SPEC, new CountingEvents());
					open.add(run);
					Schedulers.boundedElastic().schedule(() -> feed(run, ofRun, fed, left));
				}
			}
			assertThat(left.await(30, TimeUnit.SECONDS)).as("all runs have been left").isTrue();
			for (OpenRun<String> run : open) {
				Await.outcome(run.ended().handle((nothing, error) -> nothing));
				assertThat(run.passed().toCompletableFuture()).isDone();
			}
			this.bench.awaitNoLiveRuns();
			this.probes.forEach(Schedule::check);
		}

		private void call(Random random, CountDownLatch left) {
			int until = random.nextInt(200_000);
			try {
				this.bench.manager().callInPlace(SPEC, new CountingEvents(), () -> {
					cancelLater(random);
					Thread.sleep(0, until);
					if (random.nextInt(4) == 0) {
						throw new IllegalStateException("own");
					}
					return "item";
				});
			}
			catch (Exception ex) {
				// the outcome is checked with the events
			}
			finally {
				assertThat(Thread.interrupted()).as("interrupted after the call").isFalse();
				left.countDown();
			}
		}

		private void cancelLater(Random random) {
			if (random.nextInt(4) == 0) {
				this.bench.manager()
					.openRuns()
					.forEach((run) -> Schedulers.parallel()
						.schedule(() -> this.bench.manager().cancel(run.id()), random.nextInt(300_000),
								TimeUnit.NANOSECONDS));
			}
		}

		private void feed(OpenRun<String> run, Random random, AtomicInteger fed, CountDownLatch left) {
			try {
				cancelLater(random);
				if (random.nextBoolean()) {
					run.awaitStart();
				}
				int items = random.nextInt(40);
				for (int i = 0; i < items; i++) {
					run.accept(fed.incrementAndGet() + " ");
					if (random.nextInt(4) == 0) {
						Await.outcome(run.passed());
					}
				}
				switch (random.nextInt(4)) {
					case 0 -> run.fail(new IllegalStateException("own"));
					case 1 -> run.cancel();
					default -> run.complete();
				}
			}
			catch (RuntimeException ex) {
				run.fail(ex);
			}
			finally {
				left.countDown();
			}
		}

		private static void check(Probe probe) {
			assertThat(probe.overlaps()).isEmpty();
			probe.events()
				.stream()
				.collect(Collectors.groupingBy((event) -> event.run().id()))
				.values()
				.forEach(Schedule::check);
		}

		private static void check(List<CallbackEvent> events) {
			assertThat(events.get(0)).isInstanceOf(ChatModelStart.class);
			assertThat(events).filteredOn(RunEnd.class::isInstance).hasSize(1);
			assertThat(events.get(events.size() - 1)).isInstanceOf(RunEnd.class);
			List<Integer> items = events.stream()
				.filter(LlmNewToken.class::isInstance)
				.map((event) -> ((LlmNewToken) event).token().strip())
				.filter((token) -> !token.equals("item"))
				.map(Integer::valueOf)
				.toList();
			assertThat(items).isSorted().doesNotHaveDuplicates();
			if (events.get(events.size() - 1) instanceof LlmEnd) {
				assertThat(events).hasSizeGreaterThanOrEqualTo(2);
			}
		}

	}

}
