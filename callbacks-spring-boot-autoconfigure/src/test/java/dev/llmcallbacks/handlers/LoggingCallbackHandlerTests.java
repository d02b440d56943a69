package dev.llmcallbacks.handlers;

import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import dev.llmcallbacks.event.ChainCancel;
import dev.llmcallbacks.event.ChainError;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.event.Text;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LoggingCallbackHandler}.
 */
class LoggingCallbackHandlerTests {

	private static final String CATEGORY = "test.runs";

	private final Logger logger = (Logger) LoggerFactory.getLogger(CATEGORY);

	private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

	private final Run run = SampleEvents.run(RunType.LLM, "chat", null);

	@BeforeEach
	void listen() {
		this.lines.start();
		this.logger.setLevel(Level.TRACE);
		this.logger.setAdditive(false);
		this.logger.addAppender(this.lines);
	}

	@AfterEach
	void restore() {
		this.logger.detachAppender(this.lines);
		this.logger.setLevel(null);
		this.logger.setAdditive(true);
	}

	@Test
	@DisplayName("G31 prompts and answers are not logged unless switched on")
	void shouldLogNoContentUnlessAskedTo() {
		LoggingCallbackHandler handler = builder().level(EventKind.TOKEN, LogLevel.TRACE).build();
		SampleEvents.all().forEach(handler::onEvent);
		handler.onEvent(SampleEvents.llmEnd(this.run, "m", TokenUsage.NONE));
		assertThat(messages()).hasSize(SampleEvents.all().size() + 1)
			.noneMatch((line) -> line.contains("Be brief") || line.contains("THE-ANSWER") || line.contains("Why?")
					|| line.contains("a text") || line.contains("a query") || line.contains("rain")
					|| line.contains("city"));
	}

	@Test
	void shouldLogContentWhenAskedTo() {
		LoggingCallbackHandler inputs = builder().inputs(true).build();
		inputs.onEvent(SampleEvents.chatModelStart(this.run));
		inputs.onEvent(SampleEvents.llmEnd(this.run, "m", new TokenUsage(5, 7, 12, 0, 0, 0)));
		LoggingCallbackHandler outputs = builder().outputs(true).maxLength(4).build();
		outputs.onEvent(SampleEvents.llmEnd(this.run, "m", TokenUsage.NONE));
		String end = " [run " + this.run.id() + "]";
		assertThat(messages()).containsExactly(
				"LLM 'chat' started: \"System: Be brief\\nHuman: Hi\\nAI: Ho\\nTool: done\"" + end,
				"LLM 'chat' completed in 1234 ms, 5 + 7 tokens" + end,
				"LLM 'chat' completed in 1234 ms: \"THE-…\"" + end);
	}

	@Test
	void shouldLogEachKindAtItsLevel() {
		LoggingCallbackHandler handler = builder().level(EventKind.CANCEL, LogLevel.TRACE).build();
		handler.onEvent(SampleEvents.chatModelStart(this.run));
		handler.onEvent(SampleEvents.token(this.run));
		handler.onEvent(new Text(this.run, SampleEvents.AT, "x"));
		handler.onEvent(SampleEvents.llmEnd(this.run, "m", TokenUsage.NONE));
		handler.onEvent(new ChainError(this.run, SampleEvents.AT, SampleEvents.TOOK, SampleEvents.ERROR));
		handler.onEvent(new ChainCancel(this.run, SampleEvents.AT, SampleEvents.TOOK));
		assertThat(this.lines.list).extracting(ILoggingEvent::getLevel)
			.containsExactly(Level.DEBUG, Level.DEBUG, Level.INFO, Level.ERROR, Level.TRACE);
	}

	@Test
	void shouldLogNothingWhenTheLoggerIsOff() {
		this.logger.setLevel(Level.WARN);
		builder().build().onEvent(SampleEvents.chatModelStart(this.run));
		assertThat(this.lines.list).isEmpty();
	}

	@Test
	void shouldLogStackTraceWhenAskedTo() {
		ChainError error = new ChainError(this.run, SampleEvents.AT, SampleEvents.TOOK,
				new IllegalStateException("no"));
		builder().build().onEvent(error);
		builder().stackTraces(true).build().onEvent(error);
		assertThat(this.lines.list).extracting((line) -> line.getThrowableProxy() != null).containsExactly(false, true);
		assertThat(messages().get(0)).contains("IllegalStateException: no");
	}

	@Test
	void shouldNotAskForEventsThatAreOff() {
		LoggingCallbackHandler handler = builder().level(EventKind.START, LogLevel.OFF).build();
		assertThat(handler.supports(LlmNewToken.class)).isFalse();
		assertThat(handler.supports(ChatModelStart.class)).isFalse();
		assertThat(RunStart.class.getPermittedSubclasses()).hasSize(5);
		assertThat(handler.supports(ToolEnd.class)).isTrue();
		assertThat(handler.supports(Text.class)).isTrue();
	}

	private static LoggingCallbackHandler.Builder builder() {
		return LoggingCallbackHandler.builder().category(CATEGORY);
	}

	private List<String> messages() {
		return this.lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
	}

}
