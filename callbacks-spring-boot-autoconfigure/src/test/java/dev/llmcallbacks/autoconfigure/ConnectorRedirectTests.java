package dev.llmcallbacks.autoconfigure;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.model.UnreadableResponseException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Redirects when the application uses another connector than that of Reactor Netty.
 */
class ConnectorRedirectTests {

	private static final String KEY = "sk-secret-4711-redirected";

	static Stream<Arguments> redirects() {
		return Stream.of("reactor", "jdk")
			.flatMap((connector) -> Stream.of("openai", "anthropic")
				.flatMap((provider) -> Stream.of(301, 302, 303, 307, 308)
					.map((status) -> Arguments.of(connector, provider, status))));
	}

	@ParameterizedTest
	@MethodSource("redirects")
	@DisplayName("S1 no connector that Spring Boot builds follows a redirect of a request with a key or a prompt")
	void shouldNotFollowWhenConnectorIsBuiltBySpringBoot(String connector, String provider, int status)
			throws IOException {
		List<String> agents = new CopyOnWriteArrayList<>();
		List<String> requests = new CopyOnWriteArrayList<>();
		HttpServer elsewhere = server((exchange) -> {
			requests.add(exchange.getRequestHeaders().entrySet()
					+ new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
			respond(exchange, 200);
		});
		HttpServer server = server((exchange) -> {
			agents.add(String.valueOf(exchange.getRequestHeaders().getFirst("User-Agent")));
			exchange.getRequestBody().readAllBytes();
			exchange.getResponseHeaders().set("Location", "http://127.0.0.1:" + port(elsewhere) + "/v1/elsewhere");
			respond(exchange, status);
		});
		try {
			runner(provider, server).withPropertyValues("spring.http.clients.reactive.connector=" + connector)
				.run((context) -> {
					assertThat(context.getBean(WebClient.Builder.class)).isNotNull();
					Mono<?> answer = context.getBean(ChatClient.class).prompt("the prompt").result();
					StepVerifier.create(answer)
						.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(UnreadableResponseException.class)
							.hasMessageContaining("localhost:" + port(server))
							.hasMessageContaining("127.0.0.1:" + port(elsewhere)))
						.verify(Applications.TIMEOUT);
				});
			assertThat(agents).singleElement()
				.satisfies((agent) -> assertThat(agent)
					.startsWith(connector.equals("jdk") ? "Java-http-client" : "ReactorNetty"));
			assertThat(requests).isEmpty();
		}
		finally {
			server.stop(0);
			elsewhere.stop(0);
		}
	}

	@ParameterizedTest
	@CsvSource({ "openai, 301", "openai, 307", "anthropic, 303", "anthropic, 308" })
	@DisplayName("S1 a connector of the application that does not follow redirects fails the call in the same way")
	void shouldNameBothHostsWhenConnectorDoesNotFollow(String provider, int status) throws IOException {
		HttpServer server = server((exchange) -> {
			exchange.getRequestBody().readAllBytes();
			exchange.getResponseHeaders().set("Location", "https://elsewhere.example/v1");
			respond(exchange, status);
		});
		try {
			runner(provider, server)
				.withBean(WebClient.Builder.class,
						() -> WebClient.builder().clientConnector(new JdkClientHttpConnector()))
				.run((context) -> StepVerifier
					.create(context.getBean(ChatClient.class).prompt("the prompt").streaming(false).result())
					.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(UnreadableResponseException.class)
						.hasMessageContaining("localhost:" + port(server))
						.hasMessageContaining("elsewhere.example"))
					.verify(Applications.TIMEOUT));
		}
		finally {
			server.stop(0);
		}
	}

	private static ApplicationContextRunner runner(String provider, HttpServer server) {
		return Applications.withoutModel()
			.withConfiguration(
					AutoConfigurations.of(HttpClientAutoConfiguration.class, ReactiveHttpClientAutoConfiguration.class))
			.withPropertyValues("spring.http.clients.redirects=follow", "callbacks.chat.model=m",
					"callbacks.retry.max-attempts=1", "callbacks." + provider + ".api-key=" + KEY,
					"callbacks." + provider + ".base-url=http://localhost:" + port(server));
	}

	private static HttpServer server(HttpHandler handler) throws IOException {
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/", handler);
		server.start();
		return server;
	}

	private static void respond(HttpExchange exchange, int status) throws IOException {
		byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(status, body.length);
		try (OutputStream out = exchange.getResponseBody()) {
			out.write(body);
		}
	}

	private static int port(HttpServer server) {
		return server.getAddress().getPort();
	}

}
