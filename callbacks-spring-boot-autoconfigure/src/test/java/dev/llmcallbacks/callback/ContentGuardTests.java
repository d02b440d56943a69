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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ToolCallChunk;
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
	@DisplayName("G37 only the texts of chunks are shown, those of each choice joined")
	void shouldShowTextsOfChunksAndNothingElse() {
		ContentGuard guard = ContentGuard.of((run, kind, text) -> text.replace("CANARY", "***"));
		List<ChatChunk> response = List.of(chunk(0, "", "CAN", ""), chunk(0, "", "ARY", ""), chunk(0, "a", null, ""),
				chunk(0, "b", null, "CAN"), chunk(0, "", null, "ARY"));
		assertThat(guard.showValue(this.run, RunContentFilter.OUTPUT, response)).isEqualTo("ab");
		List<ChatChunk> choices = List.of(chunk(1, "no CAN", null, ""), chunk(0, "CAN", null, ""),
				chunk(1, "ARY", null, ""), chunk(0, "ARY yes", null, ""));
		assertThat(guard.showValue(this.run, RunContentFilter.OUTPUT, choices)).isEqualTo("*** yes\nno ***");
		assertThat(guard.showValue(this.run, RunContentFilter.OUTPUT, List.of(response.get(0), 7, Map.of("a", 1))))
			.isEqualTo("[7, {a=1}]");
		assertThat(guard.showValue(this.run, RunContentFilter.OUTPUT, response.get(0))).isNull();
		ContentGuard closed = ContentGuard.of((run, kind, text) -> null);
		assertThat(closed.showValue(this.run, RunContentFilter.OUTPUT, choices)).isNull();
	}

	@Test
	@DisplayName("G37 an error is shown with its stack trace and type, and with filtered messages")
	void shouldShowErrors() {
		Throwable error = new IllegalStateException("a CANARY", new IllegalArgumentException("CANARY b"));
		error.addSuppressed(new IllegalStateException("CANARY"));
		Throwable shown = ContentGuard.of((run, kind, text) -> kind + text.replace("CANARY", "***"))
			.showError(this.run, error);
		assertThat(shown).hasMessage("errora ***").hasToString("java.lang.IllegalStateException: errora ***");
		assertThat(shown.getStackTrace()).isEqualTo(error.getStackTrace());
		assertThat(shown.getCause()).hasToString("java.lang.IllegalArgumentException: error*** b");
		assertThat(shown.getSuppressed()).isEmpty();
		assertThat(ContentGuard.of((run, kind, text) -> null).showError(this.run, error))
			.hasToString("java.lang.IllegalStateException");
		assertThat(ContentGuard.NONE.showError(this.run, error)).isSameAs(error);
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

	private static ChatChunk chunk(int choice, String text, @Nullable String reasoning, String arguments) {
		List<ToolCallChunk> calls = arguments.isEmpty() ? List.of()
				: List.of(new ToolCallChunk(0, "c1", "look", arguments));
		return new ChatChunk(choice, text, reasoning, calls, null, null, null, null, null, Map.of("more", arguments));
	}

	private static Run run() {
		UUID id = Run.newId();
		return new Run(id, null, id, RunType.LLM, "name", Set.of(), Map.of(), Instant.now());
	}

}
