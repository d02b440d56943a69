package dev.llmcallbacks.model;

import java.util.List;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;

/**
 * The chat models of one service. Knows nothing of runs and handlers; whoever wants those
 * calls it through a {@code ChatClient}.
 * <p>
 * Implementations are safe for use by any number of threads, and do nothing before they
 * are subscribed to: each subscription is a call of its own.
 */
public interface ChatModel {

	/**
	 * Ask for an answer in pieces as the model makes them.
	 * @param request what to ask
	 * @return the pieces, in order, with as much of them read ahead as the connection
	 * holds. Completes only after the answer has come to its end; fails with a
	 * {@link ChatModelException} otherwise. Cancelling closes the connection at once
	 */
	Flux<ChatChunk> stream(ChatRequest request);

	/**
	 * Ask for an answer in pieces as the model makes them, several at a time if they
	 * arrived together. Who deals with them together has less to do for each.
	 * @param request what to ask
	 * @return the pieces that {@link #stream} would return, in lists of those that
	 * arrived at one time, of which some may be empty; ends as that does. By default each
	 * piece is on its own
	 */
	default Flux<List<ChatChunk>> streamInBursts(ChatRequest request) {
		return stream(request).map(List::of);
	}

	/**
	 * Ask for an answer as a whole.
	 * @param request what to ask
	 * @return the answer; fails with a {@link ChatModelException} when there is none.
	 * Never empty. Cancelling closes the connection at once
	 */
	Mono<ChatResponse> call(ChatRequest request);

	/**
	 * Return the options that hold where a request sets nothing.
	 * @return the options; nothing by default
	 */
	default ChatOptions defaultOptions() {
		return ChatOptions.NONE;
	}

	/**
	 * Return the service that is called, for whoever observes calls.
	 * @return the service; unknown by default
	 */
	default ModelProvider provider() {
		return ModelProvider.UNKNOWN;
	}

}
