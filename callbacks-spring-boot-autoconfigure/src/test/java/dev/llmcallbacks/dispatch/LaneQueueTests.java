package dev.llmcallbacks.dispatch;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import dev.llmcallbacks.callback.LlmCallback.Overflow;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.run.Run;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LaneQueue}.
 */
class LaneQueueTests {

	private static final TokenUsage USAGE = new TokenUsage(5, 7, 12, 0, 0, 0);

	private final Run run = TestRuns.llm();

	@Test
	@DisplayName("G12 a coalesced token carries everything that its pieces carried")
	void shouldCarryEverythingWhenCoalesced() {
		LaneQueue queue = queue(Overflow.COALESCE, 1, token(new ChatChunk(0, "a", "r1", List.of(), null, null, USAGE,
				"m", null, Map.of("list", List.of(1), "value", 1))));
		assertThat(queue.isFull()).isTrue();
		assertThat(queue.coalesce(token(new ChatChunk(0, "b", "r2", List.of(), null, "stop", null, null, "id",
				Map.of("list", List.of(2), "value", 2)))))
			.isTrue();
		assertThat(queue.coalesce(token(1, "other"))).isFalse();
		LlmNewToken merged = (LlmNewToken) queue.take();
		assertThat(merged).isNotNull();
		assertThat(merged.token()).isEqualTo("ab");
		assertThat(merged.chunk()).isEqualTo(new ChatChunk(0, "ab", "r1r2", List.of(), null, "stop", USAGE, "m", "id",
				Map.of("list", List.of(1, 2), "value", 2)));
		assertThat(queue.size()).isZero();
	}

	@Test
	@DisplayName("G12 a token is merged past those of other choices, which stay where they are")
	void shouldLeaveOtherChoicesInTheirOrder() {
		LaneQueue queue = queue(Overflow.COALESCE, 4, token(0, "a"), token(1, "b"), token(2, "c"), token(3, "d"));
		assertThat(queue.coalesce(token(1, "!"))).isTrue();
		assertThat(texts(queue)).containsExactly("a", "b!", "c", "d");
	}

	@Test
	@DisplayName("G12 a token is never merged past an event of another type")
	void shouldNotMergePastOtherEvents() {
		LaneQueue queue = queue(Overflow.COALESCE, 2, token(0, "a"), other());
		assertThat(queue.coalesce(token(0, "!"))).isFalse();
		assertThat(texts(queue)).containsExactly("a", "other");
	}

	@Test
	@DisplayName("G12 COALESCE takes tokens in while they can be merged; events of other types hold the lane back")
	void shouldBeHeldBackByOtherEventsWhenCoalescing() {
		assertThat(queue(Overflow.COALESCE, 2, other(), token(0, "a")).room()).isEqualTo(Integer.MAX_VALUE);
		assertThat(queue(Overflow.COALESCE, 2, token(0, "a"), other()).room()).isZero();
	}

	@Test
	@DisplayName("G12 DROP_OLDEST takes tokens in while there is one to drop; events of other types hold the lane back")
	void shouldBeHeldBackByOtherEventsWhenDropping() {
		LaneQueue queue = queue(Overflow.DROP_OLDEST, 2, other(), token(0, "a"));
		assertThat(queue.room()).isEqualTo(Integer.MAX_VALUE);
		assertThat(queue.dropOldestToken()).isTrue();
		queue.add(other());
		assertThat(queue.room()).isZero();
		assertThat(queue.dropOldestToken()).isFalse();
	}

	@Test
	@DisplayName("G12 BACKPRESSURE merges nothing, drops nothing, and has room for what fits")
	void shouldKeepEverythingUnderBackpressure() {
		LaneQueue queue = queue(Overflow.BACKPRESSURE, 2, token(0, "a"));
		assertThat(queue.room()).isEqualTo(1);
		queue.add(token(0, "b"));
		assertThat(queue.room()).isZero();
		assertThat(queue.coalesce(token(0, "c"))).isFalse();
		assertThat(queue.dropOldestToken()).isFalse();
		assertThat(texts(queue)).containsExactly("a", "b");
	}

	private static LaneQueue queue(Overflow overflow, int capacity, CallbackEvent... events) {
		LaneQueue queue = new LaneQueue(new Hand(), capacity, overflow);
		List.of(events).forEach(queue::add);
		return queue;
	}

	private static List<String> texts(LaneQueue queue) {
		return queue.clear()
			.stream()
			.map((event) -> (event instanceof LlmNewToken token) ? token.token() : "other")
			.toList();
	}

	private CustomEvent other() {
		return new CustomEvent(this.run, Instant.now(), "other", 1);
	}

	private LlmNewToken token(int choice, String text) {
		return token(new ChatChunk(choice, text, null, List.of(), null, null, null, null, null, Map.of()));
	}

	private LlmNewToken token(ChatChunk chunk) {
		return new LlmNewToken(this.run, Instant.now(), chunk.text(), chunk.choice(), chunk);
	}

}
