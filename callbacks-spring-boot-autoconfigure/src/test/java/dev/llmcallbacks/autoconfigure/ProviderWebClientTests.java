package dev.llmcallbacks.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ClientHttpConnectorBuilderCustomizer;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.http.client.reactive.ReactorClientHttpConnectorBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.context.ApplicationContext;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.model.ConnectionFailedException;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the connections to providers: their number, and what the application
 * determines of them.
 */
class ProviderWebClientTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final String CHUNK = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}\n\n";

	private final Sinks.Empty<Void> released = Sinks.empty();

	private final AtomicInteger requests = new AtomicInteger();

	private final Queue<String> agents = new ConcurrentLinkedQueue<>();

	/** An application context that is closed disposes those that all share. */
	private final LoopResources loops = LoopResources.create("provider", 1, true);

	private final DisposableServer server = HttpServer.create()
		.runOn(this.loops)
		.host("localhost")
		.port(0)
		.handle((request, response) -> {
			this.agents.add(String.valueOf(request.requestHeaders().get("User-Agent")));
			this.requests.incrementAndGet();
			return response.sse()
				.sendString(this.released.asMono().thenMany(Flux.just(CHUNK, "data: [DONE]\n\n")))
				.then();
		})
		.bindNow(TIMEOUT);

	private final ApplicationContextRunner contextRunner = Applications.withoutModel()
		.withConfiguration(
				AutoConfigurations.of(HttpClientAutoConfiguration.class, ReactiveHttpClientAutoConfiguration.class))
		.withPropertyValues("callbacks.openai.base-url=http://localhost:" + this.server.port(),
				"callbacks.chat.model=m-1");

	@AfterEach
	void stopServer() {
		this.released.tryEmitEmpty();
		this.server.disposeNow(TIMEOUT);
		this.loops.disposeLater(Duration.ZERO, TIMEOUT).block(TIMEOUT);
	}

	@Test
	@DisplayName("G36 two thousand calls go on at the same time with the properties' defaults")
	void shouldNotLimitTheNumberOfCalls() {
		this.contextRunner
			.run((context) -> assertThat(callAtTheSameTime(client(context), 2000)).hasSize(2000).containsOnly("Hi"));
	}

	@Test
	@DisplayName("G36 a model without a WebClient of the application's has no limit either")
	void shouldNotLimitTheNumberOfCallsOfABuilder() {
		ChatClient client = ChatClient
			.builder(OpenAiChatModel.builder().baseUrl("http://localhost:" + this.server.port()).build())
			.build();
		assertThat(callAtTheSameTime(client, 1100)).hasSize(1100).containsOnly("Hi");
	}

	@Test
	@DisplayName("G36 a call that waits for a connection longer than the connect timeout names the property, once")
	void shouldNameThePropertyIfThereIsNoConnection() {
		this.contextRunner
			.withPropertyValues("callbacks.http.max-connections=2", "callbacks.timeouts.connect=200ms",
					"callbacks.retry.initial-backoff=1ms")
			.run((context) -> {
				Disposable others = Flux.range(0, 2).flatMap((i) -> ask(client(context))).subscribe();
				await().until(() -> this.requests.get() == 2);
				assertThatExceptionOfType(ConnectionFailedException.class)
					.isThrownBy(() -> ask(client(context)).block(TIMEOUT))
					.withMessageContaining("'callbacks.http.max-connections'")
					.withMessageContaining("'callbacks.timeouts.connect'")
					.satisfies((ex) -> assertThat(ex.isRetryable()).isFalse());
				others.dispose();
			});
	}

	@Test
	@DisplayName("G36 a call that waits for a connection gets one when another call has ended")
	void shouldWaitForAConnection() {
		this.contextRunner.withPropertyValues("callbacks.http.max-connections=2").run((context) -> {
			Mono<List<String>> answers = Flux.range(0, 40)
				.flatMap((i) -> ask(client(context)), 40)
				.collectList()
				.cache();
			answers.subscribe();
			await().until(() -> this.requests.get() == 2);
			this.released.tryEmitEmpty();
			assertThat(answers.block(TIMEOUT)).hasSize(40).containsOnly("Hi");
		});
	}

	@Test
	@DisplayName("G25 customizers of the application's connector apply to the pooled connections")
	void shouldApplyCustomizersOfTheConnector() {
		this.released.tryEmitEmpty();
		ClientHttpConnectorBuilderCustomizer<ReactorClientHttpConnectorBuilder> customizer = (builder) -> builder
			.withHttpClientCustomizer((client) -> client.headers((headers) -> headers.set("User-Agent", "customized")));
		this.contextRunner.withBean(ClientHttpConnectorBuilderCustomizer.class, () -> customizer).run((context) -> {
			ask(client(context)).block(TIMEOUT);
			assertThat(this.agents).containsExactly("customized");
		});
	}

	@Test
	@DisplayName("G25 a connector that a WebClientCustomizer of the application sets is used")
	void shouldUseTheConnectorOfACustomizer() {
		this.released.tryEmitEmpty();
		WebClientCustomizer customizer = (builder) -> builder.clientConnector(connector("of a customizer"));
		this.contextRunner.withBean(WebClientCustomizer.class, () -> customizer).run((context) -> {
			ask(client(context)).block(TIMEOUT);
			assertThat(this.agents).containsExactly("of a customizer");
		});
	}

	@Test
	@DisplayName("G25 the application's own connector is used")
	void shouldUseTheConnectorOfTheApplication() {
		this.released.tryEmitEmpty();
		this.contextRunner.withBean(ClientHttpConnector.class, () -> connector("of a bean")).run((context) -> {
			ask(client(context)).block(TIMEOUT);
			assertThat(this.agents).containsExactly("of a bean");
		});
	}

	@Test
	@DisplayName("G25 the application's own WebClient.Builder is used")
	void shouldUseTheBuilderOfTheApplication() {
		this.released.tryEmitEmpty();
		this.contextRunner
			.withBean(WebClient.Builder.class, () -> WebClient.builder().clientConnector(connector("of a builder")))
			.run((context) -> {
				ask(client(context)).block(TIMEOUT);
				assertThat(this.agents).containsExactly("of a builder");
			});
	}

	@Test
	@DisplayName("G25 G36 a pool that the application has chosen is used unless a property says otherwise")
	void shouldUseThePoolOfTheApplication() {
		this.released.tryEmitEmpty();
		ConnectionProvider pool = ConnectionProvider.builder("own").maxConnections(1).build();
		ClientHttpConnectorBuilderCustomizer<ReactorClientHttpConnectorBuilder> customizer = (builder) -> builder
			.withHttpClientFactory(
					() -> HttpClient.create(pool).headers((headers) -> headers.set("User-Agent", "of its pool")));
		ApplicationContextRunner own = this.contextRunner.withBean(ClientHttpConnectorBuilderCustomizer.class,
				() -> customizer);
		own.run((context) -> ask(client(context)).block(TIMEOUT));
		assertThat(this.agents).containsExactly("of its pool");
		own.withPropertyValues("callbacks.http.max-connections=3")
			.run((context) -> ask(client(context)).block(TIMEOUT));
		assertThat(this.agents).hasSize(2).doesNotHaveDuplicates();
		pool.dispose();
	}

	private List<String> callAtTheSameTime(ChatClient client, int calls) {
		Mono<List<String>> answers = Flux.range(0, calls)
			.flatMap((i) -> ask(client).subscribeOn(Schedulers.parallel()), calls)
			.collectList()
			.cache();
		Disposable subscription = answers.subscribe((all) -> {
		}, (ex) -> {
		});
		await().atMost(TIMEOUT).until(() -> this.requests.get() == calls || subscription.isDisposed());
		this.released.tryEmitEmpty();
		return answers.block(TIMEOUT);
	}

	private static Mono<String> ask(ChatClient client) {
		return client.prompt("Hello").model("m-1").text();
	}

	private static ChatClient client(ApplicationContext context) {
		return context.getBean(ChatClient.class);
	}

	private static ClientHttpConnector connector(String agent) {
		return new ReactorClientHttpConnector(
				HttpClient.create().headers((headers) -> headers.set("User-Agent", agent)));
	}

}
