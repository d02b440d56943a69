package dev.llmcallbacks.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
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
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksEndpoint;
import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksEndpointAutoConfiguration;
import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.ToolCall;
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
 * of every level, observations, spans, meters and the endpoint.
 */
class NoContentByDefaultTests {

	private static final String CANARY = "CANARY";

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

	private final Level level = this.root.getLevel();

	/** Without that of the console, which would take long. */
	private final List<Appender<ILoggingEvent>> others = new ArrayList<>();

	private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

	private final Queue<String> spans = new ConcurrentLinkedQueue<>();

	private final Queue<String> descriptions = new ConcurrentLinkedQueue<>();

	private final Observed observed = new Observed();

	private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

	@BeforeEach
	void listen() {
		this.root.iteratorForAppenders().forEachRemaining(this.others::add);
		this.others.forEach(this.root::detachAppender);
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
		run();
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
		run("callbacks.observations.inputs=true", "callbacks.observations.outputs=true");
		assertThat(this.observed.values("gen_ai.tool.call.arguments")).as("content is recorded").isNotEmpty();
		assertThat(output()).noneMatch((it) -> it.contains(CANARY));
	}

	private void run(String... properties) {
		ScriptedChatModel model = new ScriptedChatModel()
			.answer(ScriptedAnswer.reasoning(CANARY)
				.then(ScriptedAnswer.toolCalls(new ToolCall("c1", "look", "{\"place\":\"" + CANARY + "\"}"),
						new ToolCall("c2", "look", "{\"" + CANARY + "\":1}"), new ToolCall("c3", "look", CANARY)))
				.withFinishReason(FinishReason.TOOL_CALLS))
			.answer(ScriptedAnswer.tokens(CANARY, " ", CANARY))
			.answer(ScriptedAnswer.tokens(CANARY).then(ScriptedAnswer.failure(new IllegalStateException("broken"))))
			.answer(ScriptedAnswer.tokens(CANARY, CANARY).then(ScriptedAnswer.silence()))
			.answer(CANARY);
		try (Tracing tracing = Tracing.newBuilder().addSpanHandler(new Spans(this.spans)).build();
				ScriptedProvider provider = ScriptedProvider.start(model)) {
			application(tracing).withPropertyValues(properties)
				.withPropertyValues("callbacks.openai.base-url=" + provider.openAiBaseUrl(),
						"callbacks.openai.api-key=k", "callbacks.chat.model=m", "callbacks.logging.enabled=true",
						"management.endpoints.web.exposure.include=llmcallbacks")
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
		client.prompt(CANARY).content().take(2).blockLast(TIMEOUT);
		client.prompt(CANARY).system(CANARY).streaming(false).text().block(TIMEOUT);
	}

	private ApplicationContextRunner application(Tracing tracing) {
		ObservationRegistry registry = this.observed.registry();
		registry.observationConfig()
			.observationHandler(new RunTracingObservationHandler(new BraveTracer(tracing.tracer(),
					new BraveCurrentTraceContext(tracing.currentTraceContext()), new BraveBaggageManager())))
			.observationHandler(new DefaultMeterObservationHandler(this.meters));
		return Applications.withoutModel()
			.withConfiguration(AutoConfigurations.of(LlmObservationAutoConfiguration.class,
					LlmMetricsAutoConfiguration.class, LlmHandlersAutoConfiguration.class,
					LlmToolsAutoConfiguration.class, LlmCallbacksEndpointAutoConfiguration.class))
			.withBean("observations", ObservationRegistry.class, () -> registry)
			.withBean(PrometheusMeterRegistry.class, () -> this.meters)
			.withBean("maskingFilter", RunContentFilter.class,
					() -> (run, kind, text) -> text.contains(CANARY) ? "masked" : text);
	}

	private List<String> output() {
		List<String> all = new ArrayList<>(this.observed.texts());
		List.copyOf(this.lines.list)
			.forEach((line) -> all.add(line.getFormattedMessage() + ((line.getThrowableProxy() != null)
					? ThrowableProxyUtil.asString(line.getThrowableProxy()) : "")));
		all.addAll(this.spans);
		all.addAll(this.descriptions);
		all.add(this.meters.scrape());
		return all;
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

	}

	private static final class Spans extends SpanHandler {

		private final Queue<String> spans;

		private Spans(Queue<String> spans) {
			this.spans = spans;
		}

		@Override
		public boolean end(@Nullable TraceContext context, MutableSpan span, Cause cause) {
			this.spans.add(span.name() + span.tags() + span.error() + span.annotations());
			return true;
		}

	}

}
