package dev.llmcallbacks.benchmarks.process;

import java.util.concurrent.atomic.LongAdder;

import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;

/**
 * Counts runs that start and end.
 */
final class RunCounter implements AsyncCallbackHandler {

	private final LongAdder started = new LongAdder();

	private final LongAdder ended = new LongAdder();

	private final LongAdder cancelled = new LongAdder();

	@Override
	public Mono<Void> onEvent(CallbackEvent event) {
		if (event instanceof RunStart) {
			this.started.increment();
		}
		else if (event instanceof RunEnd) {
			this.ended.increment();
			this.cancelled.add((event instanceof LlmCancel) ? 1 : 0);
		}
		return Mono.empty();
	}

	long ended() {
		return this.ended.sum();
	}

	long cancelled() {
		return this.cancelled.sum();
	}

	long live() {
		return this.started.sum() - this.ended.sum();
	}

}
