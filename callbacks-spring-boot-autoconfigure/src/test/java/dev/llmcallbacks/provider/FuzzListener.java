package dev.llmcallbacks.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.message.LlmResult;

/**
 * Holds one run to its order: a start, whatever follows, one end.
 */
final class FuzzListener implements AsyncCallbackHandler {

	private final List<CallbackEvent> events = new ArrayList<>();

	@Override
	public synchronized Mono<Void> onEvent(CallbackEvent event) {
		this.events.add(event);
		return Mono.empty();
	}

	void awaitEnd() {
		for (int wait = 0; wait < 10_000 && !hasEnded(); wait++) {
			LockSupport.parkNanos(1_000_000);
		}
	}

	private synchronized boolean hasEnded() {
		return this.events.stream().anyMatch(RunEnd.class::isInstance);
	}

	synchronized void check() {
		long ends = this.events.stream().filter(RunEnd.class::isInstance).count();
		boolean inOrder = !this.events.isEmpty() && this.events.get(0) instanceof RunStart
				&& this.events.get(this.events.size() - 1) instanceof RunEnd;
		if (ends != 1 || !inOrder) {
			throw new AssertionError("Not one run from start to end: " + this.events);
		}
	}

	synchronized @Nullable LlmResult result() {
		CallbackEvent last = this.events.get(this.events.size() - 1);
		if (last instanceof LlmEnd end) {
			return end.result();
		}
		if (last instanceof LlmError error) {
			return error.result();
		}
		return (last instanceof LlmCancel cancel) ? cancel.result() : null;
	}

}
