package dev.llmcallbacks.autoconfigure.actuate;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.DefaultResourceLoader;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;

/**
 * Application with a run view on a real server, and a client of it.
 */
final class RunViewApplication implements AutoCloseable {

	static final Duration TIMEOUT = Duration.ofSeconds(30);

	static final String[] ON = { "management.endpoint.llmruns.access=unrestricted",
			"management.endpoints.web.exposure.include=llmruns,llmcallbacks" };

	private static final JsonMapper MAPPER = new JsonMapper();

	private final HttpClient client = HttpClient.newHttpClient();

	private final ConfigurableApplicationContext context;

	private final String path;

	private RunViewApplication(ConfigurableApplicationContext context, String path) {
		this.context = context;
		this.path = path;
	}

	/**
	 * Start an application.
	 * @param type the kind of server
	 * @param security whether Spring Security is there
	 * @param path the path of the endpoint
	 * @param properties further properties
	 * @param configuration further configuration
	 * @return the application
	 */
	static RunViewApplication start(WebApplicationType type, boolean security, String path, String[] properties,
			Class<?>... configuration) {
		List<Class<?>> sources = new ArrayList<>(List.of(Application.class));
		sources.addAll(List.of(configuration));
		SpringApplication application = new SpringApplicationBuilder().sources(sources.toArray(Class<?>[]::new))
			.web(type)
			.registerShutdownHook(false)
			.properties("server.port=0", "spring.main.banner-mode=off", "spring.jmx.enabled=false")
			.properties(properties)
			.build();
		List<String> hidden = new ArrayList<>(security ? List.of() : List.of("org.springframework.security"));
		if (type == WebApplicationType.REACTIVE) {
			// There is one server in an application
			hidden.add("org.apache.catalina");
		}
		application
			.setResourceLoader(new DefaultResourceLoader(new FilteredClassLoader(hidden.toArray(String[]::new))));
		return new RunViewApplication(application.run(), path);
	}

	static RunViewApplication start(WebApplicationType type, String... properties) {
		List<String> all = new ArrayList<>(List.of(ON));
		all.addAll(List.of(properties));
		return start(type, false, "/actuator/llmruns", all.toArray(String[]::new));
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	String ask() {
		String text = bean(ChatClient.class).prompt("s3cret prompt").tags("demo").runName("joke").text().block(TIMEOUT);
		return (text != null) ? text : "";
	}

	String url(String suffix) {
		String port = this.context.getEnvironment().getProperty("local.management.port");
		if (port == null) {
			port = this.context.getEnvironment().getProperty("local.server.port");
		}
		return "http://localhost:" + port + this.path + suffix;
	}

	HttpResponse<String> get(String suffix, String... headers) {
		return send("GET", suffix, null, headers);
	}

	HttpResponse<String> send(String method, String suffix, @Nullable String body, String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url(suffix))).timeout(TIMEOUT);
		if (headers.length > 0) {
			request.headers(headers);
		}
		if (body != null) {
			request.header("Content-Type", "application/json");
		}
		request.method(method, (body != null) ? BodyPublishers.ofString(body) : BodyPublishers.noBody());
		try {
			return this.client.send(request.build(), BodyHandlers.ofString());
		}
		catch (Exception ex) {
			throw new AssertionError(method + " " + url(suffix), ex);
		}
	}

	JsonNode json(String suffix) {
		HttpResponse<String> response = get(suffix);
		if (response.statusCode() != 200) {
			throw new AssertionError(suffix + ": " + response.statusCode() + " " + response.body());
		}
		return MAPPER.readTree(response.body());
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		ChatModel model() {
			return new ScriptedChatModel(ScriptedAnswer.tokens("s3cret ", "answer").withUsage(5, 2));
		}

		@Bean
		@LlmCallback
		CallbackHandler audit() {
			return CallbackHandler.on(LlmEnd.class, (end) -> {
			});
		}

	}

}
