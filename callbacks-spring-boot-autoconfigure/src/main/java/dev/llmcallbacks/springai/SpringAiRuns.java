package dev.llmcallbacks.springai;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.client.LlmRunEvents;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.ClaimedCall;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.dispatch.RunSpec;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.model.ModelProvider;
import dev.llmcallbacks.run.RunType;

/**
 * Opens the runs of calls that are made with Spring AI. Thread-safe.
 */
public final class SpringAiRuns {

	private static final String MODEL_CALL = "chat";

	private final Supplier<? extends @Nullable CallbackManager> manager;

	private final boolean observed;

	/**
	 * Create an object that opens runs.
	 * @param manager supplies the manager where there is no current run, asked when a run
	 * is opened
	 * @param observed whether the library's own observations and meters include the runs;
	 * Spring AI has observations of its own
	 */
	public SpringAiRuns(Supplier<? extends @Nullable CallbackManager> manager, boolean observed) {
		this.manager = manager;
		this.observed = observed;
	}

	CallbackManager manager(ContextView context) {
		return CurrentRun.manager(context, this.manager.get());
	}

	RunSpec spec(RunType type, String name, RunOptions options) {
		RunSpec spec = new RunSpec(type, name, options).beginningInPlace();
		return this.observed ? spec : spec.unobserved();
	}

	private RunSpec modelSpec(Prompt prompt, ModelProvider provider) {
		ChatOptions options = prompt.getOptions();
		RunSpec spec = new RunSpec(RunType.LLM, MODEL_CALL, (options != null) ? options.getModel() : null, Set.of(),
				RunOptions.NONE)
			.withProvider(provider)
			.beginningInPlace();
		return this.observed ? spec : spec.unobserved();
	}

	/**
	 * Return the options of a client's run: its conversation, and what the call's
	 * parameters say.
	 * @param parameters the advisor parameters
	 * @return the options
	 */
	static RunOptions options(Map<String, ? extends @Nullable Object> parameters) {
		Map<String, Object> metadata = new LinkedHashMap<>();
		Object conversation = parameters.get(ChatMemory.CONVERSATION_ID);
		if (conversation != null) {
			metadata.put("conversationId", conversation);
		}
		if (parameters.get(ClientRunAdvisor.METADATA) instanceof Map<?, ?> further) {
			further.forEach((name, value) -> {
				if (name != null && value != null) {
					metadata.put(name.toString(), value);
				}
			});
		}
		Object tags = parameters.get(ClientRunAdvisor.TAGS);
		Collection<?> all = (tags instanceof Collection<?> several) ? several
				: (tags != null) ? List.of(tags) : List.of();
		return RunOptions.builder()
			.metadata(metadata)
			.tags(all.stream().filter(Objects::nonNull).map(Object::toString).toArray(String[]::new))
			.build();
	}

	/**
	 * Make a blocking call of a model, as a run unless it is part of a call that has one.
	 * @param <R> the type of response
	 * @param prompt the prompt that the model receives
	 * @param call makes the call
	 * @param response returns the model's response, or {@code null}
	 * @return what the call returns
	 */
	<R> R call(Prompt prompt, Callable<R> call, Function<R, @Nullable ChatResponse> response) {
		if (ClaimedCall.isClaimed(RunType.LLM, Context.empty())) {
			return Unchecked.call(call);
		}
		ChatRequest request = SpringAiMessages.toRequest(prompt);
		ModelProvider provider = ProviderNames.of(prompt.getOptions());
		LlmRunEvents<dev.llmcallbacks.message.ChatResponse> events = LlmRunEvents.whole(request, provider.name());
		return BlockingRun.call(manager(Context.empty()), modelSpec(prompt, provider),
				events.<R>mapped((item) -> SpringAiMessages.toResponse(response.apply(item)), SpringAiRuns::cause),
				Context.empty(), () -> {
					events.calling(request);
					return ClaimedCall.call(call);
				});
	}

	/**
	 * Call a model and stream its response, as a run unless it is part of a call that has
	 * one.
	 * @param <R> the type of response
	 * @param prompt the prompt that the model receives
	 * @param call makes the call
	 * @param response returns the model's response, or {@code null}
	 * @return the responses, each subscription a call and a run of its own
	 */
	<R> Flux<R> stream(Prompt prompt, Supplier<Flux<R>> call, Function<R, @Nullable ChatResponse> response) {
		return CurrentRun.captured(Flux.deferContextual((context) -> {
			if (ClaimedCall.isClaimed(RunType.LLM, context)) {
				return call.get();
			}
			ChatRequest request = SpringAiMessages.toRequest(prompt);
			ModelProvider provider = ProviderNames.of(prompt.getOptions());
			LlmRunEvents<ChatChunk> events = LlmRunEvents.streamed(request, provider.name());
			StreamedResponses chunks = new StreamedResponses();
			Flux<Part<R>> parts = manager(context).runInBursts(modelSpec(prompt, provider),
					events.<Part<R>>mapped(Part::chunk, SpringAiRuns::cause), (run) -> Flux.defer(() -> {
						events.calling(request);
						return CancellableStream.of(call.get(), provider);
					})
						.doOnNext((item) -> events.arrived())
						.map((item) -> Part.of(chunks.toChunks(response.apply(item)), item))
						.contextWrite(ClaimedCall::in));
			return parts.mapNotNull(Part::whole);
		}));
	}

	/**
	 * Return the exception of the provider, also where it comes in a
	 * {@link CompletionException}. The caller receives the exception as it is.
	 * @param error what a call has failed with
	 * @return the exception for events
	 */
	static Throwable cause(Throwable error) {
		Throwable cause = (error instanceof CompletionException) ? error.getCause() : null;
		return (cause != null) ? cause : error;
	}

	/**
	 * Chunk of a response that has one or several.
	 *
	 * @param <R> the type of response
	 * @param chunk the chunk
	 * @param whole the response, with its last chunk only
	 */
	private record Part<R>(ChatChunk chunk, @Nullable R whole) {

		private static final ChatChunk NONE = ChatChunk.text("");

		static <R> List<Part<R>> of(List<ChatChunk> chunks, R whole) {
			if (chunks.isEmpty()) {
				return List.of(new Part<>(NONE, whole));
			}
			if (chunks.size() == 1) {
				return List.of(new Part<>(chunks.get(0), whole));
			}
			int last = chunks.size() - 1;
			return IntStream.rangeClosed(0, last)
				.mapToObj((i) -> new Part<R>(chunks.get(i), (i == last) ? whole : null))
				.toList();
		}

	}

}
