package dev.llmcallbacks.provider;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.client.HttpClient;

import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.UnreadableResponseException;
import dev.llmcallbacks.provider.SocketServer.Ending;
import dev.llmcallbacks.provider.SocketServer.Response;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests go where they were configured to go, whatever the connector and the server
 * would do.
 */
class RedirectTests {

	private static final List<Integer> STATUSES = List.of(301, 302, 303, 307, 308);

	static Stream<Arguments> calls() {
		return Stream.of(new OpenAiContractTests(), new ResponsesContractTests(), new AnthropicContractTests())
			.flatMap((provider) -> Stream.of("boot", "boot-dont-follow", "netty", "plain")
				.flatMap((connector) -> STATUSES.stream()
					.map((status) -> Arguments.of(provider.protocol(), provider, connector, status))));
	}

	@ParameterizedTest(name = "{0} {2} {3}")
	@MethodSource("calls")
	@DisplayName("S1 G31 no redirect to another origin is followed, and nothing reaches the other host")
	void shouldNotFollowToAnotherOrigin(String name, ProviderFixture provider, String connector, int status) {
		try (SocketServer other = SocketServer.answering(Response.stream(ProviderFixture.bytes(provider.transcript())));
				SocketServer server = SocketServer.answering(redirect(status, other.url() + "/v1/elsewhere"))) {
			ChatModelException failure = ProviderFixture.failure(model(provider, server.url(), connector));
			assertThat(failure).isExactlyInstanceOf(UnreadableResponseException.class)
				.hasMessageContaining("localhost:" + server.port())
				.hasMessageContaining("localhost:" + other.port())
				.hasMessageContaining("redirect");
			assertThat(failure.isRetryable()).isFalse();
			assertThat(other.requests()).isEmpty();
			assertThat(server.requests()).hasSize(1);
		}
	}

	@ParameterizedTest(name = "{0} {2} {3}")
	@MethodSource("calls")
	@DisplayName("S1 a redirect within the origin is the connector's affair")
	void shouldLeaveRedirectsWithinTheOriginToTheConnector(String name, ProviderFixture provider, String connector,
			int status) {
		boolean follows = connector.equals("boot") || connector.equals("netty");
		if (status == 303 || !follows) {
			return;
		}
		try (SocketServer server = new SocketServer(
				(exchange) -> exchange.send(exchange.request().line().contains("elsewhere")
						? Response.stream(ProviderFixture.bytes(provider.transcript()))
						: redirect(status, "/v1/elsewhere")))) {
			provider.check(PayloadFixture.read(model(provider, server.url(), connector)));
			assertThat(server.requests()).hasSize(2);
		}
	}

	private static Response redirect(int status, String location) {
		return new Response(status, Map.of("Location", location), List.of(), Ending.CLEAN);
	}

	private static ChatModel model(ProviderFixture provider, String url, String connector) {
		return provider.model(url, builder(connector), 1024 * 1024, ChatOptions.builder().model("m").build());
	}

	private static WebClient.Builder builder(String connector) {
		return switch (connector) {
			case "boot" -> WebClient.builder()
				.clientConnector(ClientHttpConnectorBuilder.reactor().build(HttpClientSettings.defaults()));
			case "boot-dont-follow" -> WebClient.builder()
				.clientConnector(ClientHttpConnectorBuilder.reactor()
					.build(HttpClientSettings.defaults().withRedirects(HttpRedirects.DONT_FOLLOW)));
			case "netty" -> WebClient.builder()
				.clientConnector(new ReactorClientHttpConnector(HttpClient.create().followRedirect(true)));
			default -> WebClient.builder();
		};
	}

}
