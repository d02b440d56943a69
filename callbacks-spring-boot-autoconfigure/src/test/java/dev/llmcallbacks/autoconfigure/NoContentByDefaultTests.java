package dev.llmcallbacks.autoconfigure;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import brave.Tracing;
import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import brave.propagation.TraceContext;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micrometer.tracing.brave.bridge.BraveBaggageManager;
import io.micrometer.tracing.brave.bridge.BraveCurrentTraceContext;
import io.micrometer.tracing.brave.bridge.BraveTracer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksEndpoint;
import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksEndpointAutoConfiguration;
import dev.llmcallbacks.autoconfigure.actuate.LlmRunsEndpointAutoConfiguration;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.feed.FeedView;
import dev.llmcallbacks.feed.RunFeeds;
import dev.llmcallbacks.handlers.JsonLinesRecorder;
import dev.llmcallbacks.handlers.RunChanges;
import dev.llmcallbacks.handlers.RunTreePrinter;
import dev.llmcallbacks.handlers.RunWatch;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelDecorator;
import dev.llmcallbacks.model.InvalidRequestException;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.observation.Observed;
import dev.llmcallbacks.observation.RunTracingObservationHandler;
import dev.llmcallbacks.retriever.Retriever;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.test.ScriptedProvider;
import dev.llmcallbacks.tool.LlmTool;
import dev.llmcallbacks.tool.Tools;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Looks for a word, which all content contains, in all that an application puts out: logs
 * of every level, observations, spans, meters, endpoints, recordings, printed trees and
 * feeds.
 */
class NoContentByDefaultTests {

	private static final String CANARY = "CANARY";

	private static final String[] ALL_CONTENT = { "callbacks.observations.inputs=true",
			"callbacks.observations.outputs=true", "callbacks.logging.inputs=true", "callbacks.logging.outputs=true",
			"callbacks.logging.stack-traces=true", "callbacks.logging.levels.token=debug",
			"callbacks.logging.levels.start=debug", "callbacks.logging.levels.moment=debug",
			"management.endpoints.web.exposure.include=llmcallbacks,llmruns",
			"management.endpoint.llmruns.access=READ_ONLY", "management.endpoint.llmruns.show-content=always" };

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

	private final Level level = this.root.getLevel();

	/** Without that of the console, which would take long. */
	private final List<Appender<ILoggingEvent>> others = new ArrayList<>();

	private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

	private final Queue<String> spans = new ConcurrentLinkedQueue<>();

	private final Queue<String> descriptions = new ConcurrentLinkedQueue<>();

	private final Observed observed = new Observed();

	private final StringWriter recording = new StringWriter();

	private final StringWriter tree = new StringWriter();

	/** Of feeds and of the run view. */
	private final Queue<String> views = new ConcurrentLinkedQueue<>();

	private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

	@BeforeEach
	void listen() {
		this.root.iteratorForAppenders().forEachRemaining(this.others::add);
		this.others.forEach(this.root::detachAppender);
		// lines are written while they are looked through
		this.lines.list = Collections.synchronizedList(new ArrayList<>());
		this.lines.start();
		this.root.addAppender(this.lines);
		this.root.setLevel(Level.TRACE);
	}

	@AfterEach
	void restore() {
		this.root.setLevel(this.level);
		this.root.detachAppender(this.lines);
		this.others.forEach(this.root::addAppender);
	}

	@Test
	@DisplayName("G37 by default, no content is in logs of any level, spans, meters or the endpoint")
	void shouldPutOutNoContent() {
		run(false);
		List<String> all = output();
		assertThat(all).as("what is looked through")
			.anyMatch((it) -> it.contains("HTTP POST"))
			.anyMatch((it) -> it.contains("execute_tool look"))
			.anyMatch((it) -> it.contains("gen_ai_client_operation_duration"))
			.anyMatch((it) -> it.contains("LlmCallbacksDescriptor"))
			.anyMatch((it) -> it.contains("TOOL 'look'"));
		assertThat(all).noneMatch((it) -> it.contains(CANARY));
	}

	@Test
	@DisplayName("G37 with content switched on, nothing is shown that the filter does not let pass")
	void shouldPutOutNoContentThatTheFilterHoldsBack() {
		run(true, ALL_CONTENT);
		assertThat(this.observed.values("gen_ai.tool.call.arguments")).as("content is recorded").isNotEmpty();
		assertThat(output()).noneMatch((it) -> it.contains(CANARY));
		assertThat(this.spans).anyMatch((it) -> it.contains("IllegalStateException: masked"))
			.anyMatch((it) -> it.contains("InvalidRequestException: masked"));
		assertThat(this.recording.toString()).contains("\"text\":\"masked\"");
		assertThat(this.tree.toString()).contains("started: \"masked");
		assertThat(List.copyOf(this.lines.list)).anyMatch((line) -> line.getFormattedMessage().contains(": \"masked"));
		assertThat(this.views).anyMatch((it) -> it.startsWith("LlmEnd:"))
			.anyMatch((it) -> it.equals("token:{\"text\":\"masked\"}"))
			.anyMatch((it) -> it.startsWith("RunDetail") && it.contains("masked"));
	}

