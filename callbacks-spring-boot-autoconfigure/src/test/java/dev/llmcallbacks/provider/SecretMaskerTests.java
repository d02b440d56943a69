package dev.llmcallbacks.provider;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.client.RetryPolicy;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.Retry;
import dev.llmcallbacks.provider.SocketServer.Ending;
import dev.llmcallbacks.provider.SocketServer.Response;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls a provider that tells the key wherever it can, and reads all that comes of it.
 */
class SecretMaskerTests {

	private static final String KEY = ProviderFixture.KEY;

	private static final List<String> LOGGERS = List.of("dev.llmcallbacks", "org.springframework", "reactor");

	private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

	static List<ClientFixture> fixtures() {
		return ClientFixture.all();
	}

	@BeforeEach
	void listen() {
		this.logged.list = Collections.synchronizedList(new ArrayList<>());
		this.logged.start();
		LOGGERS.forEach((name) -> {
			logger(name).setLevel(Level.TRACE);
			logger(name).addAppender(this.logged);
		});
	}

	@AfterEach
	void restore() {
		LOGGERS.forEach((name) -> {
			logger(name).detachAppender(this.logged);
			logger(name).setLevel(null);
		});
	}

	private static Logger logger(String name) {
		return (Logger) LoggerFactory.getLogger(name);
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	@DisplayName("G31 no log line, exception, event or result tells the key, whatever the provider echoes")
	void shouldTellKeyNowhere(ClientFixture fixture) {
		fixture.with(new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(1)));
		List<String> told = new ArrayList<>();
		for (Response response : echoes(fixture)) {
			try (SocketServer server = SocketServer.answering(response)) {
				ChatClient client = fixture.client(server.url());
				told.add(client.toString());
				told.add(String.valueOf(client.prompt("Hi")));
				client.prompt("Hi")
					.stream()
					.doOnNext((chunk) -> told.add(chunk.toString()))
					.doOnError((error) -> told.add(ProviderFixture.stackTrace(error)))
					.onErrorComplete()
					.blockLast(ClientFixture.TIMEOUT);
				assertThat(server.requests().get(0).headers().toString()).contains(KEY);
			}
		}
		fixture.log().events().forEach((event) -> told.add(event.event().toString()));
		fixture.log().events(LlmError.class).forEach((event) -> told.add(ProviderFixture.stackTrace(event.error())));
		fixture.log().events(Retry.class).forEach((event) -> told.add(ProviderFixture.stackTrace(event.cause())));
		List.copyOf(this.logged.list).forEach((line) -> told.add(text(line)));
		assertThat(fixture.log().events(LlmError.class)).hasSizeGreaterThan(8);
		assertThat(fixture.log().events(Retry.class)).isNotEmpty();
		assertThat(List.copyOf(this.logged.list)).extracting(ILoggingEvent::getLoggerName)
			.anyMatch((name) -> name.startsWith("org.springframework.web"));
		assertThat(told).hasSizeGreaterThan(50).noneMatch((text) -> text.contains(KEY));
	}

	private static String text(ILoggingEvent line) {
		return line.getFormattedMessage() + " " + line.getMDCPropertyMap()
				+ ((line.getThrowableProxy() != null) ? ThrowableProxyUtil.asString(line.getThrowableProxy()) : "");
	}

	private static List<Response> echoes(ClientFixture fixture) {
		String echo = "Your key " + KEY + " is wrong, Bearer " + KEY;
		String error = "{\"type\":\"error\",\"error\":{\"type\":\"" + KEY + "\",\"code\":\"" + KEY + "\",\"message\":\""
				+ echo + "\"},\"request_id\":\"" + KEY + "\"}";
		List<Response> responses = new ArrayList<>(List.of(Response.json(200, error), stream("data: " + error),
				stream("event: error\ndata: " + error), stream("error: " + error), stream("data: " + KEY),
				stream("data: {\"" + KEY + "\":"), Response.json(200, "<html><p>" + echo + "</p></html>"),
				Response.stream(fixture.bytes(2)).with(Map.of("x-request-id", KEY)).with(Ending.CLOSE)));
		for (int status : List.of(302, 400, 401, 403, 404, 429, 500, 503)) {
			responses.add(Response.json(status, error)
				.with(Map.of("x-request-id", KEY, "Retry-After", "0", "Location", "http://localhost:1/?key=" + KEY)));
			responses.add(Response.json(status, "<h1>" + echo + "</h1>"));
		}
		return responses;
	}

	private static Response stream(String event) {
		return Response.stream((event + "\n\n").getBytes(StandardCharsets.UTF_8));
	}

}
