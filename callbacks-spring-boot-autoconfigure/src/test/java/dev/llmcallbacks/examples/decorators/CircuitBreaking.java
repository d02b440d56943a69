package dev.llmcallbacks.examples.decorators;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelDecorator;
import dev.llmcallbacks.model.ChatModelException;

/**
 * Fails calls at once while the provider is known to be down. A call counts as failed
 * when its retries are exhausted; a request that the provider refuses does not count.
 */
class CircuitBreaking implements ChatModelDecorator {

	private final CircuitBreaker circuitBreaker;

	CircuitBreaking(CircuitBreaker circuitBreaker) {
		this.circuitBreaker = circuitBreaker;
	}

	static CircuitBreakerConfig.Builder config() {
		return CircuitBreakerConfig.custom()
			.recordException((ex) -> ex instanceof ChatModelException failure && failure.isRetryable());
	}

	@Override
	public ChatModel decorate(ChatModel delegate) {
		return new ChatModel() {

			@Override
			public Flux<ChatChunk> stream(ChatRequest request) {
				return delegate.stream(request)
					.transformDeferred(CircuitBreakerOperator.of(CircuitBreaking.this.circuitBreaker));
			}

			@Override
			public Mono<ChatResponse> call(ChatRequest request) {
				return delegate.call(request)
					.transformDeferred(CircuitBreakerOperator.of(CircuitBreaking.this.circuitBreaker));
			}

		};
	}

}
