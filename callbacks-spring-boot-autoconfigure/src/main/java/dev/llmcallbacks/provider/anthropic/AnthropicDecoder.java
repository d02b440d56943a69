package dev.llmcallbacks.provider.anthropic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ToolCallChunk;
import dev.llmcallbacks.provider.ChatChunkDecoder;
import dev.llmcallbacks.provider.ContentOrder;
import dev.llmcallbacks.provider.JsonCursor;
import dev.llmcallbacks.provider.ResponseLimits;
import dev.llmcallbacks.provider.SurrogateJoiner;

/**
 * Decodes a response in Anthropic's protocol. An event is read as a whole before anything
 * is made of it, as its fields may come in any order.
 *
 * @see <a href=
 * "https://docs.anthropic.com/en/docs/build-with-claude/streaming">Anthropic: streaming
 * messages</a>
 */
final class AnthropicDecoder implements ChatChunkDecoder {

	private static final String DELTA = "content_block_delta";

	private static final String ERROR = "error";

	/** The types of events, and those of servers that leave the type out. */
	private static final Set<String> EVENTS = Set.of("message_start", "content_block_start", DELTA,
			"content_block_stop", "message_delta", "message_stop", ERROR);

	private static final String UNNAMED = "message";

	/** What a block takes in memory, when it is counted as text. */
	private static final int BLOCK_OVERHEAD = 64;

	private final ResponseLimits limits;

	private final String origin;

	private final JsonCursor json = new JsonCursor();

	private final AnthropicUsage usage = new AnthropicUsage();

	private final AnthropicEvent event;

	private final Map<Integer, AnthropicBlock> blocks = new HashMap<>();

	/** All blocks in the order in which they have begun. */
	private final List<AnthropicBlock> answer = new ArrayList<>();

	/** Where the block stands that the latest text belongs to. */
	private int textPosition;

	private boolean mixed;

	/** Joins text of a block that has not begun. */
	private final SurrogateJoiner joiner = new SurrogateJoiner();

	private int toolCalls;

	private boolean hasAnswer;

	private boolean stopped;

	private @Nullable String plainText;

	/**
	 * Create a decoder.
	 * @param limits the limits of the response
	 * @param origin the kind of endpoint that the response comes from
	 */
	AnthropicDecoder(ResponseLimits limits, String origin) {
		this.limits = limits;
		this.origin = origin;
		this.event = new AnthropicEvent(this.usage, limits);
	}

	@Override
	public boolean isKnown(String eventType) {
		return EVENTS.contains(eventType) || eventType.equals(UNNAMED);
	}

	@Override
	public Progress decodeEvent(String eventType, byte[] payload, int offset, int length, List<ChatChunk> chunks) {
		this.plainText = null;
		read(payload, offset, length);
		switch (this.event.type()) {
			case "message_start" -> message(chunks);
			case "content_block_start" -> startBlock(chunks);
			case DELTA -> addToBlock(chunks);
			case "content_block_stop" -> stopBlock(chunks);
			case "message_delta" -> finish(chunks);
			case "message_stop" -> {
				this.stopped = true;
				end(chunks);
			}
			case ERROR -> {
				return Progress.ERROR;
			}
			default -> {
				return (this.event.hasError() && isKnown(eventType)) ? Progress.ERROR : Progress.MORE;
			}
		}
		return this.stopped ? Progress.END : Progress.MORE;
	}

	private void finish(List<ChatChunk> chunks) {
		this.hasAnswer |= this.event.stopReason() != null;
		chunks.add(this.event.finish(null, null));
	}

	@Override
	public Progress decodeWhole(byte[] body, List<ChatChunk> chunks) {
		read(body, 0, body.length);
		if (this.event.type().equals(ERROR) || this.event.hasError()) {
			return Progress.ERROR;
		}
		if (this.event.type().equals(UNNAMED)) {
			message(chunks);
			this.stopped = true;
			end(chunks);
		}
		return Progress.END;
	}

	@Override
	public void end(List<ChatChunk> chunks) {
		Map<Integer, AnthropicBlock> open = new TreeMap<>(this.blocks);
		this.blocks.clear();
		open.values().forEach((block) -> addRest(block, chunks));
		if (this.stopped) {
			addDetails(chunks);
		}
	}

	@Override
	public boolean hasAnswer() {
		return this.hasAnswer;
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
	public @Nullable String plainText() {
		return this.plainText;
	}

	@Override
	public int textStart() {
		return this.event.textStart();
	}

	@Override
	public ChatChunk resembling(String text) {
		AnthropicBlock block = this.blocks.get(this.event.index());
		noteOrder(block);
		return ChatChunk.text((block != null) ? block.addWellFormed(text) : this.joiner.joinWellFormed(text));
	}

	private void read(byte[] payload, int offset, int length) {
		this.event.clear();
		this.json.open(payload, offset, length);
		this.event.read(this.json);
		this.json.close();
	}

	// The message of message_start is mostly empty; that of a response which is not
	// streamed is all there is.
	private void message(List<ChatChunk> chunks) {
		List<AnthropicBlock> content = this.event.content();
		this.hasAnswer |= !content.isEmpty() || this.event.stopReason() != null;
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
			this.hasAnswer = true;
			this.blocks.put(this.event.index(), block);
			this.limits.checkOpenBlocks(this.blocks.size());
			start(block, chunks);
		}
	}

