package dev.llmcallbacks.test;

import java.util.List;
import java.util.Map;

import reactor.core.publisher.Flux;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.TokenUsage;

/**
 * Chunks as a provider sends them: the last one has a finish reason, the usage, the model
 * and the id of the response.
 */
public final class Chunks {

	/** The usage that the last chunk has. */
	public static final TokenUsage USAGE = new TokenUsage(5, 7, 12, 0, 0, 0);

	private Chunks() {
	}

	public static Flux<ChatChunk> tokens(String... tokens) {
		return Flux.fromArray(tokens).map(ChatChunk::text).concatWithValues(last());
	}

	public static ChatChunk last() {
		return new ChatChunk(0, "", null, List.of(), FinishReason.STOP, "stop", USAGE, "scripted-1", "answer-1",
				Map.of());
	}

}
