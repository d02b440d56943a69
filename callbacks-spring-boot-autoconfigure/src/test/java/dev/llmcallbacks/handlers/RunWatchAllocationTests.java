package dev.llmcallbacks.handlers;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.ContentGuard;
import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.client.LlmRunEvents;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.RunSpec;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.LlmOutput;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.run.RunType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what a {@link RunWatch} allocates while nobody looks.
 */
@Timeout(60)
class RunWatchAllocationTests {

	private static final int TOKENS = 20_000;

	private static final String TEXT = "x".repeat(1_000_000);

	private static final ChatRequest REQUEST = new ChatRequest(List.of(new HumanMessage(TEXT)));

	private final List<List<ChatChunk>> bursts = IntStream.range(0, TOKENS)
		.mapToObj((i) -> List.of(ChatChunk.text("token")))
		.toList();

	private final RunWatch watch = new RunWatch(true, ContentGuard.NONE, (model, usage) -> null);

	@Test
	@DisplayName("G40 a token allocates nothing while nobody looks, and what a run keeps is not copied")
	void shouldAllocateNothingForATokenWhileNobodyLooks() {
		double without = bytesPerToken(AsyncCallbackHandler.on(LlmEnd.class, (end) -> Mono.empty()));
		double watched = bytesPerToken(this.watch);
		assertThat(watched - without).as("bytes per token").isLessThan(1);
		this.watch.look();
		assertThat(bytesPerToken(this.watch, this.watch.tokenHandler()) - without).as("bytes per token on a page")
			.isBetween(1.0, 1000.0);
	}

	@Test
	void shouldEstimateSizesWithoutCopyingTexts() {
		LlmEnd end = new LlmEnd(SampleEvents.run(RunType.LLM, "chat", null), SampleEvents.AT, Duration.ofMillis(1),
				REQUEST, true,
				new LlmResult(List.of(List.of(new ChatGeneration(new AiMessage(TEXT), null, null, Map.of()))),
						LlmOutput.NONE, List.of()),
				null, null);
		assertThat(SizeEstimate.of(end)).isBetween(4_000_000L, 4_005_000L);
		assertThat(leastBytes(() -> SizeEstimate.of(end))).as("bytes").isLessThan(5_000);
	}

	private double bytesPerToken(LlmCallbackHandler... handlers) {
		CallbackManager manager = CallbackManager.builder().handlers(handlers).build();
		Flux<ChatChunk> run = Flux.defer(() -> manager.runInBursts(new RunSpec(RunType.LLM, "chat", RunOptions.NONE),
				LlmRunEvents.streamed(REQUEST, "test"), (context) -> Flux.fromIterable(this.bursts)));
		return (double) leastBytes(run::blockLast) / TOKENS;
	}

	// the least of some measurements: the first ones are interpreted
	private static long leastBytes(Runnable work) {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long least = Long.MAX_VALUE;
		for (int i = 0; i < 20; i++) {
			long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
			work.run();
			least = Math.min(least, threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
		}
		return least;
	}

}
