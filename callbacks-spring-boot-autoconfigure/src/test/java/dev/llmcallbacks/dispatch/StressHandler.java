package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.Random;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.core.task.TaskExecutor;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.LlmCallback.Overflow;
import dev.llmcallbacks.event.CallbackEvent;

/**
 * A handler of a random kind that behaves at random, and what may be expected of it.
 */
final class StressHandler {

	private static final HandlerKind[] KINDS = HandlerKind.values();

	private final Probe probe = new Probe();

	private final HandlerKind kind;

	private final Overflow overflow;

	private final boolean raiseError;

	private final boolean hangs;

	private final HandlerRegistration registration;

	private final long seed;

	StressHandler(Random random, @Nullable TaskExecutor executor, Supplier<Mono<Void>> nestedCall) {
		this.kind = KINDS[random.nextInt(KINDS.length)];
		this.overflow = Overflow.values()[random.nextInt(3)];
		this.raiseError = random.nextInt(8) == 0;
		this.hangs = !this.kind.isInline() && random.nextInt(12) == 0;
		this.seed = random.nextLong();
		int bufferSize = 1 + random.nextInt(12);
		int failures = (random.nextInt(3) == 0) ? 1 + random.nextInt(20) : 0;
		int delays = random.nextInt(60);
		boolean nested = random.nextInt(6) == 0;
		this.probe.react((event) -> {
			Random dice = dice(event);
			if (dice.nextInt(100) < failures) {
				return Mono.error(new IllegalStateException("broken"));
			}
			if (this.hangs && dice.nextInt(25) == 0) {
				return Mono.never();
			}
			if (nested && dice.nextInt(15) == 0) {
				return nestedCall.get();
			}
			return (dice.nextInt(100) < delays) ? delay(dice) : Mono.empty();
		});
		this.registration = this.kind.registration(this.probe, (settings) -> {
			settings.overflow(this.overflow, bufferSize).executor(executor);
			if (this.raiseError) {
				settings.raiseError();
			}
			return this.hangs ? settings.timeout(Duration.ofMillis(15)) : settings;
		});
	}

	// the same event meets the same fate, whichever thread brings it
	private Random dice(CallbackEvent event) {
		return new Random(this.seed ^ event.run().id().getLeastSignificantBits() ^ this.probe.events().size());
	}

	private Mono<Void> delay(Random dice) {
		long nanos = dice.nextInt(150_000);
		if (this.kind.isInline() && this.kind.isSync()) {
			return Mono.fromRunnable(() -> spin(nanos / 10));
		}
		return Mono.delay(Duration.ofNanos(nanos)).then();
	}

	// without Thread.onSpinWait, which counts as blocking
	private static void spin(long nanos) {
		long until = System.nanoTime() + nanos;
		long now = System.nanoTime();
		while (now < until) {
			now = System.nanoTime();
		}
	}

	HandlerRegistration registration() {
		return this.registration;
	}

	Probe probe() {
		return this.probe;
	}

	boolean isSerial() {
		return this.kind.name().endsWith("SERIAL");
	}

	boolean isPerRootRun() {
		return this.kind.isPerRootRun();
	}

	/** Whether calls are cut off, so that lanes may be given up on a busy machine. */
	boolean hangs() {
		return this.hangs;
	}

	/** Whether every token is heard, in one piece or merged with others. */
	boolean hearsEveryToken() {
		return !this.hangs && this.overflow != Overflow.DROP_OLDEST;
	}

	@Override
	public String toString() {
		return this.kind + " " + this.registration.settings();
	}

}
