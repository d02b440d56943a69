package dev.llmcallbacks.dispatch;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import dev.llmcallbacks.NoBlockingExtension;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Shows that the tests of this package would notice a blocking call.
 */
class BlockHoundTests {

	@BeforeEach
	void needsBlockHound() {
		assumeTrue(NoBlockingExtension.isInstalled(), "BlockHound works on JDK 17 only");
	}

	@Test
	@DisplayName("G9 a thread that blocks although it must not is noticed")
	void shouldNoticeABlockingCall() {
		StepVerifier.create(Mono.fromRunnable(BlockHoundTests::block).subscribeOn(Schedulers.parallel()))
			.expectError(BlockingOperationError.class)
			.verify(Await.TIMEOUT);
		assertThat(NoBlockingExtension.takeViolations()).hasSize(1);
	}

	@Test
	@DisplayName("G9 so is a handler that blocks the thread of the stream, even if its failure is only logged")
	void shouldNoticeAHandlerThatBlocksTheStream() {
		Probe probe = new Probe().react((event) -> Mono.fromRunnable(BlockHoundTests::block));
		Bench bench = Bench.of(HandlerKind.SYNC_INLINE, probe);
		bench.client().prompt("Hi").result().subscribeOn(Schedulers.parallel()).block(Await.TIMEOUT);
		assertThat(NoBlockingExtension.takeViolations()).hasSize(5);
	}

	@Test
	@DisplayName("G8 a handler may block on its executor")
	void shouldAllowAHandlerToBlockOnItsExecutor() {
		Probe probe = new Probe().react((event) -> Mono.fromRunnable(BlockHoundTests::block));
		Bench bench = Bench.of(HandlerKind.SYNC_CLASS, probe);
		bench.client().prompt("Hi").result().subscribeOn(Schedulers.parallel()).block(Await.TIMEOUT);
		assertThat(NoBlockingExtension.takeViolations()).isEmpty();
		assertThat(bench.statistics().failed()).isZero();
	}

	private static void block() {
		try {
			Thread.sleep(1);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
