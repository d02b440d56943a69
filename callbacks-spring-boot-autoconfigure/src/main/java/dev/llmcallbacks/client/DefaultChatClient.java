package dev.llmcallbacks.client;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.ManagerHolder;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.LlmOutput;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.TokenUsage;

/**
 * Default implementation of {@link ChatClient}.
 */
final class DefaultChatClient implements ChatClient, ManagerHolder {

	private final ChatClientSettings settings;

	private final @Nullable CallbackManager givenManager;

	DefaultChatClient(ChatClientSettings settings, @Nullable CallbackManager givenManager) {
		this.settings = settings;
		this.givenManager = givenManager;
	}

	@Override
	public @Nullable Supplier<? extends @Nullable CallbackManager> managerSupplier() {
		return (this.givenManager != null) ? () -> this.givenManager : null;
	}

	@Override
	public PromptSpec prompt() {
		return new DefaultPromptSpec(this.settings, RunOptions.NONE);
	}

	@Override
	public Mono<LlmResult> generate(List<List<ChatMessage>> batch, RunOptions options) {
		RunOptions others = options.mutate().runId(null).build();
		List<Mono<LlmResult>> rows = IntStream.range(0, batch.size())
			.mapToObj((i) -> new DefaultPromptSpec(this.settings, (i == 0) ? options : others).messages(batch.get(i))
				.result())
			.toList();
		return CallerContext.capture(Flux.fromIterable(rows)
			.flatMapSequential(Mono::materialize, this.settings.batchConcurrency(), 1)
			.collectList()
			.flatMap(DefaultChatClient::merge));
	}

	private static Mono<LlmResult> merge(List<Signal<LlmResult>> rows) {
		for (Signal<LlmResult> row : rows) {
			Throwable failure = row.getThrowable();
			if (failure != null) {
				return Mono.error(failure);
			}
		}
		List<LlmResult> results = rows.stream().map(Signal::get).filter(Objects::nonNull).toList();
		List<List<ChatGeneration>> generations = results.stream()
			.flatMap((result) -> result.generations().stream())
			.toList();
		TokenUsage usage = results.stream()
			.map((result) -> result.llmOutput().tokenUsage())
			.reduce(TokenUsage.NONE, TokenUsage::plus);
		LlmOutput first = results.isEmpty() ? LlmOutput.NONE : results.get(0).llmOutput();
		return Mono.just(new LlmResult(generations, new LlmOutput(first.modelName(), usage, first.id()),
				results.stream().flatMap((result) -> result.run().stream()).toList()));
	}

	@Override
	public Builder mutate() {
		return new DefaultChatClientBuilder(this.settings, this.givenManager);
	}

}
