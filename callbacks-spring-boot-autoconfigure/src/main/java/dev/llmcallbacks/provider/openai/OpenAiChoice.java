package dev.llmcallbacks.provider.openai;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ToolCallChunk;
import dev.llmcallbacks.provider.ContentOrder;
import dev.llmcallbacks.provider.ResponseLimits;
import dev.llmcallbacks.provider.SurrogateJoiner;
import dev.llmcallbacks.provider.TextAssembler;

/**
 * State of one choice of a response: what has to be remembered between its events.
 */
final class OpenAiChoice {

	/** The detail under which a refusal is kept. */
	static final String REFUSAL = "refusal";

	private final ResponseLimits limits;

	private final OpenAiToolCalls toolCalls;

	private final String origin;

	private final OpenAiReasoningDetails reasoningDetails;

	private final OpenAiReasoningDetails thinkingBlocks;

	private final SurrogateJoiner text = new SurrogateJoiner();

	private final SurrogateJoiner reasoning = new SurrogateJoiner();

	private final TextAssembler refusal = new TextAssembler();

	private final Map<String, Object> further = new LinkedHashMap<>();

	private @Nullable OpenAiContent content;

	/** How many characters of text there are. */
	private int textLength;

	/** The fields in which reasoning was sent, and those that have been taken. */
	private int reasoningFields;

	private int takenFields;

	private boolean hasToolDetails;

	private boolean finished;

	private boolean hasContent;

	/**
	 * Create a choice.
	 * @param limits the limits of the response
	 * @param origin the kind of endpoint that the response comes from
	 */
	OpenAiChoice(ResponseLimits limits, String origin) {
		this.limits = limits;
		this.origin = origin;
		this.toolCalls = new OpenAiToolCalls(limits);
		this.reasoningDetails = new OpenAiReasoningDetails(OpenAiReasoningDetails.NAME, limits);
		this.thinkingBlocks = new OpenAiReasoningDetails(OpenAiReasoningDetails.THINKING_BLOCKS, limits);
	}

	/**
	 * Add what an event says about the choice.
	 * @param delta is completed with what only the choice knows
	 * @return whether the event says anything
	 */
	boolean add(OpenAiDelta delta) {
		if (delta.isWholeMessage() && this.hasContent) {
			delta.clearMessage();
		}
		delta.join(this.text, this.reasoning);
		if (!delta.toolCallDeltas().isEmpty()) {
			delta.setToolCalls(number(delta));
		}
		this.limits.addText(delta.refusal().length());
		this.refusal.append(delta.refusal());
		keep(delta);
		boolean last = delta.isWholeMessage() || delta.rawFinishReason() != null;
		if (last) {
			String rest = this.text.end();
			this.textLength += rest.length();
			delta.finish(rest, this.reasoning.end(), takeDetails());
		}
		this.hasContent |= delta.hasContent();
		this.finished |= delta.rawFinishReason() != null;
		return delta.hasContent() || delta.rawFinishReason() != null || !delta.details().isEmpty();
	}

	// Keep what has to be sent back
	private void keep(OpenAiDelta delta) {
		if (!delta.parts().isEmpty()) {
			this.content = (this.content != null) ? this.content : new OpenAiContent();
			for (OpenAiPart part : delta.parts()) {
				this.content.add(this.textLength + part.textBefore(), part.json(), delta.isWholeMessage());
			}
		}
		this.textLength += delta.text().length();
		this.reasoningFields |= delta.reasoningFields();
		if (delta.isWholeMessage()) {
			delta.reasoningDetails().forEach(this.reasoningDetails::addWhole);
			delta.thinkingBlocks().forEach(this.thinkingBlocks::addWhole);
		}
		else {
			delta.reasoningDetails().forEach(this.reasoningDetails::add);
			delta.thinkingBlocks().forEach(this.thinkingBlocks::add);
		}
		delta.further().forEach((name, value) -> this.further.merge(name, value, OpenAiDetails::merge));
	}

	private List<ToolCallChunk> number(OpenAiDelta delta) {
		List<ToolCallChunk> numbered = this.toolCalls.number(delta.toolCallDeltas());
		numbered.forEach((call) -> this.hasToolDetails |= !call.details().isEmpty());
		return numbered;
	}

	/**
	 * Return the text of an event that is the same as one before but for it.
	 * @param wellFormed the text
	 * @param isReasoning whether it is of the reasoning
	 * @return the text that can be handed on
	 */
	String join(String wellFormed, boolean isReasoning) {
		if (isReasoning) {
			return this.reasoning.joinWellFormed(wellFormed);
		}
		String joined = this.text.joinWellFormed(wellFormed);
		this.textLength += joined.length();
		return joined;
	}

	/**
	 * Take the details that are complete only at the end of the choice.
	 * @return what has to be sent back and has not been taken yet
	 */
	Map<String, Object> takeDetails() {
		Map<String, Object> details = new LinkedHashMap<>(this.further);
		this.further.clear();
		details.putAll(this.reasoningDetails.take());
		details.putAll(this.thinkingBlocks.take());
		if (this.content != null) {
			this.content.end(this.textLength);
			details.put(ContentOrder.CONTENT, this.content.toEntries());
			this.content = null;
		}
		if (!this.refusal.isEmpty()) {
			details.put(REFUSAL, this.refusal.take());
		}
		if (this.reasoningFields != this.takenFields) {
			details.put(OpenAiDetails.REASONING_FIELD, reasoningFieldNames());
			this.takenFields = this.reasoningFields;
		}
		if (!details.isEmpty() || this.hasToolDetails) {
			details.put(ContentOrder.ORIGIN, this.origin);
			this.hasToolDetails = false;
		}
		return details;
	}

	private String reasoningFieldNames() {
		List<String> fields = OpenAiDetails.REASONING_FIELDS;
		return IntStream.range(0, fields.size())
			.filter((field) -> (this.reasoningFields & (1 << field)) != 0)
			.mapToObj(fields::get)
			.collect(Collectors.joining(","));
	}

	/**
	 * Take what was kept of the text, and of the reasoning, when nothing follows.
	 * @return both, usually empty
	 */
	List<String> takeRest() {
		String rest = this.text.end();
		this.textLength += rest.length();
		return List.of(rest, this.reasoning.end());
	}

	boolean isFinished() {
		return this.finished;
	}

}