	@Test
	@DisplayName("G37 with content switched on and no filter, this test sees content in each output")
	void shouldPutOutContentWithoutAFilter() {
		run(false, ALL_CONTENT);
		assertThat(this.observed.values("gen_ai.tool.call.arguments")).anyMatch((it) -> it.contains(CANARY));
		assertThat(this.spans).anyMatch((it) -> it.contains("IllegalStateException: broken " + CANARY))
			.anyMatch((it) -> it.contains("InvalidRequestException: broken " + CANARY));
		assertThat(this.recording.toString()).contains(CANARY);
		assertThat(this.tree.toString()).contains(CANARY);
		assertThat(List.copyOf(this.lines.list)).anyMatch((line) -> line.getFormattedMessage().contains(CANARY));
		assertThat(this.views).anyMatch((it) -> it.startsWith("LlmEnd:") && it.contains(CANARY))
			.anyMatch((it) -> it.startsWith("token:") && it.contains("CAN"))
			.anyMatch((it) -> it.startsWith("RunDetail") && it.contains(CANARY));
	}

	private void run(boolean filtered, String... properties) {
		// logs and spans have the messages of errors
		String failure = (properties.length > 0) ? "broken " + CANARY : "broken";
		ScriptedChatModel model = new ScriptedChatModel()
			.answer(ScriptedAnswer.reasoning(CANARY)
				.then(ScriptedAnswer.toolCalls(new ToolCall("c1", "look", "{\"place\":\"" + CANARY + "\"}"),
						new ToolCall("c2", "look", "{\"" + CANARY + "\":1}"), new ToolCall("c3", "look", CANARY),
						new ToolCall("c4", "fail", "{\"message\":\"" + failure + "\"}")))
				.withFinishReason(FinishReason.TOOL_CALLS))
			.answer(ScriptedAnswer.tokens(CANARY, " ", CANARY))
			.answer(ScriptedAnswer.failure(new InvalidRequestException("refused", ProviderError.of("scripted"), null)))
			.answer(ScriptedAnswer.tokens(CANARY).then(ScriptedAnswer.failure(new IllegalStateException("broken"))))
			.answer(ScriptedAnswer.tokens(CANARY, CANARY).then(ScriptedAnswer.silence()))
			.answer(CANARY)
			.answer(ScriptedAnswer.tokens("CAN", "ARY"))
			.answer(ScriptedAnswer.tokens("CAN", "ARY"));
		try (Tracing tracing = Tracing.newBuilder().addSpanHandler(new Spans(this.spans)).build();
				ScriptedProvider provider = ScriptedProvider.start(model)) {
			ApplicationContextRunner application = application(tracing, filtered).withBean(ChatModelDecorator.class,
					() -> (delegate) -> new Quoting(delegate, failure));
			((properties.length > 0) ? writing(application) : application)
				.withPropertyValues("callbacks.openai.base-url=" + provider.openAiBaseUrl(),
						"callbacks.openai.api-key=k", "callbacks.chat.model=m", "callbacks.logging.enabled=true",
						"management.endpoints.web.exposure.include=llmcallbacks")
				.withPropertyValues(properties)
				.run(this::call);
		}
	}

	private void call(AssertableApplicationContext context) {
		assertThat(context).hasNotFailed();
		ChatClient client = context.getBean(ChatClient.class);
		CallbackManager manager = context.getBean(CallbackManager.class);
		Retriever retriever = Retriever.of("guide", (query) -> List.of(new Document("d1", CANARY, Map.of(), 1.0)));
		Agent agent = Agent.builder(client)
			.tools(Tools.from(new Lookout(context, retriever, this.descriptions)))
			.build();
		Chain<String, String> chain = Chain.of("chain", (text) -> agent.invoke(text)
			.flatMap((result) -> manager.customEvent("note", CANARY).thenReturn(result.text())));
		chain.withManager(manager).invoke(CANARY).block(TIMEOUT);
		client.prompt(CANARY).text().onErrorComplete().block(TIMEOUT);
		client.prompt(CANARY).text().onErrorComplete().block(TIMEOUT);
		client.prompt(CANARY).content().take(2).blockLast(TIMEOUT);
		client.prompt(CANARY).system(CANARY).streaming(false).text().block(TIMEOUT);
		if (context.getEnvironment().containsProperty("management.endpoint.llmruns.access")) {
			RunFeeds feeds = context.getBean(RunFeeds.class);
			for (FeedView view : List.of(FeedView.tokens(), FeedView.events())) {
				feeds.create("alice", view)
					.start(client.prompt(CANARY).content())
					.doOnNext((event) -> this.views.add(event.event() + ":" + event.data()))
					.blockLast(TIMEOUT);
			}
			RunWatch watch = context.getBean(RunWatch.class);
			watch.changes(null, null, 0, true, Duration.ZERO)
				.flatMapIterable(RunChanges::trees)
				.concatMap((tree) -> watch.changes(null, tree.root().id(), 0, true, Duration.ZERO))
				.doOnNext((changes) -> this.views.add(String.valueOf(changes.detail())))
				.concatMapIterable(RunChanges::runs)
				.concatMap((run) -> watch.changes(null, run.id(), 0, true, Duration.ZERO))
				.doOnNext((changes) -> this.views.add(String.valueOf(changes.detail())))
				.blockLast(TIMEOUT);
		}
	}

