package dev.llmcallbacks.provider.openai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.provider.ChatChunkDecoder;
import dev.llmcallbacks.provider.JsonCursor;
import dev.llmcallbacks.provider.ResponseLimits;

/**
 * Decodes a response in OpenAI's protocol and in the dialects of other servers.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/chat-streaming">OpenAI API
 * reference: chat completion chunks</a>
 */
final class OpenAiDecoder implements ChatChunkDecoder {

	private static final String MESSAGE = "message";

	/** How many deltas are kept for the next event. */
	private static final int MAX_POOLED = 16;

	private static final byte[] DONE = { '[', 'D', 'O', 'N', 'E', ']' };

	private final ResponseLimits limits;

	private final String origin;

	private final JsonCursor json = new JsonCursor();

	private final Map<Integer, OpenAiChoice> choices = new TreeMap<>();

	private final List<OpenAiDelta> deltas = new ArrayList<>();

	private int deltaCount;

	private boolean done;

	private boolean hasAnswer;

	private boolean error;

	private boolean news;

	/** Whether the event has choices, which makes it one of the protocol. */
	private boolean hasChoices;

	private int padding;

	/** The last chunk, if it holds nothing but a text, and that text as it was sent. */
	private @Nullable ChatChunk plain;

	private @Nullable String plainText;

	private @Nullable OpenAiChoice plainChoice;

	private @Nullable String model;

	private @Nullable String id;

	private @Nullable String systemFingerprint;

	private @Nullable String serviceTier;

	private @Nullable TokenUsage usage;

	private @Nullable TokenUsage knownUsage;

	/**
	 * Create a decoder.
	 * @param limits the limits of the response
	 * @param origin the kind of endpoint that the response comes from
	 */
	OpenAiDecoder(ResponseLimits limits, String origin) {
		this.limits = limits;
		this.origin = origin;
	}

	@Override
	public boolean isKnown(String eventType) {
		return eventType.equals(MESSAGE);
	}

	@Override
	public Progress decodeEvent(String eventType, byte[] payload, int offset, int length, List<ChatChunk> chunks) {
		this.plainText = null;
		if (isDone(payload, offset, length)) {
			this.done = true;
			end(chunks);
			return Progress.END;
		}
		if (!isKnown(eventType)) {
			return decodeUnknown(payload, offset, length, chunks);
		}
		int before = chunks.size();
		read(payload, offset, length, false);
		emit(chunks);
		this.plain = (this.deltaCount == 1 && this.usage == null && chunks.size() == before + 1)
				? plain(chunks.get(before)) : null;
		this.plainText = (this.plain != null) ? textOf(this.plain) : null;
		this.plainChoice = (this.plain != null) ? choice(this.plain.choice()) : null;
		return progress();
	}

	// An event of an unknown type is ignored, unless it is one of the protocol
	private Progress decodeUnknown(byte[] payload, int offset, int length, List<ChatChunk> chunks) {
		String knownModel = this.model;
		String knownId = this.id;
		this.hasChoices = false;
		try {
			read(payload, offset, length, false);
		}
		finally {
			if (!this.hasChoices) {
				this.model = knownModel;
				this.id = knownId;
			}
		}
		if (this.hasChoices) {
			emit(chunks);
			return progress();
		}
		return Progress.MORE;
	}

	private @Nullable ChatChunk plain(ChatChunk chunk) {
		boolean only = this.deltas.get(0).textStart() >= 0
				&& chunk.equals(plain(chunk.choice(), chunk.text(), chunk.reasoning()));
		return only ? chunk : null;
	}

	private static String textOf(ChatChunk plain) {
		return (plain.reasoning() != null) ? plain.reasoning() : plain.text();
	}

	@Override
	public @Nullable String plainText() {
		return this.plainText;
	}

	@Override
	public int textStart() {
		return this.deltas.get(0).textStart();
	}

	@Override
	public int paddingStart() {
		return this.padding;
	}

	@Override
	public ChatChunk resembling(String text) {
		ChatChunk like = Objects.requireNonNull(this.plain, "Nothing to resemble");
		boolean reasoning = like.reasoning() != null;
		String joined = Objects.requireNonNull(this.plainChoice).join(text, reasoning);
		return reasoning ? plain(like.choice(), "", joined) : plain(like.choice(), joined, null);
	}

	private ChatChunk plain(int choice, String text, @Nullable String reasoning) {
		return new ChatChunk(choice, text, reasoning, List.of(), null, null, null, this.model, this.id, Map.of());
	}

	@Override
	public Progress decodeWhole(byte[] body, List<ChatChunk> chunks) {
		read(body, 0, body.length, true);
		emit(chunks);
		return progress();
	}

	@Override
	public void end(List<ChatChunk> chunks) {
		this.choices.forEach((index, choice) -> end(index, choice, chunks));
	}

