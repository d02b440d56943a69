package dev.llmcallbacks.provider.anthropic;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ToolCallChunk;
import dev.llmcallbacks.provider.AnswerDecoder;
import dev.llmcallbacks.provider.JsonCursor;

/**
 * Decodes an answer in Anthropic's protocol. An event is read as a whole before anything
 * is made of it, for its fields may come in any order.
 *
 * @see <a href=
 * "https://docs.anthropic.com/en/docs/build-with-claude/streaming">Anthropic: streaming
 * messages</a>
 */
final class AnthropicDecoder implements AnswerDecoder {

	/** The detail under which thinking is kept that has to be sent back. */
	static final String THINKING_BLOCKS = "thinking_blocks";

	private final JsonCursor json = new JsonCursor();

	private final AnthropicUsage usage = new AnthropicUsage();

	private final AnthropicEvent event = new AnthropicEvent(this.usage);

	private final Map<Integer, AnthropicBlock> blocks = new HashMap<>();

	private int toolCalls;

	private boolean stopped;

	@Override
	public Progress decodeEvent(byte[] payload, int offset, int length, List<ChatChunk> chunks) {
		read(payload, offset, length);
		switch (this.event.type()) {
			case "message_start" -> message(chunks);
			case "content_block_start" -> startBlock(chunks);
			case "content_block_delta" -> addToBlock(chunks);
			case "content_block_stop" -> stopBlock(chunks);
			case "message_delta" -> chunks.add(this.event.finish(null, null));
			case "message_stop" -> {
				this.stopped = true;
			}
			case "error" -> {
				return Progress.ERROR;
			}
			default -> {
				return this.event.hasError() ? Progress.ERROR : Progress.MORE;
			}
		}
		return this.stopped ? Progress.END : Progress.MORE;
	}

	@Override
	public Progress decodeWhole(byte[] body, List<ChatChunk> chunks) {
		read(body, 0, body.length);
		if (this.event.type().equals("error") || this.event.hasError()) {
			return Progress.ERROR;
		}
		if (this.event.type().equals("message")) {
			message(chunks);
		}
		return Progress.END;
	}

	@Override
	public boolean isComplete() {
		return this.stopped;
	}

	@Override
	public void release() {
		this.json.release();
	}

	@Override
	public int textStart() {
		return this.event.type().equals("content_block_delta") ? this.event.textStart() : -1;
	}

	@Override
	public ChatChunk resembling(String text) {
		return ChatChunk.text(text);
	}

	private void read(byte[] payload, int offset, int length) {
		this.event.clear();
		this.json.open(payload, offset, length);
		this.event.read(this.json);
		this.json.close();
	}

	// The message of message_start is mostly empty, that of an answer which is
	// not streamed is all there is.
	private void message(List<ChatChunk> chunks) {
		List<AnthropicBlock> content = this.event.content();
		if (this.event.stopReason() == null) {
			chunks.add(this.event.facts());
		}
		for (AnthropicBlock block : content) {
			start(block, chunks);
			stop(block, chunks);
		}
		if (this.event.stopReason() != null) {
			chunks.add(this.event.finish(this.event.model(), this.event.id()));
		}
	}

	private void startBlock(List<ChatChunk> chunks) {
		AnthropicBlock block = this.event.block();
		if (block != null) {
			this.blocks.put(this.event.index(), block);
			start(block, chunks);
		}
	}

	private void start(AnthropicBlock block, List<ChatChunk> chunks) {
		if (block.isTool()) {
			chunks.add(toolCall(block.start(this.toolCalls++)));
		}
		else if (!block.text().isEmpty()) {
			chunks.add(ChatChunk.text(block.text()));
		}
		else if (block.thinking() != null) {
			chunks.add(reasoning(block.thinking()));
		}
	}

	private void addToBlock(List<ChatChunk> chunks) {
		if (this.event.text() != null) {
			chunks.add(ChatChunk.text(this.event.text()));
			return;
		}
		AnthropicBlock block = this.blocks.get(this.event.index());
		if (block == null) {
			return;
		}
		if (this.event.thinking() != null) {
			block.addThinking(this.event.thinking());
			chunks.add(reasoning(this.event.thinking()));
		}
		if (this.event.signature() != null) {
			block.addSignature(this.event.signature());
		}
		if (this.event.partialJson() != null) {
			addInput(block.input(this.event.partialJson()), chunks);
		}
	}

	private void stopBlock(List<ChatChunk> chunks) {
		AnthropicBlock block = this.blocks.remove(this.event.index());
		if (block != null) {
			stop(block, chunks);
		}
	}

	private void stop(AnthropicBlock block, List<ChatChunk> chunks) {
		addInput(block.wholeInput(), chunks);
		Map<String, Object> details = block.details();
		if (!details.isEmpty()) {
			chunks.add(new ChatChunk(0, "", null, List.of(), null, null, null, null, null, details));
		}
	}

	private static void addInput(@Nullable ToolCallChunk piece, List<ChatChunk> chunks) {
		if (piece != null && !piece.arguments().isEmpty()) {
			chunks.add(toolCall(piece));
		}
	}

	private static ChatChunk toolCall(ToolCallChunk piece) {
		return new ChatChunk(0, "", null, List.of(piece), null, null, null, null, null, Map.of());
	}

	private static ChatChunk reasoning(String piece) {
		return new ChatChunk(0, "", piece, List.of(), null, null, null, null, null, Map.of());
	}

}
