package dev.llmcallbacks.springai;

import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.model.ModelProvider;

/**
 * Stream of a model that can be cancelled by any thread. The clients of OpenAI and
 * Anthropic close a response only when the thread that reads it has received the next
 * event: without this, the thread that cancels would wait for the provider, an event loop
 * included.
 */
final class CancellableStream {

	private CancellableStream() {
	}

	/**
	 * Return a stream that is cancelled where that may block, if it needs that.
	 * @param <T> the type of item
	 * @param stream the stream of a model
	 * @param provider the service of the call
	 * @return the stream
	 */
	static <T> Flux<T> of(Flux<T> stream, ModelProvider provider) {
		boolean blocks = provider.name().equals(ProviderNames.OPENAI)
				|| provider.name().equals(ProviderNames.ANTHROPIC);
		return blocks ? stream.cancelOn(Schedulers.boundedElastic()) : stream;
	}

}
