package dev.llmcallbacks.client;

import java.util.List;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ModelProvider;

/**
 * Model that the innermost decorator calls: the attempts of the call that the Reactor
 * Context belongs to.
 *
 * @param model the client's model
 */
record AttemptedModel(ChatModel model) implements ChatModel {

	/**
	 * Write the attempts of a call into its Reactor Context.
	 * @param attempts calls the model, with retries
	 * @param context the context
	 * @return the context with the attempts
	 */
	static Context write(ChatModel attempts, Context context) {
		return context.put(AttemptedModel.class, attempts);
	}

	// without retries where a decorator has lost the context
	private ChatModel in(ContextView context) {
		ChatModel attempts = context.getOrDefault(AttemptedModel.class, null);
		return (attempts != null) ? attempts : this.model;
	}

	@Override
	public Flux<ChatChunk> stream(ChatRequest request) {
		return Flux.deferContextual((context) -> in(context).stream(request));
	}

	@Override
	public Flux<List<ChatChunk>> streamInBursts(ChatRequest request) {
		return Flux.deferContextual((context) -> in(context).streamInBursts(request));
	}

	@Override
	public Mono<ChatResponse> call(ChatRequest request) {
		return Mono.deferContextual((context) -> in(context).call(request));
	}

	@Override
	public ChatOptions defaultOptions() {
		return this.model.defaultOptions();
	}

	@Override
	public ModelProvider provider() {
		return this.model.provider();
	}

}
