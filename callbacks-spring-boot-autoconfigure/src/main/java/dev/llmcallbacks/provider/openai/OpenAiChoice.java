package dev.llmcallbacks.provider.openai;

import java.util.Map;

/**
 * What has to be remembered of one choice of an answer.
 */
final class OpenAiChoice {

	private final OpenAiToolCalls toolCalls = new OpenAiToolCalls();

	private final StringBuilder refusal = new StringBuilder();

	private final OpenAiReasoningDetails reasoningDetails = new OpenAiReasoningDetails();

	private boolean finished;

	private boolean hasContent;

	/**
	 * Add what an event said about the choice.
	 * @param delta is completed with what only the choice knows
	 * @return whether it said anything
	 */
	boolean take(OpenAiDelta delta) {
		delta.complete(this.toolCalls, this.refusal, this.reasoningDetails, !this.hasContent);
		this.hasContent |= delta.hasContent();
		this.finished |= delta.rawFinishReason() != null;
		return delta.hasContent() || delta.rawFinishReason() != null || !delta.details().isEmpty();
	}

	/**
	 * End without a finish reason.
	 * @return the details that have not been told yet, usually none
	 */
	Map<String, Object> end() {
		return this.reasoningDetails.take();
	}

	boolean isFinished() {
		return this.finished;
	}

}
