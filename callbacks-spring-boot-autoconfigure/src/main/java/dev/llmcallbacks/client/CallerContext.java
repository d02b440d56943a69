package dev.llmcallbacks.client;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/**
 * Context of the thread that subscribes. With automatic context propagation Reactor gives
 * the thread-locals of the subscriber to {@code block()} alone; {@code toFuture()} and
 * {@code subscribe()} would lose the current run.
 */
final class CallerContext {

	private CallerContext() {
	}

	static <T> Flux<T> capture(Flux<T> flux) {
		return Hooks.isAutomaticContextPropagationEnabled() ? flux.contextCapture() : flux;
	}

	static <T> Mono<T> capture(Mono<T> mono) {
		return Hooks.isAutomaticContextPropagationEnabled() ? mono.contextCapture() : mono;
	}

}
