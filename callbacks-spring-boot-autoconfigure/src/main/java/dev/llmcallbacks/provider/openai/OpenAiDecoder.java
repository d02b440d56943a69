package dev.llmcallbacks.provider.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.provider.AnswerDecoder;
import dev.llmcallbacks.provider.JsonCursor;

/**
 * Decodes an answer in OpenAI's protocol and in the accents in which others speak it.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/chat-streaming">OpenAI API
 * reference: chat completion chunks</a>
 */
final class OpenAiDecoder implements AnswerDecoder {

	/** The detail under which a refusal is kept. */
	static final String REFUSAL = "refusal";

	/** The detail under which OpenRouter's blocks of reasoning are kept. */
	static final String REASONING_DETAILS = "reasoning_details";

	private static final byte[] DONE = { '[', 'D', 'O', 'N', 'E', ']' };

	private final JsonCursor json = new JsonCursor();

	private final Map<Integer, OpenAiChoice> choices = new TreeMap<>();

	private final List<OpenAiDelta> deltas = new ArrayList<>();

	private int deltaCount;

	private boolean done;

	private boolean error;

	private boolean news;

	private int padding;

	/** The last chunk, if it tells nothing but a text. */
	private @Nullable ChatChunk plain;

	private @Nullable String model;

	private @Nullable String id;

	private @Nullable TokenUsage usage;

	private @Nullable TokenUsage knownUsage;

	@Override
	public Progress decodeEvent(byte[] payload, int offset, int length, List<ChatChunk> chunks) {
		if (isDone(payload, offset, length)) {
			this.done = true;
			this.choices.forEach((index, choice) -> end(index, choice, chunks));
			return Progress.END;
		}
		int before = chunks.size();
		Progress progress = decode(payload, offset, length, chunks);
		this.plain = (this.deltaCount == 1 && this.usage == null && chunks.size() == before + 1)
				? plain(chunks.get(before)) : null;
		return progress;
	}

	private @Nullable ChatChunk plain(ChatChunk chunk) {
		return chunk.equals(plain(chunk.choice(), chunk.text(), chunk.reasoning())) ? chunk : null;
	}

	@Override
	public int textStart() {
		return (this.plain != null) ? this.deltas.get(0).textStart() : -1;
	}

	@Override
	public int paddingStart() {
		return this.padding;
	}

	@Override
	public ChatChunk resembling(String text) {
		ChatChunk like = Objects.requireNonNull(this.plain, "Nothing to resemble");
		return (like.reasoning() != null) ? plain(like.choice(), "", text) : plain(like.choice(), text, null);
	}

	private void end(int index, OpenAiChoice choice, List<ChatChunk> chunks) {
		Map<String, Object> details = choice.end();
		if (!details.isEmpty()) {
			chunks.add(new ChatChunk(index, "", null, List.of(), null, null, null, this.model, this.id, details));
		}
	}

	private ChatChunk plain(int choice, String text, @Nullable String reasoning) {
		return new ChatChunk(choice, text, reasoning, List.of(), null, null, null, this.model, this.id, Map.of());
	}

	@Override
	public Progress decodeWhole(byte[] body, List<ChatChunk> chunks) {
		return decode(body, 0, body.length, chunks);
	}

	@Override
	public boolean isComplete() {
		return this.done
				|| (!this.choices.isEmpty() && this.choices.values().stream().allMatch(OpenAiChoice::isFinished));
	}

	@Override
	public void release() {
		this.json.release();
	}

	private Progress decode(byte[] payload, int offset, int length, List<ChatChunk> chunks) {
		this.deltaCount = 0;
		this.error = false;
		this.news = false;
		this.padding = -1;
		this.usage = null;
		this.json.open(payload, offset, length);
		readRoot();
		this.json.close();
		emit(chunks);
		return this.error ? Progress.ERROR : Progress.MORE;
	}

