package dev.llmcallbacks.client;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.LlmOutput;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.model.ChatModel;

/**
 * A model that answers what a test tells it to.
 */
public final class ScriptedChatModel implements ChatModel {

	public static final TokenUsage USAGE = new TokenUsage(5, 7, 12, 0, 0, 0);

	private final Function<ChatRequest, Flux<ChatChunk>> script;

	private final Function<Flux<ChatChunk>, Flux<List<ChatChunk>>> bursts;

	private final AtomicInteger streamed = new AtomicInteger();

	private final AtomicInteger called = new AtomicInteger();

	private final AtomicInteger cancelled = new AtomicInteger();

	public ScriptedChatModel(Function<ChatRequest, Flux<ChatChunk>> script) {
		this(script, (chunks) -> chunks.buffer(1));
	}

	/**
	 * Create a model that answers in bursts.
	 * @param script the answers
	 * @param bursts tells which chunks come together
	 */
	public ScriptedChatModel(Function<ChatRequest, Flux<ChatChunk>> script,
			Function<Flux<ChatChunk>, Flux<List<ChatChunk>>> bursts) {
		this.script = script;
		this.bursts = bursts;
	}

	public static ScriptedChatModel of(String... tokens) {
		return new ScriptedChatModel((request) -> tokens(tokens));
	}

	public static Flux<ChatChunk> tokens(String... tokens) {
		return Flux.fromArray(tokens).map(ChatChunk::text).concatWithValues(last());
	}

	public static ChatChunk last() {
		return new ChatChunk(0, "", null, List.of(), FinishReason.STOP, "stop", USAGE, "scripted-1", "answer-1",
				Map.of());
	}

	@Override
	public Flux<ChatChunk> stream(ChatRequest request) {
		return Flux.defer(() -> {
			this.streamed.incrementAndGet();
			return this.script.apply(request);
		}).doOnCancel(this.cancelled::incrementAndGet);
	}

	@Override
	public Flux<List<ChatChunk>> streamInBursts(ChatRequest request) {
		return this.bursts.apply(stream(request));
	}

	@Override
	public Mono<ChatResponse> call(ChatRequest request) {
		return Mono.defer(() -> {
			this.called.incrementAndGet();
			return this.script.apply(request).map(ChatChunk::text).collectList();
		})
			.map((texts) -> new ChatResponse(List
				.of(new ChatGeneration(new AiMessage(String.join("", texts)), FinishReason.STOP, "stop", Map.of())),
					new LlmOutput("scripted-1", USAGE, "answer-1")));
	}

	public int streamed() {
		return this.streamed.get();
	}

	public int called() {
		return this.called.get();
	}

	public int cancelled() {
		return this.cancelled.get();
	}

}
