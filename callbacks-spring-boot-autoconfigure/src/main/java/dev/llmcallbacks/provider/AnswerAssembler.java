package dev.llmcallbacks.provider;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

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
 * Internal to the library: assembles the response from the chunks of one answer. Used by
 * one thread at a time.
 */
public final class AnswerAssembler {

	/** The detail of a response under which the id of its request is kept. */
	static final String REQUEST_ID = "request_id";

	/** The detail under which the headers about rate limits are kept, by name. */
	static final String RATE_LIMITS = "rate_limits";

	/** Details of a choice that describe its text and are not sent back. */
	private static final Set<String> ABOUT_TEXT = Set.of("logprobs", "refusal_logprobs", "annotations", "citations");

	private final Map<Integer, Choice> choices = new TreeMap<>();

	/** Most chunks are of the same choice as the one before. */
	private @Nullable Choice latest;

	private int latestIndex;

	private TokenUsage usage = TokenUsage.NONE;

	private @Nullable String model;

	private @Nullable String id;

	private final Map<String, Object> details = new LinkedHashMap<>();

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

	// what has not changed is not written, as each write of a reference costs a barrier
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
		if (!chunk.responseDetails().isEmpty()) {
			this.details.putAll(chunk.responseDetails());
		}
	}

	/**
	 * Return what has been assembled so far. Each tool call of a choice has an id of its
	 * own.
	 * @return the choices of which anything has arrived
	 */
	public ChatResponse toResponse() {
		Map<String, Object> further = new LinkedHashMap<>(this.details);
		String requestId = (further.remove(REQUEST_ID) instanceof String text) ? text : null;
		return new ChatResponse(this.choices.values().stream().map(Choice::toGeneration).toList(),
				new LlmOutput(this.model, this.usage, this.id, requestId, further));
	}

	private static final class Choice {

		private final TextAssembler text = new TextAssembler();

		private final Map<Integer, Call> toolCalls = new TreeMap<>();

		private final Map<String, Object> details = new LinkedHashMap<>();

		private @Nullable TextAssembler reasoning;

		private @Nullable FinishReason finishReason;

		private @Nullable String rawFinishReason;

		void add(ChatChunk chunk) {
			this.text.append(chunk.text());
			if (chunk.reasoning() != null) {
				this.reasoning = (this.reasoning != null) ? this.reasoning : new TextAssembler();
				this.reasoning.append(chunk.reasoning());
			}
			if (chunk.finishReason() != null) {
				this.finishReason = chunk.finishReason();
				this.rawFinishReason = chunk.rawFinishReason();
			}
			for (ToolCallChunk call : chunk.toolCalls()) {
				this.toolCalls.computeIfAbsent(call.index(), (index) -> new Call()).add(call);
			}
			if (!chunk.details().isEmpty()) {
				chunk.details().forEach(this::addDetail);
			}
		}

		// a list is copied once and then added to
		private void addDetail(String name, Object value) {
			if (!(value instanceof List<?> list)) {
				this.details.put(name, value);
			}
			else if (this.details.get(name) instanceof DetailList earlier) {
				earlier.addAll(list);
			}
			else {
				this.details.put(name, new DetailList(list));
			}
		}

		private Map<String, Object> details() {
			Map<String, Object> copy = new LinkedHashMap<>(this.details);
			copy.replaceAll((name, value) -> (value instanceof DetailList list) ? List.copyOf(list) : value);
			return copy;
		}

		ChatGeneration toGeneration() {
			Set<String> ids = new HashSet<>();
			this.toolCalls.values().forEach((call) -> call.identify(ids));
			Map<String, Object> details = details();
			Map<String, Object> sentBack = new LinkedHashMap<>(details);
			sentBack.keySet().removeAll(ABOUT_TEXT);
			AiMessage message = new AiMessage(this.text.toString(),
					this.toolCalls.values().stream().map(Call::toToolCall).toList(),
					(this.reasoning != null) ? this.reasoning.toString() : null, sentBack);
			return new ChatGeneration(message, this.finishReason, this.rawFinishReason, details);
		}

	}

	/** A list of details that belongs to the assembler. */
	private static final class DetailList extends ArrayList<Object> {

		private static final long serialVersionUID = 1L;

		private DetailList(List<?> list) {
			super(list);
		}

	}

	private static final class Call {

		private static final String NO_ARGUMENTS = "{}";

		private final TextAssembler arguments = new TextAssembler();

		private final Map<String, Object> details = new LinkedHashMap<>();

		private String id = "";

		private String name = "";

		void add(ToolCallChunk chunk) {
			this.id = (chunk.id() != null) ? chunk.id() : this.id;
			this.name = (chunk.name() != null) ? chunk.name() : this.name;
			this.arguments.append(chunk.arguments());
			if (!chunk.details().isEmpty()) {
				this.details.putAll(chunk.details());
			}
		}

		/**
		 * Replace the id if it is missing or taken. The new one is long enough not to be
		 * taken by a call of another answer either.
		 * @param ids the ids that are taken, to which this one is added
		 */
		void identify(Set<String> ids) {
			while (this.id.isEmpty() || !ids.add(this.id)) {
				this.id = "call_" + Long.toHexString(ThreadLocalRandom.current().nextLong())
						+ Long.toHexString(System.nanoTime());
			}
		}

		ToolCall toToolCall() {
			String json = this.arguments.toString();
			return new ToolCall(this.id, this.name, json.isBlank() ? NO_ARGUMENTS : json, ToolArguments.parse(json),
					this.details);
		}

	}

}
