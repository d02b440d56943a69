package dev.llmcallbacks.provider;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.LlmOutput;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolCallChunk;

/**
 * Puts the chunks of one answer together. Used by one thread at a time.
 */
public final class AnswerAssembler {

	private final Map<Integer, Choice> choices = new TreeMap<>();

	/** Most chunks are of the same choice as the one before. */
	private @Nullable Choice latest;

	private int latestIndex;

	private TokenUsage usage = TokenUsage.NONE;

	private @Nullable String model;

	private @Nullable String id;

	/**
	 * Add the next chunk.
	 * @param chunk the chunk
	 */
	public void add(ChatChunk chunk) {
		addOutput(chunk);
		if (chunk.hasContent() || chunk.finishReason() != null || !chunk.details().isEmpty()) {
			if (this.latest == null || this.latestIndex != chunk.choice()) {
				this.latestIndex = chunk.choice();
				this.latest = this.choices.computeIfAbsent(chunk.choice(), (index) -> new Choice());
			}
			this.latest.add(chunk);
		}
	}

	// what has not changed is not written: the collector would have to be told each time
	private void addOutput(ChatChunk chunk) {
		if (chunk.usage() != null) {
			this.usage = chunk.usage();
		}
		if (chunk.model() != null && !chunk.model().equals(this.model)) {
			this.model = chunk.model();
		}
		if (chunk.id() != null && !chunk.id().equals(this.id)) {
			this.id = chunk.id();
		}
	}

	/**
	 * Return what has been put together so far.
	 * @return the choices of which anything has arrived
	 */
	public ChatResponse toResponse() {
		return new ChatResponse(this.choices.values().stream().map(Choice::toGeneration).toList(),
				new LlmOutput(this.model, this.usage, this.id));
	}

	private static final class Choice {

		private final StringBuilder text = new StringBuilder();

		private final Map<Integer, Call> toolCalls = new TreeMap<>();

		private final Map<String, Object> details = new LinkedHashMap<>();

		private @Nullable StringBuilder reasoning;

		private @Nullable FinishReason finishReason;

		private @Nullable String rawFinishReason;

		void add(ChatChunk chunk) {
			this.text.append(chunk.text());
			if (chunk.reasoning() != null) {
				this.reasoning = (this.reasoning != null) ? this.reasoning : new StringBuilder();
				this.reasoning.append(chunk.reasoning());
			}
			if (chunk.finishReason() != null) {
				this.finishReason = chunk.finishReason();
				this.rawFinishReason = chunk.rawFinishReason();
			}
			for (ToolCallChunk piece : chunk.toolCalls()) {
				this.toolCalls.computeIfAbsent(piece.index(), (index) -> new Call()).add(piece);
			}
			if (!chunk.details().isEmpty()) {
				chunk.details().forEach((name, value) -> this.details.merge(name, value, Choice::merge));
			}
		}

		private static Object merge(Object earlier, Object later) {
			if (earlier instanceof List<?> first && later instanceof List<?> second) {
				List<Object> merged = new ArrayList<>(first);
				merged.addAll(second);
				return merged;
			}
			return later;
		}

		ChatGeneration toGeneration() {
			AiMessage message = new AiMessage(this.text.toString(),
					this.toolCalls.values().stream().map(Call::toToolCall).toList(),
					(this.reasoning != null) ? this.reasoning.toString() : null, this.details);
			return new ChatGeneration(message, this.finishReason, this.rawFinishReason, this.details);
		}

	}

	private static final class Call {

		private final StringBuilder arguments = new StringBuilder();

		private String id = "";

		private String name = "";

		void add(ToolCallChunk piece) {
			this.id = (piece.id() != null) ? piece.id() : this.id;
			this.name = (piece.name() != null) ? piece.name() : this.name;
			this.arguments.append(piece.arguments());
		}

		ToolCall toToolCall() {
			String json = this.arguments.toString();
			return new ToolCall(this.id, this.name, json, ToolArguments.parse(json));
		}

	}

}
