package dev.llmcallbacks.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.RunSpec;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.LlmOutput;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolCallChunk;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.InvalidRequestException;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.run.RunType;

/**
 * Call of a model: one subscription, one run.
 */
final class LlmCall {

	private final ChatClientSettings settings;

	private final ChatRequest request;

	private final RunSpec spec;

	LlmCall(ChatClientSettings settings, ChatRequest request, RunOptions runOptions) {
		this.settings = settings;
		this.request = request;
		this.spec = new RunSpec(RunType.LLM, settings.runName(), request.options().model(), Set.of(), runOptions)
			.withProvider(settings.chatModel().provider());
	}

	Flux<ChatChunk> stream(boolean streaming) {
		RuntimeException invalid = invalid();
		if (invalid != null) {
			return Flux.error(invalid);
		}
		return streaming ? run(new StreamedLlmEvents(this.request, provider()))
				: run(new WholeLlmEvents(this.request, provider())).map(LlmCall::toChunk);
	}

	Mono<LlmResult> result(boolean streaming) {
		RuntimeException invalid = invalid();
		if (invalid != null) {
			return Mono.error(invalid);
		}
		if (streaming) {
			StreamedLlmEvents events = new StreamedLlmEvents(this.request, provider());
			return run(events).then(Mono.fromSupplier(events::result));
		}
		WholeLlmEvents events = new WholeLlmEvents(this.request, provider());
		return run(events).then(Mono.fromSupplier(events::result));
	}

	private String provider() {
		return this.settings.chatModel().provider().name();
	}

	private Flux<ChatChunk> run(StreamedLlmEvents events) {
		ChatModel decorated = this.settings.decorations().decorated();
		return this.settings.callbackManager().runInBursts(this.spec, events, (run) -> {
			Attempts attempts = new Attempts(this.settings, run, events, events.clock());
			if (decorated == null) {
				return attempts.streamInBursts(this.request);
			}
			return decorated.streamInBursts(this.request)
				.doOnNext((chunks) -> events.clock().tick())
				.contextWrite((context) -> AttemptedModel.write(attempts, context));
		});
	}

	private Flux<ChatResponse> run(WholeLlmEvents events) {
		ChatModel decorated = this.settings.decorations().decorated();
		return this.settings.callbackManager().run(this.spec, events, (run) -> {
			Attempts attempts = new Attempts(this.settings, run, events, new SignalClock());
			return (decorated != null)
					? decorated.call(this.request).contextWrite((context) -> AttemptedModel.write(attempts, context))
					: attempts.call(this.request);
		});
	}

	// the first choice alone: a chunk belongs to one
	private static ChatChunk toChunk(ChatResponse response) {
		LlmOutput output = response.llmOutput();
		if (response.generations().isEmpty()) {
			return new ChatChunk(0, "", null, List.of(), null, null, output.tokenUsage(), output.modelName(),
					output.id(), Map.of(), responseDetails(output));
		}
		ChatGeneration first = response.generations().get(0);
		AiMessage message = first.message();
		List<ToolCallChunk> toolCalls = IntStream.range(0, message.toolCalls().size())
			.mapToObj((i) -> toChunk(i, message.toolCalls().get(i)))
			.toList();
		return new ChatChunk(0, message.text(), message.reasoning(), toolCalls, first.finishReason(),
				first.rawFinishReason(), output.tokenUsage(), output.modelName(), output.id(), first.details(),
				responseDetails(output));
	}

	private static Map<String, Object> responseDetails(LlmOutput output) {
		if (output.requestId() == null) {
			return output.details();
		}
		Map<String, Object> details = new LinkedHashMap<>(output.details());
		details.put("request_id", output.requestId());
		return details;
	}

	private static ToolCallChunk toChunk(int index, ToolCall call) {
		return new ToolCallChunk(index, call.id(), call.name(), call.arguments(), call.details());
	}

	private @Nullable RuntimeException invalid() {
		if (this.request.messages().isEmpty()) {
			return new IllegalArgumentException("The prompt has no messages: add one with human(…) or messages(…)");
		}
		String excess = this.settings.defaults().mediaLimits().check(this.request.messages());
		return (excess != null) ? new InvalidRequestException(excess, ProviderError.of(provider()), null) : null;
	}

}