	private static boolean isDone(byte[] payload, int offset, int length) {
		int end = offset + length;
		int start = offset;
		while (start < end && payload[start] <= ' ') {
			start++;
		}
		for (int i = 0; i < DONE.length; i++) {
			if (start + i >= end || payload[start + i] != DONE[i]) {
				return false;
			}
		}
		return true;
	}

	private void readRoot() {
		boolean answer = false;
		boolean complaint = false;
		for (String name = this.json.nextField(); name != null; name = this.json.nextField()) {
			switch (name) {
				case "id" -> {
					this.id = told(this.id);
				}
				case "model" -> {
					this.model = told(this.model);
				}
				case "choices" -> {
					answer = true;
					readChoices();
				}
				case "obfuscation" -> readPadding();
				case "usage" -> readUsage();
				case "x_groq" -> readGroq();
				case "error" -> readError();
				case "object" -> {
					this.error |= "error".equals(this.json.text());
				}
				case "message", "detail" -> {
					complaint = this.json.isText();
					this.json.skip();
				}
				default -> this.json.skip();
			}
		}
		this.error |= complaint && !answer;
	}

	// Azure's first event tells an empty id and an empty model
	private @Nullable String told(@Nullable String known) {
		String text = this.json.text(known);
		if (text == null || text.isEmpty()) {
			return known;
		}
		this.news |= !text.equals(known);
		return text;
	}

	private void readPadding() {
		this.padding = this.json.isText() ? this.json.textStart() : -1;
		this.json.skip();
	}

	private void readError() {
		if (this.json.isText()) {
			this.error |= !"".equals(this.json.text());
		}
		else if (this.json.enterObject()) {
			for (String name = this.json.nextField(); name != null; name = this.json.nextField()) {
				this.error = true;
				this.json.skip();
			}
		}
	}

	private void readGroq() {
		if (this.json.enterObject()) {
			for (String name = this.json.nextField(); name != null; name = this.json.nextField()) {
				switch (name) {
					case "usage" -> readUsage();
					case "error" -> readError();
					default -> this.json.skip();
				}
			}
		}
	}

	private void readUsage() {
		TokenUsage read = OpenAiUsage.read(this.json);
		this.usage = (read != null) ? read : this.usage;
	}

	private void readChoices() {
		if (this.json.enterArray()) {
			while (this.json.nextElement()) {
				if (this.json.enterObject()) {
					this.error |= nextDelta().read(this.json);
				}
			}
		}
	}

	private OpenAiDelta nextDelta() {
		if (this.deltaCount == this.deltas.size()) {
			this.deltas.add(new OpenAiDelta());
		}
		OpenAiDelta delta = this.deltas.get(this.deltaCount++);
		delta.clear();
		return delta;
	}

	private void emit(List<ChatChunk> chunks) {
		TokenUsage told = (this.usage != null && !this.usage.equals(this.knownUsage)) ? this.usage : null;
		this.knownUsage = (told != null) ? told : this.knownUsage;
		int before = chunks.size();
		for (int i = 0; i < this.deltaCount; i++) {
			OpenAiDelta delta = this.deltas.get(i);
			OpenAiChoice choice = this.choices.computeIfAbsent(delta.index(), (index) -> new OpenAiChoice());
			if (choice.take(delta)) {
				chunks.add(chunk(delta, (chunks.size() == before) ? told : null));
			}
		}
		if (chunks.size() == before && (told != null || this.news)) {
			int index = (this.deltaCount > 0) ? this.deltas.get(0).index() : 0;
			chunks.add(new ChatChunk(index, "", null, List.of(), null, null, told, this.model, this.id, Map.of()));
		}
	}

	private ChatChunk chunk(OpenAiDelta delta, @Nullable TokenUsage told) {
		return new ChatChunk(delta.index(), delta.text(), delta.reasoning(), delta.toolCalls(), delta.finishReason(),
				delta.rawFinishReason(), told, this.model, this.id, delta.details());
	}

}
