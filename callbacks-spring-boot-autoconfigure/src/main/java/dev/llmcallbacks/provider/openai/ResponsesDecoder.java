package dev.llmcallbacks.provider.openai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.provider.ChatChunkDecoder;
import dev.llmcallbacks.provider.ContentOrder;
import dev.llmcallbacks.provider.JsonCursor;
import dev.llmcallbacks.provider.ResponseLimits;

/**
 * Decodes a response of OpenAI's Responses API and of servers that speak it. Items are
 * told apart by their place in the output, as some servers change their ids from event to
 * event. An item is kept as its last event has it: encrypted reasoning of earlier events
 * is not accepted when it is sent back.
 *
 * @see <a href=
 * "https://platform.openai.com/docs/api-reference/responses-streaming">OpenAI API
 * reference: streaming events of responses</a>
 */
final class ResponsesDecoder implements ChatChunkDecoder {

	private static final String ERROR = "error";

	private static final String UNNAMED = "message";

	private static final String PREFIX = "response.";

	/** What an item takes in memory, when it is counted as text. */
	private static final int ITEM_OVERHEAD = 64;

	private static final byte[] DONE = { '[', 'D', 'O', 'N', 'E', ']' };

	private final ResponseLimits limits;

	private final String origin;

	private final JsonCursor json = new JsonCursor();

	private final ResponsesEvent event;

	private final Map<Integer, ResponsesOutput> outputs = new TreeMap<>();

	/** The item that the latest event was about. */
	private @Nullable ResponsesOutput latest;

	private int toolCalls;

	private boolean hasAnswer;

	private boolean complete;

	private boolean factsKnown;

	private @Nullable String plainText;

	private boolean plainReasoning;

	private @Nullable ResponsesOutput plainOutput;

	/**
	 * Create a decoder.
	 * @param limits the limits of the response
	 * @param origin the kind of endpoint that the response comes from
	 */
	ResponsesDecoder(ResponseLimits limits, String origin) {
		this.limits = limits;
		this.origin = origin;
		this.event = new ResponsesEvent(limits, this::isDone);
	}

	@Override
	public boolean isKnown(String eventType) {
		return eventType.equals(UNNAMED) || eventType.startsWith(PREFIX) || eventType.equals(ERROR);
	}

	@Override
	public Progress decodeEvent(String eventType, byte[] payload, int offset, int length, List<ChatChunk> chunks) {
		this.plainText = null;
		if (isDone(payload, offset, length)) {
			return Progress.MORE;
		}
		this.json.open(payload, offset, length);
		this.event.read(this.json);
		this.json.close();
		String type = this.event.type().isEmpty() ? eventType : this.event.type();
		switch (type) {
			case "response.output_text.delta" -> addText(chunks);
			case "response.reasoning_summary_text.delta", "response.reasoning_text.delta" -> addReasoning(chunks);
			case "response.refusal.delta" -> output().addRefusal(this.event.delta());
			case "response.function_call_arguments.delta" -> output().addArguments(this.event.delta(), chunks);
			case "response.output_text.annotation.added" -> output().addAnnotation(this.event.annotation(), chunks);
			case "response.output_text.done" -> output().endText(this.event.whole(), chunks);
			case "response.function_call_arguments.done" -> output().endArguments(this.event.whole(), chunks);
			case "response.output_item.added" -> begin(chunks);
			case "response.output_item.done" -> end(chunks, this.event.item());
			case "response.completed", "response.incomplete" -> {
				return finish(chunks);
			}
			case "response.failed", "response.cancelled", ERROR -> {
				return Progress.ERROR;
			}
			default -> {
				return decodeOther(eventType, type, chunks);
			}
		}
		this.hasAnswer = true;
		return Progress.MORE;
	}

	private boolean isDone(int index) {
		ResponsesOutput output = this.outputs.get(index);
		return output != null && output.isDone();
	}

	// Servers write [DONE] after the last event, or not
	private static boolean isDone(byte[] payload, int offset, int length) {
		int start = offset;
		while (start < offset + length && payload[start] <= ' ') {
			start++;
		}
		if (offset + length - start < DONE.length) {
			return false;
		}
		for (int i = 0; i < DONE.length; i++) {
			if (payload[start + i] != DONE[i]) {
				return false;
			}
		}
		return true;
	}

	private Progress decodeOther(String eventType, String type, List<ChatChunk> chunks) {
		if (type.startsWith(PREFIX)) {
			addFacts(chunks);
			return Progress.MORE;
		}
		return (this.event.hasError() && isKnown(eventType)) ? Progress.ERROR : Progress.MORE;
	}

	// What the first event says of the response as a whole
	private void addFacts(List<ChatChunk> chunks) {
		if (!this.factsKnown && this.event.id() != null) {
			this.factsKnown = true;
			chunks.add(new ChatChunk(0, "", null, List.of(), null, null, null, this.event.model(), this.event.id(),
					Map.of()));
		}
	}

	private void addText(List<ChatChunk> chunks) {
		String delta = this.event.delta();
		ResponsesOutput output = output();
		String joined = output.addText(delta);
		setPlain(output, delta, joined, false);
		ChatChunk chunk = output.withLogprobs(ChatChunk.text(joined), this.event.logprobs());
		this.plainText = chunk.details().isEmpty() ? this.plainText : null;
		chunks.add(chunk);
	}

	private void addReasoning(List<ChatChunk> chunks) {
		String delta = this.event.delta();
		ResponsesOutput output = output();
		String joined = output.addReasoning(delta);
		setPlain(output, delta, joined, true);
		if (!joined.isEmpty()) {
			chunks.add(reasoning(joined));
		}
	}

