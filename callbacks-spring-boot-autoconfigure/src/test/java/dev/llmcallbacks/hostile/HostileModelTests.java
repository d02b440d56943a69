package dev.llmcallbacks.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksDescriptor.LiveRun;
import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksEndpoint;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.handlers.EventKind;
import dev.llmcallbacks.handlers.JsonLinesPlayer;
import dev.llmcallbacks.handlers.JsonLinesRecorder;
import dev.llmcallbacks.handlers.LogLevel;
import dev.llmcallbacks.handlers.LoggingCallbackHandler;
import dev.llmcallbacks.handlers.RunRecorder;
import dev.llmcallbacks.handlers.RunTreePrinter;
import dev.llmcallbacks.handlers.TokenUsageHandler;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolCallChunk;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.observation.GenAiConventions;
import dev.llmcallbacks.observation.LlmMeterHandler;
import dev.llmcallbacks.observation.ObservationRunFilter;
import dev.llmcallbacks.observation.Observed;
import dev.llmcallbacks.provider.AnswerAssembler;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.tool.Tool;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs an agent whose model writes {@link HostileText} wherever a model can write, and
 * searches everything that the library writes: logs, printed trees, recordings,
 * observations, meters, the actuator endpoint, messages of exceptions, and what is sent
 * back to the model.
 */
class HostileModelTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final int RUNS = 100;

	private static final int MAX_TOOL_CALLS = 64;

	private static final int TOOL_CONCURRENCY = 8;

	private static final Set<String> TOOLS = Set.of("free", "typed", "failing");

	private static final String WITHOUT_CONTENTS = "hostile.without";

	private static final String WITH_CONTENTS = "hostile.with";

	private final long seed = Long.getLong("hostile.seed", System.nanoTime());

	private final HostileText text = new HostileText(this.seed);

	private final Observed observed = new Observed();

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final EventRecorder events = new EventRecorder(TIMEOUT);

	private final TokenUsageHandler usage = new TokenUsageHandler();

	private final StringBuffer tree = new StringBuffer();

	private final StringBuffer treeWithContents = new StringBuffer();

	private final List<String> endpointTexts = new CopyOnWriteArrayList<>();

	private final List<String> failures = new ArrayList<>();

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

	private final Level level = this.root.getLevel();

	private final AtomicInteger executions = new AtomicInteger();

	private final AtomicInteger current = new AtomicInteger();

	private final AtomicInteger mostAtATime = new AtomicInteger();

	@TempDir
	private Path directory;

	@BeforeEach
	void listen() {
		this.observed.registry()
			.observationConfig()
			.observationHandler(new DefaultMeterObservationHandler(this.meters));
		this.log.list = Collections.synchronizedList(new ArrayList<>());
		this.log.start();
		this.root.setLevel(Level.DEBUG);
		this.root.addAppender(this.log);
	}

	@AfterEach
	void restore() {
		this.root.detachAppender(this.log);
		this.root.setLevel(this.level);
	}

	@Test
	@DisplayName("S5 S6 S7 S8 S9 S12 S14 S19 nothing that a model writes harms an agent or anything that is written")
	void shouldWithstandEverythingThatAModelWrites() throws IOException {
		System.out.println("HostileModelTests: -Dhostile.seed=" + this.seed);
		HostileModel model = new HostileModel();
		Path recording = this.directory.resolve("runs.jsonl");
		try (JsonLinesRecorder recorder = JsonLinesRecorder.to(recording)) {
			Agent agent = agent(model, recorder);
			for (int run = 0; run < RUNS; run++) {
				invoke(agent, run);
			}
			assertThat(this.events).as("seed %d", this.seed).hasEndedEachRunOnce();
			assertThat(recorder.lostEvents()).as("lost lines, seed %d", this.seed).isZero();
		}
		checkRecording(recording);
		checkLog();
		checkPrintedTrees();
		checkObservations();
		checkMeters();
		this.endpointTexts.forEach((text) -> checkText("endpoint", text, 110));
		this.failures.forEach((text) -> checkText("failure", text, 3_000));
		checkRequests(model);
		assertThat(this.mostAtATime.get()).isLessThanOrEqualTo(TOOL_CONCURRENCY);
		assertThat(this.executions.get()).as("some calls are made").isPositive();
		assertThat(this.endpointTexts).isNotEmpty();
		assertThat(this.usage.total().input()).isNotNegative();
		assertThat(this.usage.total().total()).isNotNegative();
	}

	private Agent agent(HostileModel model, JsonLinesRecorder recorder) {
		AtomicInteger starts = new AtomicInteger();
		CallbackManager.Builder builder = CallbackManager.builder();
		List<LlmCallbacksEndpoint> endpoint = new CopyOnWriteArrayList<>();
		CallbackManager manager = builder.handlers(this.events, this.usage, recorder, new RunRecorder(),
				new LlmMeterHandler(this.meters, GenAiConventions.V1_41), logging(WITHOUT_CONTENTS, false),
				logging(WITH_CONTENTS, true), RunTreePrinter.builder().output(append(this.tree)).build(),
				RunTreePrinter.builder().content(true).tokens(true).output(append(this.treeWithContents)).build(),
				CallbackHandler.on(RunStart.class, (start) -> {
					if (starts.incrementAndGet() % 20 == 0) {
						describe(endpoint.get(0));
					}
				}))
			.filters(List.of(new ObservationRunFilter(this.observed.registry(), GenAiConventions.V1_41, List.of())))
			.build();
		endpoint.add(new LlmCallbacksEndpoint(manager, Map.of()));
		return Agent.builder(ChatClient.builder(model).callbackManager(manager).build())
			.tools(tools())
			.maxRounds(4)
			.build();
	}

	private Tool[] tools() {
		ToolDefinition free = new ToolDefinition("free", "Takes anything.", "{\"type\":\"object\"}");
		ToolDefinition typed = new ToolDefinition("typed", "Takes a text.", """
				{"type":"object","required":["text"],"additionalProperties":false,
				"properties":{"text":{"type":"string","pattern":"^(a|b)*$","format":"hostname"}}}""");
		ToolDefinition failing = new ToolDefinition("failing", "Fails.", "{\"type\":\"object\"}");
		return new Tool[] { Tool.reactive(free, this::work), Tool.reactive(typed, this::work), Tool
			.reactive(failing, (arguments) -> work(arguments)
				.then(Mono.error(new IllegalStateException("cannot\n" + HostileText.FORGED + "\u001b[2J \u2028")))) };
	}

	private Mono<String> work(Map<String, Object> arguments) {
		// a call is no longer counted when the agent receives its result and begins
		// another
		return Mono.using(() -> {
			this.executions.incrementAndGet();
			this.mostAtATime.accumulateAndGet(this.current.incrementAndGet(), Math::max);
			return this.current;
		}, (current) -> Mono.delay(Duration.ofMillis(1)).map((tick) -> "done with " + arguments.size()),
				AtomicInteger::decrementAndGet);
	}

	private static LoggingCallbackHandler logging(String category, boolean contents) {
		LoggingCallbackHandler.Builder builder = LoggingCallbackHandler.builder()
			.category(category)
			.inputs(contents)
			.outputs(contents);
		for (EventKind kind : EventKind.values()) {
			builder.level(kind, LogLevel.INFO);
		}
		return builder.build();
	}

	private static Appendable append(StringBuffer target) {
		return new Appendable() {

			@Override
			public Appendable append(CharSequence text) {
				target.append(text);
				return this;
			}

			@Override
			public Appendable append(CharSequence text, int start, int end) {
				target.append(text, start, end);
				return this;
			}

			@Override
			public Appendable append(char next) {
				target.append(next);
				return this;
			}

		};
	}

	private void describe(LlmCallbacksEndpoint endpoint) {
		endpoint.describe().runs().forEach(this::describe);
	}

	private void describe(LiveRun run) {
		this.endpointTexts.add(run.name());
		this.endpointTexts.addAll(run.tags());
		run.runs().forEach(this::describe);
	}

	private void invoke(Agent agent, int run) {
		String prompt = this.text.content();
		Mono<?> result = switch (run % 3) {
			case 0 -> agent.invoke(prompt);
			case 1 -> agent.stream(prompt).then();
			default -> agent.content(prompt).then();
		};
		result.onErrorResume((ex) -> {
			for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
				this.failures.add(cause.toString());
			}
			return Mono.empty();
		}).block(TIMEOUT);
	}

	private Flux<ChatChunk> answer() {
		List<ChatChunk> chunks = new ArrayList<>();
		chunks.add(new ChatChunk(0, this.text.content(), this.text.content(), List.of(), null, null, null,
				this.text.label(), this.text.label(), Map.of(this.text.label(), this.text.content())));
		int calls = this.text.oneOf(3) ? 0 : this.text.oneOf(20) ? 100 : this.text.number(5);
		for (int call = 0; call < calls; call++) {
			ToolCallChunk fragment = new ToolCallChunk(call, this.text.label(), this.text.tool(),
					(calls < 100) ? this.text.arguments() : "{}");
			chunks.add(new ChatChunk(0, "", null, List.of(fragment), null, null, null, null, null, Map.of()));
		}
		FinishReason reason = (calls > 0) ? FinishReason.TOOL_CALLS : FinishReason.STOP;
		TokenUsage counts = new TokenUsage(number(), number(), number(), number(), number(), number());
		chunks.add(new ChatChunk(0, "", null, List.of(), reason, this.text.label(), counts, null, null, Map.of()));
		return Flux.fromIterable(chunks);
	}

	private int number() {
		return this.text.oneOf(2) ? Integer.MAX_VALUE : this.text.number(10);
	}

	private void checkRecording(Path recording) throws IOException {
		String content = Files.readString(recording);
		List<String> lines = content.lines().toList();
		assertThat(content.codePoints().filter((next) -> next != '\n' && isControl(next)))
			.as("control characters in the recording, seed %d", this.seed)
			.isEmpty();
		assertThat(lines).allMatch((line) -> line.startsWith("{") && line.endsWith("}"));
		assertThat(lines).hasSize(this.events.events().size());
		assertThat(JsonLinesPlayer.of(recording).events().count().block(TIMEOUT)).isEqualTo(lines.size());
	}

	private void checkLog() {
		Map<String, List<ILoggingEvent>> byCategory = List.copyOf(this.log.list)
			.stream()
			.collect(Collectors.groupingBy(ILoggingEvent::getLoggerName));
		assertThat(byCategory.get(WITHOUT_CONTENTS)).hasSize(this.events.events().size());
		assertThat(byCategory.get(WITH_CONTENTS)).hasSize(this.events.events().size());
		byCategory.forEach((category, lines) -> lines.forEach((line) -> {
			if (category.equals(WITH_CONTENTS)) {
				checkPrintable(category, line.getFormattedMessage());
			}
			else {
				checkText("log " + category, line.getFormattedMessage(), 3_000);
			}
			assertThat(line.getThrowableProxy()).as("an exception in the log, seed %d", this.seed).isNull();
		}));
	}

	private void checkPrintedTrees() {
		this.tree.toString().lines().forEach((line) -> checkText("printed tree", line, 3_000));
		Stream.of(this.tree, this.treeWithContents)
			.flatMap((printed) -> printed.toString().lines())
			.forEach((line) -> checkPrintable("printed tree", line));
	}

	private void checkObservations() {
		this.observed.texts().forEach((text) -> {
			// The tool of the application has written this itself
			if (!text.contains("cannot\n")) {
				checkText("observation", text, 1_100);
			}
			assertThat(text).as("observation, seed %d", this.seed).doesNotContain(HostileText.INVENTED);
		});
		assertThat(this.observed.values("gen_ai.tool.name"))
			.isSubsetOf(Stream.concat(TOOLS.stream(), Stream.of("none")).toList());
	}

	private void checkMeters() {
		Set<String> models = new TreeSet<>();
		for (Meter meter : this.meters.getMeters()) {
			for (Tag tag : meter.getId().getTags()) {
				checkText("meter " + meter.getId().getName(), tag.getValue(), 110);
				assertThat(tag.getValue()).doesNotContain(HostileText.INVENTED);
				if (tag.getKey().equals("gen_ai.response.model")) {
					models.add(tag.getValue());
				}
			}
		}
		assertThat(models).hasSizeBetween(50, 102).contains("other");
	}

	private void checkRequests(HostileModel model) {
		for (ChatRequest request : model.requests) {
			List<ChatMessage> messages = request.messages();
			for (ChatMessage message : messages) {
				if (message instanceof ToolMessage answer && answer.error()) {
					assertThat(answer.text()).as("answer of a tool, seed %d", this.seed).hasSizeLessThan(3_000);
				}
			}
			long made = IntStream.iterate(messages.size() - 1, (i) -> i - 1)
				.takeWhile((i) -> messages.get(i) instanceof ToolMessage)
				.filter((i) -> !messages.get(i).text().contains("at most " + MAX_TOOL_CALLS))
				.count();
			assertThat(made).as("calls of one response, seed %d", this.seed).isLessThanOrEqualTo(MAX_TOOL_CALLS);
		}
	}

	private void checkText(String where, String text, int maxLength) {
		checkPrintable(where, text);
		assertThat(text).as("%s, seed %d", where, this.seed)
			.hasSizeLessThanOrEqualTo(maxLength)
			.doesNotContain(HostileText.CONTENT);
	}

	private void checkPrintable(String where, String text) {
		assertThat(text.codePoints().filter(HostileModelTests::isControl)).as("%s, seed %d: %s", where, this.seed, text)
			.isEmpty();
	}

	private static boolean isControl(int next) {
		return switch (Character.getType(next)) {
			case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
				true;
			case Character.FORMAT -> "\u061c\u200e\u200f".indexOf(next) >= 0 || (next >= 0x202A && next <= 0x202E)
					|| (next >= 0x2066 && next <= 0x2069);
			default -> false;
		};
	}

	/** Names itself differently in each response, as no scripted model does. */
	private final class HostileModel implements ChatModel {

		private final List<ChatRequest> requests = new CopyOnWriteArrayList<>();

		@Override
		public Flux<ChatChunk> stream(ChatRequest request) {
			return Flux.defer(() -> {
				this.requests.add(request);
				return answer();
			});
		}

		@Override
		public Mono<ChatResponse> call(ChatRequest request) {
			return stream(request).collect(AnswerAssembler::new, AnswerAssembler::add).map(AnswerAssembler::toResponse);
		}

	}

}
