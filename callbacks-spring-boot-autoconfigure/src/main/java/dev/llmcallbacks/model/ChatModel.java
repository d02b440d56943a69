package dev.llmcallbacks.model;

import java.util.List;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;

/**
 * Chat models of one service. A model does not emit events; a {@code ChatClient} that
 * calls it does.
 * <p>
 * Implementations are safe for use by any number of threads, and do nothing before they
 * are subscribed to: each subscription is a call of its own.
 */
public interface ChatModel {

	/**
	 * Call the model and stream its response.
	 * @param request the request
	 * @return the chunks in order, with as many of them read ahead as the connection
	 * holds. Completes only after the end of the response; fails with a
	 * {@link ChatModelException} otherwise. Cancelling closes the connection at once
	 */
	Flux<ChatChunk> stream(ChatRequest request);

	/**
	 * Call the model and stream its response, with chunks that arrive together in one
	 * list. Processing them together reduces the overhead of each.
	 * @param request the request
	 * @return the chunks that {@link #stream} would return, in lists of those that
	 * arrived together, of which some may be empty; ends as that does. By default each
	 * chunk is in a list of its own
	 */
	default Flux<List<ChatChunk>> streamInBursts(ChatRequest request) {
		return stream(request).map(List::of);
	}

	/**
	 * Call the model and wait for its whole response.
	 * @param request the request
	 * @return the response; fails with a {@link ChatModelException} when there is none.
	 * Never empty. Cancelling closes the connection at once
	 */
	Mono<ChatResponse> call(ChatRequest request);

	/**
	 * Return the options for what a request leaves open.
	 * @return the options; nothing by default
	 */
	default ChatOptions defaultOptions() {
		return ChatOptions.NONE;
	}

	/**
	 * Return the service that is called, for observations.
	 * @return the service; unknown by default
	 */
	default ModelProvider provider() {
		return ModelProvider.UNKNOWN;
	}

}
