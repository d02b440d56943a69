package dev.llmcallbacks.autoconfigure;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.ai.chat.observation.ChatModelMeterObservationHandler;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmStart;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.model.ConnectionFailedException;
import dev.llmcallbacks.model.ModelNotFoundException;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.test.ScriptedProvider;
import dev.llmcallbacks.tool.Tool;
import dev.llmcallbacks.tool.Tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what new users do in their first hour, with a real server of a provider.
 */
@ExtendWith(OutputCaptureExtension.class)
class FirstHourTests {

	private final ScriptedChatModel model = new ScriptedChatModel(
			ScriptedAnswer.tokens("Time flies", " like an arrow."));

	private final ScriptedProvider provider = ScriptedProvider.start(this.model);

	private final ProxySelector proxies = ProxySelector.getDefault();

	private final ApplicationContextRunner runner = Applications.recording(Applications.withoutModel())
		.withPropertyValues("callbacks.openai.api-key=key", "callbacks.chat.model=m",
				"callbacks.openai.base-url=" + this.provider.openAiBaseUrl());

	@AfterEach
	void stop() {
		this.provider.close();
		ProxySelector.setDefault(this.proxies);
	}

	@Test
	@DisplayName("I1 a chain that is not a bean is delivered with its application's manager, and else says so")
	void shouldReceiveAChain(CapturedOutput output) {
		this.runner.run((context) -> {
			ChatClient chatClient = context.getBean(ChatClient.class);
			Chain<String, String> facts = Chain.of("facts", (topic) -> "Open from ten to four.");
			Chain<String, String> model = Chain.of("model of I1", (text) -> chatClient.prompt(text).content());
			facts.then(model).invoke("lighthouse").block(Applications.TIMEOUT);
			assertThat(output).contains("has no callback manager").contains("withManager(");
			facts.then(model)
				.withManager(context.getBean(CallbackManager.class))
				.invoke("lighthouse")
				.block(Applications.TIMEOUT);
			assertThat(context.getBean(EventRecorder.class).events(ChainStart.class)).hasSize(3);
		});
	}

	@Test
	@DisplayName("I2 an agent and its tool that throws are delivered, and the model is told")
	void shouldReceiveAnAgentWhoseToolThrows() {
		this.model.answer(ScriptedAnswer.toolCalls(new ToolCall("1", "weather", "{}")), ScriptedAnswer.text("Sorry."));
		Tool weather = Tool.of(new ToolDefinition("weather", "Knows the weather", "{\"type\":\"object\"}"), (call) -> {
			throw new IllegalStateException("no weather in Oslo");
		});
		this.runner.run((context) -> {
			Agent agent = Agent.builder(context.getBean(ChatClient.class))
				.name("helper")
				.tools(Tools.of(weather))
				.build();
			assertThat(agent.text("How is the weather in Oslo?").block(Applications.TIMEOUT)).isEqualTo("Sorry.");
			EventRecorder recorder = context.getBean(EventRecorder.class);
			assertThat(recorder.events(ToolError.class)).singleElement()
				.satisfies((error) -> assertThat(error.error()).hasMessage("no weather in Oslo"));
			assertThat(recorder.events(ChainEnd.class)).hasSize(1);
			assertThat(this.model.requests().get(1).messages()).last()
				.isInstanceOfSatisfying(ToolMessage.class,
						(message) -> assertThat(message.text()).contains("no weather in Oslo"));
		});
	}

	@Test
	@DisplayName("I5 what holds up a call is shown while it does, and logged afterwards")
	void shouldFindASlowHandler(CapturedOutput output) {
		Gate gate = new Gate();
		this.runner.withBean("slowStart", Gate.class, () -> gate).run((context) -> {
			CallbackManager manager = context.getBean(CallbackManager.class);
			Mono<String> answer = context.getBean(ChatClient.class).prompt("Hi").text().cache();
			answer.subscribe();
			await().atMost(Applications.TIMEOUT)
				.until(() -> manager.runs()
					.stream()
					.flatMap((run) -> run.waitsFor().stream())
					.anyMatch((wait) -> wait.handler().equals("slowStart")
							&& wait.duration().compareTo(Duration.ofSeconds(1)) > 0));
			assertThat(this.model.calls()).isEmpty();
			gate.open();
			assertThat(answer.block(Applications.TIMEOUT)).isEqualTo("Time flies like an arrow.");
			await().atMost(Applications.TIMEOUT)
				.untilAsserted(() -> assertThat(output)
					.containsPattern("Handler 'slowStart' has held up a run for [1-9]\\d*\\."));
		});
	}

