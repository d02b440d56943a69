package dev.llmcallbacks.dispatch;

import java.util.List;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.model.ChatModel;

/**
 * A model whose chunks arrive several at a time.
 *
 * @param delegate answers the calls
 * @param size the number of chunks that arrive together
 */
record BurstModel(ChatModel delegate, int size) implements ChatModel {

	@Override
	public Flux<ChatChunk> stream(ChatRequest request) {
		return this.delegate.stream(request);
	}

	@Override
	public Flux<List<ChatChunk>> streamInBursts(ChatRequest request) {
		return stream(request).buffer(this.size);
	}

	@Override
	public Mono<ChatResponse> call(ChatRequest request) {
		return this.delegate.call(request);
	}

}
