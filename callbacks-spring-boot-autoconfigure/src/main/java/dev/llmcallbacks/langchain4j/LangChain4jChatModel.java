package dev.llmcallbacks.langchain4j;

import java.util.Objects;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.ContextView;

import dev.llmcallbacks.dispatch.ClaimedCall;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ModelProvider;
import dev.llmcallbacks.provider.AnswerAssembler;

/**
 * Streaming chat model of LangChain4j as a {@link ChatModel}, for clients and agents of
 * the library on all providers that LangChain4j knows.
 * <p>
 * LangChain4j's model is called on a thread that may block, with the registered
 * thread-locals of the Reactor Context. It emits chunks on a thread of its own, without
 * demand: chunks that the subscriber has not requested are kept. Cancelling cancels
 * LangChain4j's {@code StreamingHandle}, which a model provides with the first part of
 * its response: a call that is cancelled before occupies its connection until then.
 * Retries and time limits that the model has apply inside those of a {@code ChatClient}.
 * <p>
 * Models of OpenAI and Anthropic are sent each option that LangChain4j has for them. A
 * request with another option, or with a file that LangChain4j has no content for, fails
 * with an {@link dev.llmcallbacks.model.InvalidRequestException} before it is sent. What
 * a provider needs to see again (signed thinking) goes back to the same provider.
 */
public final class LangChain4jChatModel implements ChatModel {

	private static final ContextSnapshotFactory SNAPSHOTS = ContextSnapshotFactory.builder().build();

	private final StreamingChatModel delegate;

	private final String provider;

	private final Messages messages;

	private final Requests requests;

	private final Failures failures;

	/**
	 * Create a model.
	 * @param delegate the model of LangChain4j
	 */
	public LangChain4jChatModel(StreamingChatModel delegate) {
		this.delegate = Objects.requireNonNull(delegate, "'delegate' must not be null");
		this.provider = ProviderNames.of(delegate.provider());
		this.messages = new Messages(this.provider);
		this.requests = new Requests(this.messages, new Refusals(this.provider, delegate.getClass().getSimpleName()));
		this.failures = new Failures(this.provider);
	}

	@Override
	public Flux<ChatChunk> stream(ChatRequest request) {
		return Flux.deferContextual((context) -> {
			ResponseChunks chunks = new ResponseChunks(this.messages);
			return Flux.<ChatChunk>create((sink) -> {
				try {
					call(request, new SinkHandler(sink, chunks, this.failures), context);
				}
				catch (Exception ex) {
					sink.error(ex);
				}
			})
				.onErrorMap((failure) -> this.failures.translate(failure, chunks.isBegun()))
				.subscribeOn(Schedulers.boundedElastic());
		});
	}

	// the model may open runs itself: this call is that of the current run
	private void call(ChatRequest request, SinkHandler handler, ContextView context) throws Exception {
		try (ContextSnapshot.Scope scope = SNAPSHOTS.captureFrom(context).setThreadLocals()) {
			ClaimedCall.call(() -> {
				this.delegate.chat(this.requests.fromRequest(request, this.delegate.defaultRequestParameters()),
						handler);
				return true;
			});
		}
	}

	@Override
	public Mono<ChatResponse> call(ChatRequest request) {
		return stream(request).collect(AnswerAssembler::new, AnswerAssembler::add).map(AnswerAssembler::toResponse);
	}

	@Override
	public ChatOptions defaultOptions() {
		ChatRequestParameters defaults = this.delegate.defaultRequestParameters();
		return (defaults != null) ? Requests.toOptions(defaults) : ChatOptions.NONE;
	}

	@Override
	public ModelProvider provider() {
		return new ModelProvider(this.provider, null, null);
	}

	@Override
	public String toString() {
		return "LangChain4jChatModel[" + this.delegate + "]";
	}

}
