package dev.llmcallbacks.examples.decorators;

import java.util.List;

import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.reactor.ratelimiter.operator.RateLimiterOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ModelProvider;

/**
 * Model that waits for its turn before each request, so that each attempt of a call
 * counts against the limit of the provider.
 */
class RateLimitedChatModel implements ChatModel {

	private final ChatModel delegate;

	private final RateLimiter rateLimiter;

	RateLimitedChatModel(ChatModel delegate, RateLimiter rateLimiter) {
		this.delegate = delegate;
		this.rateLimiter = rateLimiter;
	}

	@Override
	public Flux<ChatChunk> stream(ChatRequest request) {
		return turn().thenMany(this.delegate.stream(request));
	}

	@Override
	public Flux<List<ChatChunk>> streamInBursts(ChatRequest request) {
		return turn().thenMany(this.delegate.streamInBursts(request));
	}

	@Override
	public Mono<ChatResponse> call(ChatRequest request) {
		return turn().then(this.delegate.call(request));
	}

	// waits without a thread; around the response itself, the operator would count each
	// chunk
	private Mono<Void> turn() {
		return Mono.<Void>empty().transformDeferred(RateLimiterOperator.of(this.rateLimiter));
	}

	@Override
	public ChatOptions defaultOptions() {
		return this.delegate.defaultOptions();
	}

	@Override
	public ModelProvider provider() {
		return this.delegate.provider();
	}

}