	private void end(int index, OpenAiChoice choice, List<ChatChunk> chunks) {
		List<String> rest = choice.takeRest();
		String reasoning = rest.get(1).isEmpty() ? null : rest.get(1);
		Map<String, Object> details = choice.takeDetails();
		if (!rest.get(0).isEmpty() || reasoning != null || !details.isEmpty()) {
			chunks.add(new ChatChunk(index, rest.get(0), reasoning, List.of(), null, null, null, this.model, this.id,
					details));
		}
	}

	@Override
	public boolean hasAnswer() {
		return this.hasAnswer;
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

	private Progress progress() {
		return this.error ? Progress.ERROR : Progress.MORE;
	}

	private void read(byte[] payload, int offset, int length, boolean whole) {
		this.deltaCount = 0;
		this.error = false;
		this.news = false;
		this.padding = -1;
		this.usage = null;
		if (this.deltas.size() > MAX_POOLED) {
			this.deltas.subList(MAX_POOLED, this.deltas.size()).clear();
		}
		this.json.open(payload, offset, length);
		readRoot(whole);
		this.json.close();
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

	private void readRoot(boolean whole) {
		this.hasChoices = false;
		boolean complaint = false;
		for (String name = this.json.nextField(); name != null; name = this.json.nextField()) {
			switch (name) {
				case "id" -> {
					this.id = read(this.id);
				}
				case "model" -> {
					this.model = read(this.model);
				}
				case "system_fingerprint" -> {
					this.systemFingerprint = read(this.systemFingerprint);
				}
				case "service_tier" -> {
					this.serviceTier = read(this.serviceTier);
				}
				case "choices" -> {
					this.hasChoices |= !this.json.isNull();
					readChoices(whole);
				}
				case "obfuscation" -> readPadding();
				case "usage" -> readUsage();
				case "x_groq" -> readGroq();
				case "error" -> readError();
				case "object" -> {
					this.error |= "error".equals(this.json.text());
				}
				case MESSAGE, "detail" -> {
					complaint = this.json.isText();
					this.json.skip();
				}
				default -> this.json.skip();
			}
		}
		this.error |= complaint && !this.hasChoices;
	}

	// Azure's first event has an empty id and an empty model
	private @Nullable String read(@Nullable String known) {
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

	private void readChoices(boolean whole) {
		if (this.json.enterArray()) {
			while (this.json.nextElement()) {
				if (this.json.enterObject()) {
					OpenAiDelta delta = nextDelta();
					this.error |= delta.read(this.json, whole);
					this.hasAnswer |= delta.isOfAnswer();
					this.usage = (this.usage != null) ? this.usage : delta.usage();
				}
			}
		}
	}

	private OpenAiDelta nextDelta() {
		this.limits.checkChoices(this.deltaCount + 1);
		if (this.deltaCount == this.deltas.size()) {
			this.deltas.add(new OpenAiDelta(this.limits));
		}
		OpenAiDelta delta = this.deltas.get(this.deltaCount++);
		delta.clear();
		return delta;
	}

	private OpenAiChoice choice(int index) {
		OpenAiChoice choice = this.choices.get(index);
		if (choice == null) {
			choice = new OpenAiChoice(this.limits, this.origin);
			this.choices.put(index, choice);
		}
		return choice;
	}

	private void emit(List<ChatChunk> chunks) {
		TokenUsage changed = (this.usage != null && !this.usage.equals(this.knownUsage)) ? this.usage : null;
		this.knownUsage = (changed != null) ? changed : this.knownUsage;
		int before = chunks.size();
		for (int i = 0; i < this.deltaCount; i++) {
			OpenAiDelta delta = this.deltas.get(i);
			if (choice(delta.index()).add(delta)) {
				chunks.add(chunk(delta, (chunks.size() == before) ? changed : null));
			}
		}
		if (chunks.size() == before && (changed != null || this.news)) {
			int index = (this.deltaCount > 0) ? this.deltas.get(0).index() : 0;
			chunks.add(new ChatChunk(index, "", null, List.of(), null, null, changed, this.model, this.id, Map.of(),
					responseDetails()));
		}
	}

	private Map<String, Object> responseDetails() {
		if (!this.news || (this.systemFingerprint == null && this.serviceTier == null)) {
			return Map.of();
		}
		Map<String, Object> details = new LinkedHashMap<>();
		if (this.systemFingerprint != null) {
			details.put("system_fingerprint", this.systemFingerprint);
		}
		if (this.serviceTier != null) {
			details.put("service_tier", this.serviceTier);
		}
		return details;
	}

	private ChatChunk chunk(OpenAiDelta delta, @Nullable TokenUsage changed) {
		return new ChatChunk(delta.index(), delta.text(), delta.reasoning(), delta.toolCalls(), delta.finishReason(),
				delta.rawFinishReason(), changed, this.model, this.id, delta.details(), responseDetails());
	}

}