	private void setPlain(ResponsesOutput output, String delta, String joined, boolean reasoning) {
		this.plainOutput = output;
		this.plainText = (joined.equals(delta) && !delta.isEmpty() && this.event.deltaStart() >= 0) ? delta : null;
		this.plainReasoning = reasoning;
	}

	private static ChatChunk reasoning(String text) {
		return new ChatChunk(0, "", text, List.of(), null, null, null, null, null, Map.of());
	}

	private ResponsesOutput output() {
		ResponsesOutput known = this.latest;
		int index = this.event.outputIndex();
		if (index < 0 && known != null) {
			return known;
		}
		ResponsesOutput found = output(Math.max(0, index));
		this.latest = found;
		return found;
	}

	private ResponsesOutput output(int index) {
		ResponsesOutput output = this.outputs.get(index);
		if (output == null) {
			output = new ResponsesOutput(this.limits);
			this.outputs.put(index, output);
			this.limits.checkOpenBlocks(this.outputs.size());
			this.limits.addText(ITEM_OVERHEAD);
		}
		return output;
	}

	private void begin(List<ChatChunk> chunks) {
		ResponsesOutput output = output();
		ResponsesItem item = this.event.item();
		if (item != null && item.isFunctionCall() && !output.isBegunCall()) {
			beginCall(output, item, chunks);
		}
	}

	private void beginCall(ResponsesOutput output, ResponsesItem item, List<ChatChunk> chunks) {
		this.limits.addToolCall();
		chunks.add(output.beginCall(item, this.toolCalls++));
	}

	private void end(List<ChatChunk> chunks, @Nullable ResponsesItem item) {
		if (item != null) {
			end(output(), item, chunks);
		}
	}

	private void end(ResponsesOutput output, ResponsesItem item, List<ChatChunk> chunks) {
		if (item.isFunctionCall() && !output.isBegunCall()) {
			beginCall(output, item, chunks);
		}
		output.end(item, chunks);
	}

	private Progress finish(List<ChatChunk> chunks) {
		this.hasAnswer |= !this.event.output().isEmpty();
		for (int i = 0; i < this.event.output().size(); i++) {
			ResponsesOutput output = output(i);
			if (!output.isDone()) {
				end(output, this.event.output().get(i), chunks);
			}
		}
		end(chunks);
		this.complete = true;
		boolean incomplete = this.event.incompleteReason() != null || "incomplete".equals(this.event.status());
		String reason = (this.event.incompleteReason() != null) ? this.event.incompleteReason()
				: (this.event.status() != null) ? this.event.status() : "completed";
		chunks.add(new ChatChunk(0, "", null, List.of(), finishReason(incomplete, reason), reason, this.event.usage(),
				this.event.model(), this.event.id(), details(), responseDetails()));
		return Progress.END;
	}

	private FinishReason finishReason(boolean incomplete, String reason) {
		if (!incomplete) {
			return (this.toolCalls > 0) ? FinishReason.TOOL_CALLS : FinishReason.STOP;
		}
		return switch (reason) {
			case "max_output_tokens" -> FinishReason.LENGTH;
			case "content_filter" -> FinishReason.CONTENT_FILTER;
			default -> FinishReason.OTHER;
		};
	}

	// Reasoning is refused without the item that followed it
	private Map<String, Object> details() {
		List<ResponsesOutput> all = new ArrayList<>(this.outputs.values());
		while (!all.isEmpty() && all.get(all.size() - 1).isReasoning()) {
			all.remove(all.size() - 1);
		}
		ContentOrder content = new ContentOrder();
		StringBuilder refusal = new StringBuilder();
		for (ResponsesOutput output : all) {
			output.addTo(content);
			refusal.append(output.refusal());
		}
		Map<String, Object> details = new LinkedHashMap<>();
		details.put(ContentOrder.ORIGIN, this.origin);
		details.put(ContentOrder.CONTENT, content.toEntries());
		if (!refusal.isEmpty()) {
			details.put(OpenAiChoice.REFUSAL, refusal.toString());
		}
		return details;
	}

	private Map<String, Object> responseDetails() {
		return (this.event.serviceTier() != null) ? Map.of("service_tier", this.event.serviceTier()) : Map.of();
	}

	@Override
	public @Nullable String plainText() {
		return this.plainText;
	}

	@Override
	public int textStart() {
		return this.event.deltaStart();
	}

	@Override
	public int paddingStart() {
		return this.event.paddingStart();
	}

	@Override
	public int numberStart() {
		return this.event.numberStart();
	}

	@Override
	public ChatChunk resembling(String text) {
		ResponsesOutput output = Objects.requireNonNull(this.plainOutput, "Nothing to resemble");
		return this.plainReasoning ? reasoning(output.addWellFormedReasoning(text))
				: ChatChunk.text(output.addWellFormedText(text));
	}

	@Override
	public Progress decodeWhole(byte[] body, List<ChatChunk> chunks) {
		this.json.open(body, 0, body.length);
		this.event.readWhole(this.json);
		this.json.close();
		String status = this.event.status();
		if (this.event.hasError() || "failed".equals(status) || "cancelled".equals(status)) {
			return Progress.ERROR;
		}
		return ("queued".equals(status) || "in_progress".equals(status)) ? Progress.MORE : finish(chunks);
	}

	@Override
	public void end(List<ChatChunk> chunks) {
		this.outputs.values().forEach((output) -> output.takeRest(chunks));
	}

	@Override
	public boolean hasAnswer() {
		return this.hasAnswer;
	}

	@Override
	public boolean isComplete() {
		return this.complete;
	}

	@Override
	public void release() {
		this.json.release();
	}

}
