package dev.llmcallbacks;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringApplicationRunListener;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * An application of the documentation, run by its own {@code main} against a server that
 * speaks the protocol of OpenAI and always tells the same joke.
 */
final class DocumentedApplication {

	private static final String JOKE = """
			data: {"choices": [{"index": 0, "delta": {"content": "Time flies"}}]}

			data: {"choices": [{"index": 0, "delta": {"content": " like an arrow."}}]}

			data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}

			data: {"choices": [], "usage": {"prompt_tokens": 11, "completion_tokens": 5, "total_tokens": 16}}

			data: [DONE]

			""";

	private final Path classes;

	private final String mainClass;

	DocumentedApplication(Path classes, String mainClass) {
		this.classes = classes;
		this.mainClass = mainClass;
	}

	/**
	 * Run the application from its start to its end.
	 */
	void run() throws IOException, ReflectiveOperationException {
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/chat/completions", DocumentedApplication::tellAJoke);
		server.start();
		Thread thread = Thread.currentThread();
		ClassLoader previous = thread.getContextClassLoader();
		try (URLClassLoader loader = new URLClassLoader(new URL[] { this.classes.toUri().toURL() }, previous)) {
			thread.setContextClassLoader(loader);
			Method main = loader.loadClass(this.mainClass).getMethod("main", String[].class);
			main.setAccessible(true);
			SpringApplication.withHook((application) -> new Close(),
					() -> invoke(main, "--callbacks.openai.base-url=http://localhost:" + server.getAddress().getPort(),
							"--callbacks.openai.api-key=none", "--callbacks.chat.model=any",
							"--spring.main.web-application-type=none"));
		}
		finally {
			thread.setContextClassLoader(previous);
			server.stop(0);
		}
	}

	private static void invoke(Method main, String... arguments) {
		try {
			main.invoke(null, (Object) arguments);
		}
		catch (InvocationTargetException | IllegalAccessException ex) {
			throw new AssertionError("The application failed", ex);
		}
	}

	private static void tellAJoke(HttpExchange exchange) throws IOException {
		exchange.getRequestBody().readAllBytes();
		exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
		exchange.sendResponseHeaders(200, 0);
		exchange.getResponseBody().write(JOKE.getBytes(StandardCharsets.UTF_8));
		exchange.close();
	}

	private static final class Close implements SpringApplicationRunListener {

		@Override
		public void ready(ConfigurableApplicationContext context, Duration timeTaken) {
			context.close();
		}

	}

}
