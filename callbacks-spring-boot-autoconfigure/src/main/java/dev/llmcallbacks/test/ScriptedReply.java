package dev.llmcallbacks.test;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolCallChunk;
import dev.llmcallbacks.provider.AnswerAssembler;

/**
 * Response to one request, as far as the model has emitted it, whatever the protocol.
 * Used by one thread at a time.
 */
final class ScriptedReply {

	private final String id;

	private final ScriptedQuestion question;

	private final AnswerAssembler answer = new AnswerAssembler();

	private @Nullable ChatChunk first;

	private int outputTokens;

	private boolean calls;

	private boolean cutOff;

	/** Kind and index of the block that is open, for protocols that have blocks. */
	private @Nullable String block;

	private int blocks = -1;

	/** Items with their content, for protocols that repeat it. */
	private final List<ScriptedItem> items = new ArrayList<>();

	private int events;

	ScriptedReply(String id, ScriptedQuestion question) {
		this.id = id;
		this.question = question;
	}

	/**
	 * Account for the next chunk.
	 * @param chunk the chunk
	 * @return {@code false} if the request does not allow as many tokens, so that the
	 * response ends
	 */
	boolean accept(ChatChunk chunk) {
		boolean token = !chunk.text().isEmpty() || chunk.reasoning() != null
				|| chunk.toolCalls().stream().anyMatch((call) -> !call.arguments().isEmpty());
		if (token && this.outputTokens == this.question.maxTokens()) {
			this.cutOff = true;
			return false;
		}
		this.first = (this.first != null) ? this.first : chunk;
		this.outputTokens += token ? 1 : 0;
		this.calls |= !chunk.toolCalls().isEmpty();
		this.answer.add(chunk);
		return true;
	}

	String id() {
		return this.id;
	}

	ScriptedQuestion question() {
		return this.question;
	}

	AiMessage message() {
		List<ChatGeneration> generations = this.answer.toResponse().generations();
		return generations.isEmpty() ? new AiMessage("") : generations.get(0).message();
	}

	boolean beginsWithCall() {
		return this.first != null && !this.first.toolCalls().isEmpty();
	}

	boolean beginsWithReasoning() {
		return this.first != null && this.first.reasoning() != null;
	}

	String model() {
		String model = this.answer.toResponse().llmOutput().modelName();
		return (model != null) ? model : this.question.model();
	}

	FinishReason finishReason() {
		if (this.cutOff) {
			return FinishReason.LENGTH;
		}
		ChatResponse response = this.answer.toResponse();
		FinishReason reason = response.generations().isEmpty() ? null : response.generations().get(0).finishReason();
		return (reason != null) ? reason : this.calls ? FinishReason.TOOL_CALLS : FinishReason.STOP;
	}

	TokenUsage usage() {
		TokenUsage usage = this.answer.toResponse().llmOutput().tokenUsage();
		return usage.isKnown() ? usage : counted(this.outputTokens);
	}

	/**
	 * Return the usage that is known when the response begins.
	 * @return the tokens of the prompt, and one of the response
	 */
	TokenUsage initialUsage() {
		return counted(1);
	}

	private TokenUsage counted(int output) {
		int input = this.question.inputTokens();
		return new TokenUsage(input, output, input + output, 0, 0, 0);
	}

	/**
	 * Whether a block has to be opened for the next content.
	 * @param kind the kind of block
	 * @return whether no block of this kind is open
	 */
	boolean opensBlock(String kind) {
		if (kind.equals(this.block)) {
			return false;
		}
		this.block = kind;
		this.blocks++;
		return true;
	}

	/**
	 * Return the item to which the next content belongs.
	 * @param kind the kind of content
	 * @param call the fragment of the tool call that it is, or {@code null}
	 * @return the latest item, or another one after it
	 */
	ScriptedItem item(ScriptedItem.Kind kind, @Nullable ToolCallChunk call) {
		int index = (call != null) ? call.index() : -1;
		ScriptedItem open = openItem();
		if (open != null && open.is(kind, index)) {
			return open;
		}
		ScriptedItem next = new ScriptedItem(kind, this.items.size(), index, (call != null) ? call.id() : null,
				(call != null) ? call.name() : null);
		this.items.add(next);
		return next;
	}

	@Nullable ScriptedItem openItem() {
		return this.items.isEmpty() ? null : this.items.get(this.items.size() - 1);
	}

	List<ScriptedItem> items() {
		return this.items;
	}

	/**
	 * Return the number of the next event of a stream.
	 * @return the number, counted from zero
	 */
	int nextEvent() {
		return this.events++;
	}

	int openBlock() {
		return this.blocks;
	}

	boolean hasOpenBlock() {
		return this.block != null;
	}

}
