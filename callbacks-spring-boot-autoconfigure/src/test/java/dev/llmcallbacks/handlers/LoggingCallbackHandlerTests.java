package dev.llmcallbacks.handlers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

import dev.llmcallbacks.callback.RecordedException;
import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.event.AgentAction;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainCancel;
import dev.llmcallbacks.event.ChainError;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.Retry;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.event.Text;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolCall;
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
	@DisplayName("G37 what is logged has passed the filter, errors with their stack traces too")
	void shouldLogWhatTheFilterShows() {
		LoggingCallbackHandler handler = builder().inputs(true)
			.outputs(true)
			.stackTraces(true)
			.level(EventKind.TOKEN, LogLevel.INFO)
			.contentFilter(
					(run, kind, text) -> kind.equals(RunContentFilter.SYSTEM) ? null : text.replace("s3cret", "*"))
			.build();
		handler.onEvent(new ChatModelStart(this.run, SampleEvents.AT,
				List.of(new SystemMessage("s3cret rules"), new HumanMessage("s3cret prompt")), ChatOptions.NONE,
				List.of(), "openai"));
		handler.onEvent(new LlmNewToken(this.run, SampleEvents.AT, "s3", 0, ChatChunk.text("s3")));
		Throwable error = new IOException("no s3cret", new IllegalStateException("s3cret cause"));
		handler.onEvent(new ChainError(this.run, SampleEvents.AT, SampleEvents.TOOK, error));
		String end = " [run " + this.run.id() + "]";
		assertThat(messages()).containsExactly("LLM 'chat' started: \"System: \\nHuman: * prompt\"" + end,
				"LLM 'chat' token \"\"" + end, "LLM 'chat' failed in 1234 ms: IOException: no *" + end);
		assertThat(ThrowableProxyUtil.asString(this.lines.list.get(2).getThrowableProxy()))
			.contains("java.io.IOException: no *", "java.lang.IllegalStateException: * cause",
					getClass().getSimpleName())
			.doesNotContain("s3cret", "RecordedException");
	}

	@Test
	@DisplayName("G37 the filter receives what is logged and nothing else, and nothing for a token")
	void shouldFilterOnlyWhatItLogs() {
		List<String> asked = new ArrayList<>();
		RunContentFilter filter = (run, kind, text) -> {
			asked.add(kind + " " + text);
			return text;
		};
		LoggingCallbackHandler silent = builder().contentFilter(filter).build();
		LoggingCallbackHandler outputs = builder().contentFilter(filter).outputs(true).build();
		Run run = new Run(this.run.id(), null, this.run.rootId(), RunType.LLM, "chat", Set.of(), Map.of("a", "b"),
				SampleEvents.AT);
		CallbackEvent failure = new LlmError(run, SampleEvents.AT, SampleEvents.TOOK, new IOException("no"),
				SampleEvents.request(), true, SampleEvents.nothing(run), null, null);
		for (LoggingCallbackHandler handler : List.of(silent, outputs)) {
			handler.onEvent(SampleEvents.chatModelStart(run));
			handler.onEvent(SampleEvents.token(run));
			handler.onEvent(SampleEvents.llmEnd(run, "m", TokenUsage.NONE));
			handler.onEvent(failure);
		}
		assertThat(asked).containsExactly("error no", "response THE-ANSWER", "error no");
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
				"LLM 'chat' (m) started: \"System: Be brief\\nHuman: Hi\\nAI: Ho\\nTool: done\"" + end,
				"LLM 'chat' (m) completed in 1234 ms, 5 + 7 tokens" + end,
				"LLM 'chat' (m) completed in 1234 ms: \"THE-…\"" + end);
	}

	@Test
	@DisplayName("F25 each line of a run of a model names the model, that of a failed call too")
	void shouldNameTheModel() {
		LoggingCallbackHandler handler = builder().level(EventKind.TOKEN, LogLevel.TRACE).build();
		handler.onEvent(SampleEvents.chatModelStart(this.run));
		handler.onEvent(SampleEvents.token(this.run));
		handler.onEvent(new LlmError(this.run, SampleEvents.AT, SampleEvents.TOOK, SampleEvents.ERROR,
				SampleEvents.request(), true, SampleEvents.nothing(this.run), null, null));
		handler.onEvent(SampleEvents.llmEnd(this.run, "of-the-response", TokenUsage.NONE));
		assertThat(messages()).extracting((line) -> line.replaceAll(" \\[run.*", ""))
			.containsExactly("LLM 'chat' (m) started", "LLM 'chat' (m) token",
					"LLM 'chat' (m) failed in 1234 ms: IOException: line one\\nline \"two\"",
					"LLM 'chat' (of-the-response) completed in 1234 ms");
	}

	@Test
	@DisplayName("S8 names, ids and messages of others forge no line, send nothing to a terminal, and are cut")
	void shouldLogOnePrintableLine() {
		String evil = "x\r\n2026 ERROR : admin\u001b[2J\u009b\u0085\u2028\u202e" + "y".repeat(5000);
		Run evilRun = SampleEvents.run(RunType.TOOL, evil, null);
		ToolCall call = new ToolCall(evil, evil, evil);
		LoggingCallbackHandler handler = builder().inputs(true).outputs(true).maxLength(200).build();
		for (CallbackEvent event : List.of(new ToolStart(evilRun, SampleEvents.AT, call),
				new AgentAction(evilRun, SampleEvents.AT, call), new Text(evilRun, SampleEvents.AT, evil),
				new CustomEvent(evilRun, SampleEvents.AT, evil, evil),
				new Retry(evilRun, SampleEvents.AT, 1, SampleEvents.TOOK, new RecordedException("X", evil)),
				new ToolError(evilRun, SampleEvents.AT, SampleEvents.TOOK, evil, new IllegalStateException(evil)),
				SampleEvents.llmEnd(SampleEvents.run(RunType.LLM, evil, null), evil, TokenUsage.NONE))) {
			handler.onEvent(event);
		}
		assertThat(messages()).hasSize(7).allSatisfy((line) -> {
			assertThat(line.chars()).noneMatch((c) -> Character.isISOControl(c) || c == 0x2028 || c == 0x202e);
			assertThat(line).hasSizeLessThan(1000);
		});
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
