package dev.llmcallbacks.client;

import java.util.List;
import java.util.function.Function;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.dispatch.ActiveRun;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.model.ChatModel;

/**
 * Attempts to call the model inside one run, with retries and time limits.
 *
 * @param settings the settings of the client
 * @param run the run
 * @param events receives the request that is sent
 * @param clock is set when an item arrives
 */
record Attempts(ChatClientSettings settings, ActiveRun run, LlmRunEvents<?> events,
		SignalClock clock) implements ChatModel {

	@Override
	public Flux<ChatChunk> stream(ChatRequest request) {
		return streamInBursts(request).concatMapIterable(Function.identity(), 1);
	}

	@Override
	public Flux<List<ChatChunk>> streamInBursts(ChatRequest request) {
		return RetryingCall.ofStream(Flux.defer(() -> {
			this.events.calling(request);
			return this.settings.chatModel().streamInBursts(request);
		}), this.settings, this.run, this.clock);
	}

	@Override
	public Mono<ChatResponse> call(ChatRequest request) {
		return RetryingCall.ofCall(Mono.defer(() -> {
			this.events.calling(request);
			return this.settings.chatModel().call(request);
		}), this.settings, this.run, this.clock).singleOrEmpty();
	}

}
