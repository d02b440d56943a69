package dev.llmcallbacks.springai;

import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.aop.support.AopUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.dispatch.ClaimedCall;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ModelProvider;

/**
 * Model of Spring AI as a {@link ChatModel}. Its calls are runs of the client that makes
 * them, and of that alone. Thread-safe.
 * <p>
 * The options of a request are set on top of those of the model. Models of OpenAI and
 * Anthropic are sent each option that Spring AI has for them, other models the name of
 * the model, the maximum number of tokens, temperature, top p, stop sequences, tools and
 * a response format with a schema. A request with another option, or with a file that the
 * model would not send, fails with an
 * {@link dev.llmcallbacks.model.InvalidRequestException} before it is sent.
 * <p>
 * The model is called on a thread that may block. Errors of the provider and of the
 * network are {@link dev.llmcallbacks.model.ChatModelException}s with the exception of
 * Spring AI as the cause. Retries that the model has come before those of a
 * {@code ChatClient}.
 */
public final class SpringAiChatModel implements ChatModel {

	private final org.springframework.ai.chat.model.ChatModel delegate;

	private final ModelProvider provider;

	private final SpringAiPrompts prompts;

	private final SpringAiFailures failures;

	/**
	 * Create a model.
	 * @param delegate the model of Spring AI
	 */
	public SpringAiChatModel(org.springframework.ai.chat.model.ChatModel delegate) {
		this.delegate = delegate;
		this.provider = ProviderNames.of(delegate.getOptions());
		this.prompts = new SpringAiPrompts(this.provider.name(), AopUtils.getTargetClass(delegate).getSimpleName());
		this.failures = new SpringAiFailures(this.provider.name());
	}

	@Override
	public Flux<ChatChunk> stream(ChatRequest request) {
		return Flux.defer(() -> {
			StreamedResponses chunks = new StreamedResponses();
			return CancellableStream.of(this.delegate.stream(toPrompt(request)), this.provider)
				.concatMapIterable(chunks::toChunks)
				.concatWith(Mono.defer(() -> chunks.isAnswer() ? Mono.empty() : Mono.error(this.failures.noAnswer())))
				.onErrorMap((failure) -> this.failures.translate(failure, chunks.isBegun()));
		}).contextWrite(ClaimedCall::in).subscribeOn(Schedulers.boundedElastic());
	}

	@Override
	public Mono<ChatResponse> call(ChatRequest request) {
		return Mono
			.deferContextual((context) -> CurrentRun.manager(context, null).<ChatResponse>call(() -> answer(request)))
			.onErrorMap((failure) -> this.failures.translate(failure, false));
	}

	private ChatResponse answer(ChatRequest request) throws Exception {
		Prompt prompt = toPrompt(request);
		ChatResponse response = SpringAiMessages.toResponse(ClaimedCall.call(() -> this.delegate.call(prompt)));
		if (response.generations().isEmpty()) {
			throw this.failures.noAnswer();
		}
		return response;
	}

	@Override
	public ChatOptions defaultOptions() {
		org.springframework.ai.chat.prompt.ChatOptions options = this.delegate.getOptions();
		return ChatOptions.builder().model(options.getModel()).build();
	}

	@Override
	public ModelProvider provider() {
		return this.provider;
	}

	private Prompt toPrompt(ChatRequest request) {
		return this.prompts.toPrompt(request, this.delegate.getOptions());
	}

	@Override
	public String toString() {
		return "SpringAiChatModel[" + this.delegate + "]";
	}

}
