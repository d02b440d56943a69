package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import dev.llmcallbacks.callback.LlmCallback.Overflow;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainCancel;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunEnd;
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

	private final HandlerActivity activity = new HandlerActivity("test", new HandlerDelays("test", false));

	@Test
	@DisplayName("G12 a coalesced token carries everything that its tokens carried")
	void shouldCarryEverythingWhenCoalesced() {
		LaneQueue queue = queue(Overflow.COALESCE, 1, token(new ChatChunk(0, "a", "r1", List.of(), null, null, USAGE,
				"m", null, Map.of("list", List.of(1), "value", 1))));
		queue.append(token(new ChatChunk(0, "b", "r2", List.of(), null, "stop", null, null, "id",
				Map.of("list", List.of(2), "value", 2))), null);
		LlmNewToken merged = (LlmNewToken) queue.poll();
		assertThat(merged).isNotNull();
		assertThat(merged.token()).isEqualTo("ab");
		assertThat(merged.chunk()).isEqualTo(new ChatChunk(0, "ab", "r1r2", List.of(), null, "stop", USAGE, "m", "id",
				Map.of("list", List.of(1, 2), "value", 2)));
		assertThat(queue.isEmpty()).isTrue();
	}

	@Test
	@DisplayName("G12 a token is merged past those of other choices, which stay where they are")
	void shouldLeaveOtherChoicesInTheirOrder() {
		LaneQueue queue = queue(Overflow.COALESCE, 4, token(0, "a"), token(1, "b"), token(2, "c"), token(3, "d"));
		queue.append(token(1, "!"), null);
		assertThat(texts(queue)).containsExactly("a", "b!", "c", "d");
	}

	@Test
	@DisplayName("G12 a token is never merged past an event of another type")
	void shouldNotMergePastOtherEvents() {
		LaneQueue queue = queue(Overflow.COALESCE, 2, token(0, "a"), other());
		queue.append(token(0, "!"), null);
		assertThat(texts(queue)).containsExactly("a", "other", "!");
	}

	@Test
	@DisplayName("G12 COALESCE takes tokens while they can be merged; events of other types hold the lane back")
	void shouldBeHeldBackByOtherEventsWhenCoalescing() {
		assertThat(queue(Overflow.COALESCE, 2, other(), token(0, "a")).remainingCapacity())
			.isEqualTo(Integer.MAX_VALUE);
		assertThat(queue(Overflow.COALESCE, 2, token(0, "a"), other()).remainingCapacity()).isZero();
	}

	@Test
	@DisplayName("G12 a full COALESCE lane whose last event is being delivered has no capacity, and does not fail")
	void shouldHaveNoCapacityWhenOnlyABatchIsLeft() {
		LaneQueue queue = queue(Overflow.COALESCE, 1, other());
		assertThat(queue.remainingCapacity()).isZero();
		queue.poll();
		assertThat(queue.remainingCapacity()).isEqualTo(Integer.MAX_VALUE);
	}

	@Test
	@DisplayName("G12 DROP_OLDEST takes tokens while there is one to drop; events of other types hold the lane back")
	void shouldBeHeldBackByOtherEventsWhenDropping() {
		LaneQueue queue = queue(Overflow.DROP_OLDEST, 2, other(), token(0, "a"));
		assertThat(queue.remainingCapacity()).isEqualTo(Integer.MAX_VALUE);
		queue.append(token(0, "b"), null);
		assertThat(this.activity.snapshot().dropped()).isEqualTo(1);
		assertThat(texts(queue)).containsExactly("other", "b");
		assertThat(queue(Overflow.DROP_OLDEST, 2, other(), other()).remainingCapacity()).isZero();
	}

	@Test
	@DisplayName("G12 BACKPRESSURE merges nothing, drops nothing, and has capacity for what fits")
	void shouldKeepEverythingUnderBackpressure() {
		LaneQueue queue = queue(Overflow.BACKPRESSURE, 2, token(0, "a"));
		assertThat(queue.remainingCapacity()).isEqualTo(1);
		queue.append(token(0, "b"), null);
		assertThat(queue.remainingCapacity()).isZero();
		queue.append(token(0, "c"), null);
		assertThat(texts(queue)).containsExactly("a", "b", "c");
		assertThat(this.activity.snapshot().dropped()).isZero();
	}

	@Test
	@DisplayName("G7 events that arrived together, and those around them, keep their order")
	void shouldKeepTheOrderOfEventsThatArrivedTogether() {
		LaneQueue queue = queue(Overflow.BACKPRESSURE, 9, token(0, "a"));
		queue.appendAll(List.of(token(0, "b"), token(0, "c"), token(0, "d")));
		queue.append(other(), null);
		assertThat(queue.poll()).extracting("token").isEqualTo("a");
		assertThat(queue.poll()).extracting("token").isEqualTo("b");
		queue.append(token(0, "e"), null);
		assertThat(texts(queue)).containsExactly("c", "d", "other", "e");
	}

	@Test
	@DisplayName("D8 a detached queue drops tokens, keeps other events within its capacity, and lets nothing wait")
	void shouldKeepEventsWhenDetached() {
		AtomicInteger released = new AtomicInteger();
		Countdown countdown = new Countdown(released::incrementAndGet);
		LaneQueue queue = new LaneQueue(2, Overflow.BACKPRESSURE, false, this.activity);
		queue.append(other(), countdown);
		queue.append(token(0, "a"), null);
		countdown.arm();
		queue.tryAcquire();
		AwaitedEvent.releaseAll(queue.detach());
		assertThat(released).hasValue(1);
		assertThat(queue.remainingCapacity()).isEqualTo(Integer.MAX_VALUE);
		queue.append(token(0, "b"), null);
		queue.append(other(), countdown);
		queue.append(other(), countdown);
		Countdown last = new Countdown(released::incrementAndGet);
		queue.appendLast(end(), last);
		last.arm();
		assertThat(released).hasValue(2);
		assertThat(texts(queue)).containsExactly("other", "other", "end");
		assertThat(this.activity.snapshot().dropped()).isEqualTo(3);
	}

	@Test
	@DisplayName("D7 what waits for capacity is released when there is capacity for another event")
	void shouldReleaseWhatWaitsForCapacity() {
		AtomicInteger released = new AtomicInteger();
		LaneQueue queue = queue(Overflow.BACKPRESSURE, 2, other());
		Countdown first = new Countdown(released::incrementAndGet);
		queue.awaitCapacity(first);
		first.arm();
		assertThat(released).hasValue(1);
		queue.append(other(), null);
		Countdown second = new Countdown(released::incrementAndGet);
		queue.awaitCapacity(second);
		second.arm();
		assertThat(queue.takeCapacityWaiters()).isEmpty();
		queue.poll();
		assertThat(queue.takeCapacityWaiters()).hasSize(1);
		assertThat(queue.takeCapacityWaiters()).isEmpty();
		assertThat(released).hasValue(1);
	}

	private LaneQueue queue(Overflow overflow, int capacity, CallbackEvent... events) {
		LaneQueue queue = new LaneQueue(capacity, overflow, false, this.activity);
		List.of(events).forEach((event) -> queue.append(event, null));
		return queue;
	}

	private static List<String> texts(LaneQueue queue) {
		return queue.abort()
			.stream()
			.map((event) -> (event instanceof LlmNewToken token) ? token.token()
					: (event instanceof RunEnd) ? "end" : "other")
			.toList();
	}

	private ChainCancel end() {
		return new ChainCancel(this.run, Instant.now(), Duration.ZERO);
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
