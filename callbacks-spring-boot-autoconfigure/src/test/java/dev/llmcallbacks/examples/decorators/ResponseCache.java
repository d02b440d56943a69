package dev.llmcallbacks.examples.decorators;

import java.util.ArrayList;
import java.util.List;

import org.springframework.cache.Cache;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelDecorator;

/**
 * Answers a request that is equal to an earlier one, with all of its messages, options
 * and tools, from a cache in memory. A response is stored when it is complete.
 */
class ResponseCache implements ChatModelDecorator {

	private final Cache cache;

	ResponseCache(Cache cache) {
		this.cache = cache;
	}

	@Override
	public ChatModel decorate(ChatModel delegate) {
		return new ChatModel() {

			@Override
			public Flux<ChatChunk> stream(ChatRequest request) {
				return Flux.defer(() -> {
					Chunks cached = ResponseCache.this.cache.get(request, Chunks.class);
					if (cached != null) {
						return Flux.fromIterable(cached.chunks());
					}
					List<ChatChunk> chunks = new ArrayList<>();
					return delegate.stream(request)
						.doOnNext(chunks::add)
						.doOnComplete(() -> ResponseCache.this.cache.put(request, new Chunks(chunks)));
				});
			}

			@Override
			public Mono<ChatResponse> call(ChatRequest request) {
				return Mono.defer(() -> {
					Whole key = new Whole(request);
					ChatResponse cached = ResponseCache.this.cache.get(key, ChatResponse.class);
					return (cached != null) ? Mono.just(cached) : delegate.call(request)
						.doOnNext((response) -> ResponseCache.this.cache.put(key, response));
				});
			}

		};
	}

	/** Value of a response that was streamed. */
	record Chunks(List<ChatChunk> chunks) {

		Chunks {
			chunks = List.copyOf(chunks);
		}

	}

	/** Key of a response that is not streamed. */
	record Whole(ChatRequest request) {

	}

}
