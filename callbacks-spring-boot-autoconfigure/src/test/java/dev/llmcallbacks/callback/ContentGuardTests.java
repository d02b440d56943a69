package dev.llmcallbacks.callback;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ContentGuard}.
 */
class ContentGuardTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger(RunContentFilter.class);

	private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

	private final Run run = run();

	@BeforeEach
	void listen() {
		this.lines.start();
		this.logger.addAppender(this.lines);
		this.logger.setLevel(Level.TRACE);
	}

	@AfterEach
	void restore() {
		this.logger.detachAppender(this.lines);
		this.logger.setLevel(null);
	}

	@Test
	void shouldShowEverythingWithoutAFilter() {
		assertThat(ContentGuard.of(null).show(this.run, RunContentFilter.PROMPT, "text")).isEqualTo("text");
	}

	@Test
	void shouldShowWhatTheFilterReturns() {
		ContentGuard guard = ContentGuard.of((run, kind, text) -> kind.equals("prompt") ? run.name() + text : null);
		assertThat(guard.show(this.run, RunContentFilter.PROMPT, " text")).isEqualTo("name text");
		assertThat(guard.show(this.run, RunContentFilter.RESPONSE, "text")).isNull();
	}

	@Test
	@DisplayName("G37 the items of a stream are filtered as the text of which they are fragments")
	void shouldFilterFragmentsWhole() {
		ContentGuard guard = ContentGuard.of((run, kind, text) -> text.replace("CANARY", "***"));
		assertThat(guard.showValue(this.run, RunContentFilter.OUTPUT, List.of("a CAN", "ARY"))).isEqualTo("a ***");
		assertThat(guard.showValue(this.run, RunContentFilter.OUTPUT,
				List.of(ChatChunk.text("CAN"), ChatChunk.text("ARY"))))
			.isEqualTo("***");
		assertThat(guard.showValue(this.run, RunContentFilter.OUTPUT, List.of("a", "b"))).isEqualTo("[a, b]");
		assertThat(guard.showValue(this.run, RunContentFilter.OUTPUT, Map.of("a", "CANARY"))).isEqualTo("{a=***}");
		assertThat(ContentGuard.NONE.showValue(this.run, RunContentFilter.OUTPUT, List.of("CAN", "ARY")))
			.isEqualTo("[CAN, ARY]");
	}

	@Test
	@DisplayName("G37 a text whose filter fails is not shown, and the warning does not quote it")
	void shouldShowNothingWhenTheFilterFails() {
		ContentGuard guard = ContentGuard.of((run, kind, text) -> {
			throw new IllegalStateException("cannot mask " + text, new IllegalArgumentException(text));
		});
		assertThat(guard.show(this.run, RunContentFilter.PROMPT, "CANARY")).isNull();
		assertThat(guard.show(this.run, RunContentFilter.PROMPT, "CANARY")).isNull();
		assertThat(this.lines.list).singleElement().satisfies((line) -> {
			assertThat(line.getLevel()).isEqualTo(Level.WARN);
			assertThat(line.getFormattedMessage()).contains("kind 'prompt'").doesNotContain("CANARY");
			assertThat(ThrowableProxyUtil.asString(line.getThrowableProxy()))
				.contains("java.lang.IllegalStateException", getClass().getSimpleName())
				.doesNotContain("CANARY");
		});
	}

	@Test
	void shouldShowNothingWhenTheFilterOverflowsTheStackOrIsBroken() {
		for (Error error : new Error[] { new StackOverflowError(), new NoClassDefFoundError(), new AssertionError() }) {
			ContentGuard guard = ContentGuard.of((run, kind, text) -> {
				throw error;
			});
			assertThat(guard.show(this.run, RunContentFilter.PROMPT, "text")).isNull();
		}
	}

	@Test
	void shouldNotSwallowOtherErrorsOfTheVirtualMachine() {
		ContentGuard guard = ContentGuard.of((run, kind, text) -> {
			throw new OutOfMemoryError();
		});
		assertThatExceptionOfType(OutOfMemoryError.class)
			.isThrownBy(() -> guard.show(this.run, RunContentFilter.PROMPT, "text"));
	}

	private static Run run() {
		UUID id = Run.newId();
		return new Run(id, null, id, RunType.LLM, "name", Set.of(), Map.of(), Instant.now());
	}

}
