package dev.llmcallbacks.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the application as the build has processed it ahead of time, in a process of
 * its own.
 */
@Timeout(120)
class AheadOfTimeTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final Pattern PORT = Pattern.compile("Netty started on port (\\d+)");

	private static final Pattern RUN = Pattern.compile("id:(\\S+)");

	private final Queue<String> lines = new ConcurrentLinkedQueue<>();

	private Process process;

	@BeforeEach
	void startApplication() throws IOException {
		this.process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Dspring.aot.enabled=true", "-cp", System.getProperty("java.class.path"),
				SampleApplication.class.getName(), "--server.port=0", "--sample.scripted.pace=0ms",
				"--callbacks.openai.api-key=", "--callbacks.anthropic.api-key=")
			.redirectErrorStream(true)
			.start();
		BufferedReader output = this.process.inputReader();
		Thread reader = new Thread(() -> output.lines().forEach(this.lines::add), "output of the application");
		reader.setDaemon(true);
		reader.start();
	}

	@AfterEach
	void stopApplication() {
		this.process.destroyForcibly();
	}

	@Test
	void shouldFindHandlersAndToolsAsUsual() throws IOException, InterruptedException {
		awaitLine("Answered: I have looked that up.");
		assertThat(this.lines).anyMatch((line) -> line.contains("Starting AOT-processed SampleApplication"))
			.anyMatch((line) -> line.matches(".* < TOOL 'next_ferry' completed in .*"))
			.anyMatch((line) -> line.matches(".* < RETRIEVER 'guide' completed in .*"));
		String answer = get("/chat?prompt=Tell%20me%20a%20joke");
		String run = RUN.matcher(answer).results().map((found) -> found.group(1)).findFirst().orElseThrow();
		awaitLine("Run " + run + " COMPLETED after");
		awaitLine("Run " + run + " used 4 tokens of input and 13 of output");
		assertThat(get("/actuator/llmcallbacks")).contains("\"runLog-log\"", "\"usageLog\"");
	}

	private void awaitLine(String text) {
		Awaitility.await()
			.atMost(PATIENCE)
			.untilAsserted(() -> assertThat(this.lines).anyMatch((line) -> line.contains(text)));
	}

	private String get(String path) throws IOException, InterruptedException {
		String port = this.lines.stream()
			.flatMap((line) -> PORT.matcher(line).results())
			.map((MatchResult found) -> found.group(1))
			.findFirst()
			.orElseThrow();
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
			.timeout(PATIENCE)
			.build();
		return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
	}

}
