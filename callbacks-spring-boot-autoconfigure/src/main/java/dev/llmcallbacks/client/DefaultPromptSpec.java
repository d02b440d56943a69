package dev.llmcallbacks.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.dispatch.EventFlux;
import dev.llmcallbacks.dispatch.RunOptionsSequence;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.tool.AnswerType;

/**
 * Default implementation of {@link ChatClient.PromptSpec}.
 */
final class DefaultPromptSpec implements ChatClient.PromptSpec {

	private final ChatClientSettings settings;

	private final RunOptions.Builder runOptions;

	private final List<ChatMessage> messages = new ArrayList<>();

	private final List<ToolDefinition> tools = new ArrayList<>();

	private @Nullable String system;

	private boolean hasTools;

	private @Nullable RetryPolicy retryPolicy;

	private @Nullable TimeLimits timeLimits;

	private ChatOptions options = ChatOptions.NONE;

	DefaultPromptSpec(ChatClientSettings settings, RunOptions callOptions) {
		this.settings = settings;
		this.runOptions = settings.runOptions().with(callOptions).mutate();
	}

	@Override
	public ChatClient.PromptSpec system(String text) {
		this.system = text;
		return this;
	}

	@Override
	public ChatClient.PromptSpec human(String text) {
		HumanMessage before = last();
		if (before != null && before.text().isEmpty() && !before.media().isEmpty()) {
			this.messages.set(this.messages.size() - 1, new HumanMessage(text, before.media()));
		}
		else {
			this.messages.add(new HumanMessage(text));
		}
		return this;
	}

	@Override
	public ChatClient.PromptSpec media(Media... media) {
		HumanMessage before = last();
		if (before == null) {
			this.messages.add(new HumanMessage("", List.of(media)));
		}
		else {
			this.messages.set(this.messages.size() - 1,
					new HumanMessage(before.text(), Stream.concat(before.media().stream(), Stream.of(media)).toList()));
		}
		return this;
	}

	private @Nullable HumanMessage last() {
		boolean human = !this.messages.isEmpty() && this.messages.get(this.messages.size() - 1) instanceof HumanMessage;
		return human ? (HumanMessage) this.messages.get(this.messages.size() - 1) : null;
	}

	@Override
	public ChatClient.PromptSpec messages(List<? extends ChatMessage> messages) {
		this.messages.addAll(messages);
		return this;
	}

	@Override
	public ChatClient.PromptSpec options(ChatOptions options) {
		this.options = this.options.with(options);
		return this;
	}

	@Override
	public ChatClient.PromptSpec tools(List<ToolDefinition> tools) {
		this.hasTools = true;
		this.tools.addAll(tools);
		return this;
	}

	@Override
	public ChatClient.PromptSpec retryPolicy(RetryPolicy retryPolicy) {
		this.retryPolicy = Objects.requireNonNull(retryPolicy, "'retryPolicy' must not be null");
		return this;
	}

	@Override
	public ChatClient.PromptSpec timeLimits(TimeLimits timeLimits) {
		this.timeLimits = Objects.requireNonNull(timeLimits, "'timeLimits' must not be null");
		return this;
	}

	@Override
	public ChatClient.PromptSpec callbacks(LlmCallbackHandler... handlers) {
		this.runOptions.callbacks(handlers);
		return this;
	}

	@Override
	public ChatClient.PromptSpec tags(String... tags) {
		this.runOptions.tags(tags);
		return this;
	}

	@Override
	public ChatClient.PromptSpec metadata(Map<String, ?> metadata) {
		this.runOptions.metadata(metadata);
		return this;
	}

	@Override
	public ChatClient.PromptSpec runName(String runName) {
		this.runOptions.runName(runName);
		return this;
	}

	@Override
	public ChatClient.PromptSpec runId(UUID runId) {
		this.runOptions.runId(runId);
		return this;
	}

	@Override
	public Flux<ChatChunk> stream() {
		boolean streaming = !Boolean.FALSE.equals(this.options.streaming());
		Supplier<LlmCall> calls = calls(this.options);
		return CurrentRun.captured(Flux.defer(() -> calls.get().stream(streaming)));
	}

	@Override
	public Flux<String> content() {
		return CurrentRun
			.captured(stream().filter((chunk) -> chunk.choice() == 0 && !chunk.text().isEmpty()).map(ChatChunk::text));
	}

	@Override
	@SafeVarargs
	public final Flux<CallbackEvent> events(Class<? extends CallbackEvent>... types) {
		return EventFlux.of(stream(), List.of(types));
	}

	@Override
	public Mono<LlmResult> result() {
		return result(this.options);
	}

	@Override
	public <T> Mono<T> entity(ParameterizedTypeReference<T> type) {
		AnswerType<T> answerType = AnswerType.of(type.getType());
		TypedAnswer<T> answer = new TypedAnswer<>(answerType, this.settings.chatModel().provider().name());
		ChatOptions format = ChatOptions.builder().responseFormat(answerType.format()).build();
		return CurrentRun.captured(result(this.options.with(format))
			.flatMap((result) -> this.settings.callbackManager().<T>call(() -> answer.in(result))));
	}

	private Mono<LlmResult> result(ChatOptions options) {
		boolean streaming = !Boolean.FALSE.equals(this.settings.effective(options).streaming());
		Supplier<LlmCall> calls = calls(options);
		return CurrentRun.captured(Mono.defer(() -> calls.get().result(streaming)));
	}

	@Override
	public Mono<String> text() {
		return CurrentRun.captured(result().map(LlmResult::text));
	}

	private Supplier<LlmCall> calls(ChatOptions options) {
		List<ChatMessage> messages = new ArrayList<>(this.messages);
		String instruction = (this.system != null) ? this.system : defaultSystem();
		if (instruction != null && (this.system != null || !messages.isEmpty())) {
			messages.add(0, new SystemMessage(instruction));
		}
		ChatClientSettings settings = this.settings.with(this.retryPolicy, this.timeLimits);
		ChatRequest request = new ChatRequest(messages, settings.effective(options),
				this.hasTools ? this.tools : settings.defaults().tools());
		RunOptionsSequence runOptions = RunOptionsSequence.of(this.runOptions.build());
		return () -> new LlmCall(settings, request, runOptions.next());
	}

	private @Nullable String defaultSystem() {
		boolean hasSystem = this.messages.stream().anyMatch(SystemMessage.class::isInstance);
		return hasSystem ? null : this.settings.defaults().system();
	}

}
