package dev.llmcallbacks.dispatch;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.IntStream;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.run.RunType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what the events of a run cost when nothing receives them.
 */
@Timeout(60)
class EventAllocationTests {

	private static final int TOKENS = 20_000;

	private final CallbackManager manager = CallbackManager.builder().build();

	private final List<List<String>> bursts = IntStream.range(0, TOKENS).mapToObj((i) -> List.of("x")).toList();

	@Test
	@DisplayName("G19 a token allocates nothing while its events are not requested, or only those of other types")
	void shouldAllocateNothingWhenOff() {
		Flux<String> run = this.manager.runInBursts(new RunSpec(RunType.LLM, "run", RunOptions.NONE),
				new CountingEvents(), (context) -> Flux.fromIterable(this.bursts));
		double off = bytesPerToken(run);
		double ends = bytesPerToken(this.manager.events(run, LlmEnd.class));
		double tokens = bytesPerToken(this.manager.events(run, LlmNewToken.class));
		// no object for each token: the smallest one has 16 bytes
		assertThat(off).as("not requested").isLessThan(16);
		assertThat(ends).as("requested without tokens").isLessThan(16);
		assertThat(tokens).as("requested").isGreaterThan(50);
	}

	// the least of some measurements: the first ones are interpreted
	private static double bytesPerToken(Flux<?> work) {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long least = Long.MAX_VALUE;
		for (int i = 0; i < 20; i++) {
			long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
			work.blockLast();
			least = Math.min(least, threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
		}
		return (double) least / TOKENS;
	}

}
