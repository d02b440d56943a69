package dev.llmcallbacks.dispatch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ToolCallChunk;

/**
 * Tokens of one choice that are waiting together and will be one event. Guarded by the
 * lane.
 */
final class CoalescedToken {

	private final LlmNewToken first;

	private final StringBuilder text;

	private @Nullable StringBuilder reasoning;

	private final List<ToolCallChunk> toolCalls = new ArrayList<>();

	private final Map<String, Object> details = new HashMap<>();

	private ChatChunk last;

	CoalescedToken(LlmNewToken first) {
		this.first = first;
		this.last = first.chunk();
		this.text = new StringBuilder();
		append(this.last);
	}

	int choice() {
		return this.first.choice();
	}

	void add(LlmNewToken token) {
		ChatChunk previous = this.last;
		ChatChunk next = token.chunk();
		append(next);
		this.last = new ChatChunk(next.choice(), "", null, List.of(),
				latest(next.finishReason(), previous.finishReason()),
				latest(next.rawFinishReason(), previous.rawFinishReason()), latest(next.usage(), previous.usage()),
				latest(next.model(), previous.model()), latest(next.id(), previous.id()), Map.of());
	}

	private void append(ChatChunk chunk) {
		this.text.append(chunk.text());
		if (chunk.reasoning() != null) {
			this.reasoning = (this.reasoning != null) ? this.reasoning : new StringBuilder();
			this.reasoning.append(chunk.reasoning());
		}
		this.toolCalls.addAll(chunk.toolCalls());
		chunk.details().forEach((name, value) -> this.details.merge(name, value, CoalescedToken::combine));
	}

	// as ChatChunk says
	private static Object combine(Object older, Object newer) {
		if (!(older instanceof List<?> before) || !(newer instanceof List<?> after)) {
			return newer;
		}
		List<Object> all = new ArrayList<>(before);
		all.addAll(after);
		return all;
	}

	LlmNewToken toEvent() {
		String text = this.text.toString();
		String reasoning = (this.reasoning != null) ? this.reasoning.toString() : null;
		ChatChunk chunk = new ChatChunk(this.first.choice(), text, reasoning, this.toolCalls, this.last.finishReason(),
				this.last.rawFinishReason(), this.last.usage(), this.last.model(), this.last.id(), this.details);
		return new LlmNewToken(this.first.run(), this.first.timestamp(), text, this.first.choice(), chunk);
	}

	private static <T> @Nullable T latest(@Nullable T newer, @Nullable T older) {
		return (newer != null) ? newer : older;
	}

}