	private ApplicationContextRunner application(Tracing tracing, boolean filtered) {
		ObservationRegistry registry = this.observed.registry();
		registry.observationConfig()
			.observationHandler(new RunTracingObservationHandler(new BraveTracer(tracing.tracer(),
					new BraveCurrentTraceContext(tracing.currentTraceContext()), new BraveBaggageManager())))
			.observationHandler(new DefaultMeterObservationHandler(this.meters));
		ApplicationContextRunner runner = Applications.withoutModel()
			.withConfiguration(
					AutoConfigurations.of(LlmObservationAutoConfiguration.class, LlmMetricsAutoConfiguration.class,
							LlmHandlersAutoConfiguration.class, LlmToolsAutoConfiguration.class,
							LlmCallbacksEndpointAutoConfiguration.class, LlmFeedsAutoConfiguration.class,
							EndpointAutoConfiguration.class, LlmRunsEndpointAutoConfiguration.class))
			.withBean("observations", ObservationRegistry.class, () -> registry)
			.withBean(PrometheusMeterRegistry.class, () -> this.meters);
		return filtered ? runner.withBean("maskingFilter", RunContentFilter.class,
				() -> (run, kind, text) -> text.contains(CANARY) ? "masked" : text) : runner;
	}

	private ApplicationContextRunner writing(ApplicationContextRunner runner) {
		return runner.withUserConfiguration(Writing.class)
			.withBean("recording", StringWriter.class, () -> this.recording)
			.withBean("tree", StringWriter.class, () -> this.tree);
	}

	private static String stackTraceOf(Throwable error) {
		StringWriter text = new StringWriter();
		error.printStackTrace(new PrintWriter(text));
		return text.toString();
	}

	private List<String> output() {
		List<String> all = new ArrayList<>(this.observed.texts());
		List.copyOf(this.lines.list)
			.forEach((line) -> all.add(line.getFormattedMessage() + ((line.getThrowableProxy() != null)
					? ThrowableProxyUtil.asString(line.getThrowableProxy()) : "")));
		all.addAll(this.spans);
		all.addAll(this.descriptions);
		all.add(this.meters.scrape());
		all.add(this.recording.toString());
		all.add(this.tree.toString());
		all.addAll(this.views);
		return all;
	}

	@Configuration(proxyBeanMethods = false)
	static class Writing {

		@Bean
		@LlmCallback
		JsonLinesRecorder recorder(StringWriter recording) {
			return JsonLinesRecorder.to(recording);
		}

		@Bean
		@LlmCallback
		RunTreePrinter printer(StringWriter tree) {
			return RunTreePrinter.builder().output(tree).content(true).tokens(true).build();
		}

	}

	/**
	 * Model whose errors quote a text.
	 *
	 * @param delegate the model
	 * @param text the text
	 */
	private record Quoting(ChatModel delegate, String text) implements ChatModel {

		@Override
		public Flux<ChatChunk> stream(ChatRequest request) {
			return this.delegate.stream(request).onErrorMap(InvalidRequestException.class, this::quote);
		}

		@Override
		public Mono<ChatResponse> call(ChatRequest request) {
			return this.delegate.call(request).onErrorMap(InvalidRequestException.class, this::quote);
		}

		private InvalidRequestException quote(InvalidRequestException refusal) {
			return new InvalidRequestException(this.text, refusal.getProviderError(), new IOException(this.text));
		}

	}

	static class Lookout {

		private final ApplicationContext context;

		private final Retriever retriever;

		private final Queue<String> descriptions;

		Lookout(ApplicationContext context, Retriever retriever, Queue<String> descriptions) {
			this.context = context;
			this.retriever = retriever;
			this.descriptions = descriptions;
		}

		@LlmTool(description = "Looks around.")
		Mono<String> look(String place) {
			this.descriptions.add(this.context.getBean(LlmCallbacksEndpoint.class).describe().toString());
			return this.retriever.retrieve(place + CANARY).map((documents) -> documents.get(0).text());
		}

		@LlmTool(description = "Fails.")
		String fail(String message) {
			throw new IllegalStateException(message, new IllegalArgumentException(message));
		}

	}

	private static final class Spans extends SpanHandler {

		private final Queue<String> spans;

		private Spans(Queue<String> spans) {
			this.spans = spans;
		}

		@Override
		public boolean end(@Nullable TraceContext context, MutableSpan span, Cause cause) {
			String error = (span.error() != null) ? stackTraceOf(span.error()) : "";
			this.spans.add(span.name() + span.tags() + error + span.annotations());
			return true;
		}

	}

}
