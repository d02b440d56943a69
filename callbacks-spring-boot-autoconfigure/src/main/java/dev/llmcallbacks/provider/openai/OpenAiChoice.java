package dev.llmcallbacks.provider.openai;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.llmcallbacks.message.ToolCallChunk;
import dev.llmcallbacks.provider.ResponseLimits;
import dev.llmcallbacks.provider.SurrogateJoiner;

/**
 * State of one choice of a response: what has to be remembered between its events.
 */
final class OpenAiChoice {

	/** The detail under which a refusal is kept. */
	static final String REFUSAL = "refusal";

	private final ResponseLimits limits;

	private final OpenAiToolCalls toolCalls;

	private final OpenAiReasoningDetails reasoningDetails;

	private final SurrogateJoiner text = new SurrogateJoiner();

	private final SurrogateJoiner reasoning = new SurrogateJoiner();

	private final StringBuilder refusal = new StringBuilder();

	private boolean finished;

	private boolean hasContent;

	OpenAiChoice(ResponseLimits limits) {
		this.limits = limits;
		this.toolCalls = new OpenAiToolCalls(limits);
		this.reasoningDetails = new OpenAiReasoningDetails(limits);
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
		this.refusal.append(delta.refusal());
		this.limits.addText(delta.refusal().length());
		delta.reasoningDetails().forEach(this.reasoningDetails::add);
		boolean last = delta.isWholeMessage() || delta.rawFinishReason() != null;
		if (last) {
			delta.finish(this.text.end(), this.reasoning.end(), takeDetails());
		}
		this.hasContent |= delta.hasContent();
		this.finished |= delta.rawFinishReason() != null;
		return delta.hasContent() || delta.rawFinishReason() != null || !delta.details().isEmpty();
	}

	private List<ToolCallChunk> number(OpenAiDelta delta) {
		return this.toolCalls.number(delta.toolCallDeltas());
	}

	/**
	 * Return the text of an event that is the same as one before but for it.
	 * @param wellFormed the text
	 * @param isReasoning whether it is of the reasoning
	 * @return the text that can be handed on
	 */
	String join(String wellFormed, boolean isReasoning) {
		return (isReasoning ? this.reasoning : this.text).joinWellFormed(wellFormed);
	}

	/**
	 * Take the details that are complete only at the end of the choice.
	 * @return the refusal and the parts of the reasoning that have not been taken yet
	 */
	Map<String, Object> takeDetails() {
		Map<String, Object> details = new LinkedHashMap<>(this.reasoningDetails.take());
		if (!this.refusal.isEmpty()) {
			details.put(REFUSAL, this.refusal.toString());
			this.refusal.setLength(0);
		}
		return details;
	}

	/**
	 * Take what was kept of the text, and of the reasoning, when nothing follows.
	 * @return both, usually empty
	 */
	List<String> takeRest() {
		return List.of(this.text.end(), this.reasoning.end());
	}

	boolean isFinished() {
		return this.finished;
	}

}
