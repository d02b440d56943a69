package dev.llmcallbacks.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Plays a hundred thousand broken answers of all protocols. {@code -Dfuzz.streams=} asks
 * for more, {@code -Dfuzz.seed=} for the same again.
 */
class WireFuzzTests {

	private static final Logger ROOT = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

	private static final Level LEVEL = ROOT.getLevel();

	@BeforeAll
	static void quieten() {
		ROOT.setLevel(Level.WARN);
	}

	@AfterAll
	static void restore() {
		ROOT.setLevel(LEVEL);
	}

	@Test
	@DisplayName("G1 G27 G28 whatever is sent, a run ends once, with a typed failure if any, and leaks nothing")
	void shouldEndWellWhateverIsSent() throws InterruptedException, ExecutionException, TimeoutException {
		int streams = Integer.getInteger("fuzz.streams", 100_000);
		long seed = Long.getLong("fuzz.seed", System.nanoTime());
		System.out.println("Seed of " + streams + " broken answers: " + seed);
		ExecutorService executor = Executors.newFixedThreadPool(2);
		try {
			List<Future<FuzzWorker.Tally>> running = new ArrayList<>();
			for (ProviderFixture fixture : List.of(new OpenAiContractTests(), new AnthropicContractTests(),
					new ResponsesContractTests())) {
				running.add(executor.submit(new FuzzWorker(FuzzCorpus.of(fixture), seed, 0, (streams + 2) / 3)));
			}
			FuzzWorker.Tally tally = new FuzzWorker.Tally(0, 0, 0);
			for (Future<FuzzWorker.Tally> next : running) {
				tally = tally.plus(next.get(60L + streams / 200, TimeUnit.SECONDS));
			}
			System.out.println(tally);
			assertThat(tally.total()).isGreaterThanOrEqualTo(streams);
			assertThat(tally.completed()).isGreaterThan(streams / 50);
			assertThat(tally.failed()).isGreaterThan(streams / 50);
			assertThat(tally.cancelled()).isGreaterThan(streams / 50);
		}
		finally {
			executor.shutdownNow();
		}
	}

}