	private void start(AnthropicBlock block, List<ChatChunk> chunks) {
		this.limits.addText(BLOCK_OVERHEAD);
		block.setPosition(this.answer.size());
		this.answer.add(block);
		if (block.isThinking()) {
			this.limits.addReasoningPart();
		}
		if (block.isTool()) {
			this.limits.addToolCall();
			chunks.add(toolCall(block.start(this.toolCalls++)));
		}
		else if (!block.text().isEmpty()) {
			noteOrder(block);
			addText(block.addText(block.text()), chunks);
			if (block.citations() instanceof List<?> citations && !citations.isEmpty()) {
				addCitations(citations, chunks);
			}
		}
		else if (block.isThinking()) {
			addReasoning(block.startThinking(), chunks);
		}
	}

	private void addToBlock(List<ChatChunk> chunks) {
		AnthropicBlock block = this.blocks.get(this.event.index());
		String text = this.event.text();
		if (text != null) {
			this.hasAnswer = true;
			String joined = (block != null) ? block.addText(text) : this.joiner.join(text);
			noteOrder(block);
			this.plainText = (joined.equals(text) && !text.isEmpty() && this.event.textStart() >= 0) ? text : null;
			chunks.add(ChatChunk.text(joined));
			return;
		}
		if (block == null) {
			return;
		}
		if (this.event.thinking() != null) {
			addReasoning(block.addThinking(this.event.thinking()), chunks);
		}
		if (!this.event.additions().isEmpty()) {
			this.event.additions().forEach((field, json) -> {
				block.add(field, json);
				addCitation(field, json, chunks);
			});
		}
		if (this.event.partialJson() != null) {
			addInput(block.input(this.event.partialJson()), chunks);
		}
	}

	private static void addCitation(String field, String json, List<ChatChunk> chunks) {
		Object citation = field.equals("citation") ? JsonCursor.valueOf(json) : null;
		if (citation != null) {
			addCitations(List.of(citation), chunks);
		}
	}

	private static void addCitations(List<?> citations, List<ChatChunk> chunks) {
		chunks.add(new ChatChunk(0, "", null, List.of(), null, null, null, null, null,
				Map.of("citations", citations.stream().filter(Objects::nonNull).toList())));
	}

	// Text that arrives by turns for several blocks cannot be divided among them later
	private void noteOrder(@Nullable AnthropicBlock block) {
		int position = (block != null) ? block.position() : -1;
		this.mixed |= position < this.textPosition;
		this.textPosition = position;
	}

	private void stopBlock(List<ChatChunk> chunks) {
		AnthropicBlock block = this.blocks.remove(this.event.index());
		if (block != null) {
			stop(block, chunks);
		}
	}

	private void stop(AnthropicBlock block, List<ChatChunk> chunks) {
		addRest(block, chunks);
		ToolCallChunk end = block.endOfTool();
		if (end != null) {
			chunks.add(toolCall(end));
		}
	}

	// What has to be sent back with the answer, once it is complete
	private void addDetails(List<ChatChunk> chunks) {
		ContentOrder content = new ContentOrder();
		boolean further = false;
		for (AnthropicBlock block : this.answer) {
			block.addTo(content);
			further |= block.hasFurther();
		}
		this.answer.clear();
		Map<String, Object> details = new LinkedHashMap<>();
		if (!content.isDerivable() && !this.mixed) {
			details.put(ContentOrder.CONTENT, content.toEntries());
		}
		if (!details.isEmpty() || further) {
			details.put(ContentOrder.ORIGIN, this.origin);
			chunks.add(new ChatChunk(0, "", null, List.of(), null, null, null, null, null, details));
		}
	}

	// the other half of a character that was cut has not come
	private static void addRest(AnthropicBlock block, List<ChatChunk> chunks) {
		if (block.isThinking()) {
			addReasoning(block.takeRest(), chunks);
		}
		else if (!block.isTool()) {
			addText(block.takeRest(), chunks);
		}
	}

	private static void addText(String text, List<ChatChunk> chunks) {
		if (!text.isEmpty()) {
			chunks.add(ChatChunk.text(text));
		}
	}

	private static void addReasoning(String text, List<ChatChunk> chunks) {
		if (!text.isEmpty()) {
			chunks.add(new ChatChunk(0, "", text, List.of(), null, null, null, null, null, Map.of()));
		}
	}

	private static void addInput(@Nullable ToolCallChunk call, List<ChatChunk> chunks) {
		if (call != null && !call.arguments().isEmpty()) {
			chunks.add(toolCall(call));
		}
	}

	private static ChatChunk toolCall(ToolCallChunk call) {
		return new ChatChunk(0, "", null, List.of(call), null, null, null, null, null, Map.of());
	}

}