	@Test
	@DisplayName("I7 both meters of token usage are there with Prometheus, whichever library comes first")
	void shouldMeterBesideSpringAi() {
		this.runner
			.withBean(ChatModelMeterObservationHandler.class,
					() -> new ChatModelMeterObservationHandler(new SimpleMeterRegistry()))
			.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
					CompositeMeterRegistryAutoConfiguration.class, LlmMetricsAutoConfiguration.class))
			.withBean("prometheus", MeterRegistry.class, () -> new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))
			.run((context) -> {
				PrometheusMeterRegistry registry = (PrometheusMeterRegistry) context.getBean("prometheus");
				Counter.builder("gen_ai.client.token.usage").tag("gen_ai.system", "openai").register(registry);
				Applications.ask(context);
				assertThat(registry.scrape()).contains("gen_ai_client_token_usage_total{")
					.contains("llm_callbacks_token_usage_count{");
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "/nothing" })
	@DisplayName("F7 a wrong base URL is answered with the URL that was requested")
	void shouldNameTheUrl(String path) {
		String url = this.provider.anthropicBaseUrl() + path;
		this.runner.withPropertyValues("callbacks.openai.base-url=" + url)
			.run((context) -> assertThatExceptionOfType(ModelNotFoundException.class)
				.isThrownBy(() -> Applications.ask(context))
				.withMessageContaining("POST " + url + "/chat/completions: HTTP 404")
				.withMessageContaining("the base URL, which often ends with '/v1'"));
	}

	@Test
	@DisplayName("I8 a proxy that cannot be reached is named")
	void shouldNameTheProxy() {
		ProxySelector.setDefault(new ProxySelector() {

			@Override
			public List<Proxy> select(URI uri) {
				return List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("proxy.test", 3128)));
			}

			@Override
			public void connectFailed(URI uri, SocketAddress address, IOException failure) {
				// nothing to learn
			}

		});
		this.provider.close();
		this.runner.withPropertyValues("callbacks.retry.max-attempts=1")
			.run((context) -> assertThatExceptionOfType(ConnectionFailedException.class)
				.isThrownBy(() -> Applications.ask(context))
				.withMessageContaining("could not be reached through the proxy proxy.test:3128")
				.withMessageContaining("Connection refused"));
	}

	@Test
	@DisplayName("I9 a server that does not complete the TLS handshake is asked once, and the message says why")
	void shouldNameTheTlsHandshake() throws IOException {
		try (ServerSocket plain = new ServerSocket(0)) {
			Thread server = new Thread(() -> answerInPlainText(plain));
			server.setDaemon(true);
			server.start();
			this.runner
				.withPropertyValues("callbacks.openai.base-url=https://localhost:" + plain.getLocalPort() + "/v1")
				.run((context) -> assertThatExceptionOfType(ConnectionFailedException.class)
					.isThrownBy(() -> Applications.ask(context))
					.withMessageContaining("did not complete the TLS handshake")
					.withMessageContaining("begin the base URL with 'http://'")
					.satisfies((failure) -> assertThat(failure.isRetryable()).isFalse()));
		}
	}

	@Test
	@DisplayName("I10 a block() that Reactor rejects does not cancel the call")
	void shouldGoOnWhenBlockIsRejected() {
		this.runner.run((context) -> {
			Mono<String> answer = context.getBean(ChatClient.class).prompt("Hi").text();
			assertThatExceptionOfType(IllegalStateException.class)
				.isThrownBy(() -> Mono.fromSupplier(answer::block)
					.subscribeOn(Schedulers.parallel())
					.block(Applications.TIMEOUT))
				.withMessageContaining("block()");
			context.getBean(EventRecorder.class).await(LlmEnd.class);
		});
	}

	private static void answerInPlainText(ServerSocket server) {
		while (!server.isClosed()) {
			try (Socket socket = server.accept()) {
				socket.getInputStream().read();
				socket.getOutputStream()
					.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			}
			catch (IOException ex) {
				// closed
			}
		}
	}

	@LlmCallback
	static class Gate implements CallbackHandler {

		private final CountDownLatch opened = new CountDownLatch(1);

		void open() {
			this.opened.countDown();
		}

		@Override
		public void onLlmStart(LlmStart event) {
			try {
				this.opened.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
