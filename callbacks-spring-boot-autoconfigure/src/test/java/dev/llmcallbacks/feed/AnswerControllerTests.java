package dev.llmcallbacks.feed;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.reactive.config.EnableWebFlux;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import dev.llmcallbacks.client.ChatClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the controllers of the documentation, on real servers.
 */
class AnswerControllerTests {

	private static final Path PAGE = Path.of("../docs/feeds.md");

	private final Answers answers = new Answers();

	private final RunFeeds feeds = RunFeeds.builder().heartbeat(Duration.ofMillis(200)).build();

	private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	@TempDir
	private Path folder;

	private URI base = URI.create("http://127.0.0.1");

	@ParameterizedTest
	@ValueSource(strings = { "Netty", "Tomcat" })
	@DisplayName("G39 an answer survives its connections on real servers")
	void shouldSurviveTheConnection(String server) throws Exception {
		try (AutoCloseable running = server.equals("Netty") ? startNetty() : startTomcat()) {
			HttpResponse<Void> asked = this.http.send(
					request("/answers", "alice").POST(HttpRequest.BodyPublishers.ofString("Hi")).build(),
					HttpResponse.BodyHandlers.discarding());
			assertThat(asked.statusCode()).isEqualTo(202);
			String path = asked.headers().firstValue("Location").orElseThrow();

			this.answers.tokens(0, 3);
			String last;
			try (Stream<String> lines = follow(path, "alice", null)) {
				last = lastIdAfter(lines.iterator(), "<2>");
			}
			assertThat(last).isEqualTo("3");
			this.answers.tokens(3, 5);
			assertThat(status(path, "mallory", "GET")).isEqualTo(404);
			assertThat(status(path, "mallory", "DELETE")).isEqualTo(404);
			try (Stream<String> lines = follow(path, "alice", last)) {
				Iterator<String> iterator = lines.iterator();
				assertThat(lastIdAfter(iterator, "<4>")).isEqualTo("5");
				assertThat(lastIdAfter(iterator, ":")).as("a heartbeat").isNotNull();
				assertThat(status(path, "alice", "DELETE")).isEqualTo(204);
				List<String> rest = new ArrayList<>();
				iterator.forEachRemaining(rest::add);
				assertThat(rest).contains("id:6", "event:end", "data:{\"outcome\":\"CANCELLED\"}");
			}
			assertThat(this.answers.cancellations()).isOne();
			assertThat(this.answers.subscriptions()).isOne();
			HttpResponse<Void> again = this.http.send(request(path, "alice").header("Last-Event-ID", "6").build(),
					HttpResponse.BodyHandlers.discarding());
			assertThat(again.statusCode()).isEqualTo(204);
			assertThat(status(path, "alice", "DELETE")).isEqualTo(404);
		}
	}

	@Test
	void shouldBeTheControllersOfThePage() throws IOException {
		String page = code(Files.readString(PAGE));
		for (String type : List.of("AnswerController", "ServletAnswerController")) {
			String source = Files.readString(Path.of("src/test/java/dev/llmcallbacks/feed/" + type + ".java"));
			assertThat(page).contains(code(source.substring(source.indexOf("@RestController"))));
		}
	}

	private static String code(String text) {
		return text.replaceAll("\\s+", " ").strip();
	}

	private HttpRequest.Builder request(String path, String user) {
		return HttpRequest.newBuilder(this.base.resolve(path)).timeout(Answers.TIMEOUT).header("user", user);
	}

	private int status(String path, String user, String method) throws IOException, InterruptedException {
		return this.http
			.send(request(path, user).method(method, HttpRequest.BodyPublishers.noBody()).build(),
					HttpResponse.BodyHandlers.discarding())
			.statusCode();
	}

	private Stream<String> follow(String path, String user, String lastId) throws IOException, InterruptedException {
		HttpRequest.Builder request = request(path, user);
		if (lastId != null) {
			request.header("Last-Event-ID", lastId);
		}
		HttpResponse<Stream<String>> response = this.http.send(request.build(), HttpResponse.BodyHandlers.ofLines());
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
		return response.body();
	}

	// reads until the data of an event, or a comment, has a text
	private static String lastIdAfter(Iterator<String> lines, String text) {
		String id = "";
		while (lines.hasNext()) {
			String line = lines.next();
			if (line.startsWith("id:")) {
				id = line.substring(3);
			}
			if (line.startsWith("data:") ? line.contains(text) : line.equals(text)) {
				return id;
			}
		}
		throw new AssertionError("The response has ended");
	}

	private AutoCloseable startNetty() {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.registerBean(ChatClient.class, this.answers::client);
		context.registerBean(RunFeeds.class, () -> this.feeds);
		context.registerBean("principal", WebFilter.class, () -> (exchange, chain) -> {
			Principal user = () -> exchange.getRequest().getHeaders().getFirst("user");
			return chain.filter(exchange.mutate().principal(Mono.just(user)).build());
		});
		context.register(WebFluxConfiguration.class, AnswerController.class);
		context.refresh();
		DisposableServer server = HttpServer.create()
			.host("127.0.0.1")
			.port(0)
			.handle(new ReactorHttpHandlerAdapter(WebHttpHandlerBuilder.applicationContext(context).build()))
			.bindNow();
		this.base = URI.create("http://127.0.0.1:" + server.port());
		return () -> {
			server.disposeNow();
			context.close();
		};
	}

	private AutoCloseable startTomcat() throws LifecycleException {
		AnnotationConfigWebApplicationContext context = new AnnotationConfigWebApplicationContext();
		context.addBeanFactoryPostProcessor((factory) -> {
			factory.registerSingleton("chatClient", this.answers.client());
			factory.registerSingleton("feeds", this.feeds);
		});
		context.register(WebMvcConfiguration.class, ServletAnswerController.class);
		Tomcat tomcat = new Tomcat();
		tomcat.setBaseDir(this.folder.toString());
		tomcat.setPort(0);
		Context application = tomcat.addContext("", this.folder.toString());
		FilterDef filter = new FilterDef();
		filter.setFilterName("principal");
		filter.setFilter(new PrincipalFilter());
		filter.setAsyncSupported("true");
		application.addFilterDef(filter);
		FilterMap mapping = new FilterMap();
		mapping.setFilterName("principal");
		mapping.addURLPattern("/*");
		application.addFilterMap(mapping);
		Wrapper servlet = Tomcat.addServlet(application, "dispatcher", new DispatcherServlet(context));
		servlet.setAsyncSupported(true);
		servlet.addMapping("/");
		tomcat.getConnector();
		tomcat.start();
		this.base = URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort());
		return () -> {
			tomcat.stop();
			tomcat.destroy();
		};
	}

	private static final class PrincipalFilter extends OncePerRequestFilter {

		@Override
		protected boolean shouldNotFilterAsyncDispatch() {
			return false;
		}

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			chain.doFilter(new HttpServletRequestWrapper(request) {

				@Override
				public Principal getUserPrincipal() {
					return () -> getHeader("user");
				}

			}, response);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebFlux
	static class WebFluxConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebMvc
	static class WebMvcConfiguration {

	}

}
