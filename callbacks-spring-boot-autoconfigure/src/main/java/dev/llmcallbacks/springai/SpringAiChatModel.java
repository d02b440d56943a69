package dev.llmcallbacks.springai;

import java.util.Locale;

import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.DefaultToolDefinition;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.dispatch.ClaimedCall;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ModelProvider;

/**
 * Model of Spring AI as a {@link ChatModel}. Its calls are runs of the client that makes
 * them, and of that alone. Thread-safe.
 * <p>
 * The options of a request are set on top of those of the model: name, maximum number of
 * tokens, temperature, top p and stop sequences. Other options have no effect. The model
 * is called on a thread that may block, and fails with the exceptions of Spring AI, which
 * are not retried. Its own retries come first.
 */
public final class SpringAiChatModel implements ChatModel {

	private final org.springframework.ai.chat.model.ChatModel delegate;

	private final ModelProvider provider;

	/**
	 * Create a model.
	 * @param delegate the model of Spring AI
	 */
	public SpringAiChatModel(org.springframework.ai.chat.model.ChatModel delegate) {
		this.delegate = delegate;
		this.provider = new ModelProvider(name(delegate.getClass().getSimpleName()), null, null);
	}

	private static String name(String type) {
		int end = type.indexOf("ChatModel");
		return (end > 0) ? type.substring(0, end).toLowerCase(Locale.ROOT) : ModelProvider.UNKNOWN.name();
	}

	@Override
	public Flux<ChatChunk> stream(ChatRequest request) {
		return Flux.defer(() -> {
			StreamedResponses chunks = new StreamedResponses();
			return this.delegate.stream(toPrompt(request)).concatMapIterable(chunks::toChunks);
		}).contextWrite(ClaimedCall::in).subscribeOn(Schedulers.boundedElastic());
	}

	@Override
	public Mono<ChatResponse> call(ChatRequest request) {
		return Mono.deferContextual((context) -> CurrentRun.manager(context, null)
			.<ChatResponse>call(
					() -> SpringAiMessages.toResponse(ClaimedCall.call(() -> this.delegate.call(toPrompt(request))))));
	}

	@Override
	public ChatOptions defaultOptions() {
		org.springframework.ai.chat.prompt.ChatOptions options = this.delegate.getOptions();
		return ChatOptions.builder().model((options != null) ? options.getModel() : null).build();
	}

	@Override
	public ModelProvider provider() {
		return this.provider;
	}

	private Prompt toPrompt(ChatRequest request) {
		org.springframework.ai.chat.prompt.ChatOptions.Builder<?> builder = this.delegate.getOptions().mutate();
		ChatOptions options = request.options();
		if (options.model() != null) {
			builder.model(options.model());
		}
		if (options.maxTokens() != null) {
			builder.maxTokens(options.maxTokens());
		}
		if (options.temperature() != null) {
			builder.temperature(options.temperature());
		}
		if (options.topP() != null) {
			builder.topP(options.topP());
		}
		if (!options.stopSequences().isEmpty()) {
			builder.stopSequences(options.stopSequences());
		}
		if (!request.tools().isEmpty() && builder instanceof ToolCallingChatOptions.Builder<?> tools) {
			tools.toolCallbacks(request.tools().stream().map(SpringAiChatModel::described).toList());
		}
		return new Prompt(SpringAiMessages.fromMessages(request.messages()), builder.build());
	}

	// models of Spring AI describe the tools of a prompt and call none of them
	private static ToolCallback described(ToolDefinition definition) {
		return new DescribedTool(DefaultToolDefinition.builder()
			.name(definition.name())
			.description(definition.description())
			.inputSchema(definition.inputSchema())
			.build());
	}

	/**
	 * Tool that is only described to a model.
	 *
	 * @param getToolDefinition the description
	 */
	private record DescribedTool(
			org.springframework.ai.tool.definition.ToolDefinition getToolDefinition) implements ToolCallback {

		@Override
		public String call(String toolInput) {
			throw new UnsupportedOperationException("The caller of the model calls its tools");
		}

	}

}
