package dev.llmcallbacks.autoconfigure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for a process that receives {@code SIGTERM} while it streams an answer to a
 * browser.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows does not have SIGTERM")
class TerminatedApplicationTests {

	private static final Duration PHASE = Duration.ofSeconds(12);

	private static final Executor EACH_ITS_THREAD = new SimpleAsyncTaskExecutor("terminated-");

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	@ParameterizedTest
	@ValueSource(strings = { "REACTIVE", "SERVLET" })
	@DisplayName("G20 the web server and the runs end within one phase, and the browser receives an event")
	void shouldEndWithinOnePhase(String type) throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), TerminatedApplication.class.getName(), type, "--server.port=0",
				"--spring.main.banner-mode=off", "--spring.docker.compose.enabled=false",
				"--spring.lifecycle.timeout-per-shutdown-phase=" + PHASE.toSeconds() + "s")
			.redirectErrorStream(true)
			.start();
		try {
			List<String> output = new CopyOnWriteArrayList<>();
			CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> read(process, output), EACH_ITS_THREAD);
			Awaitility.await().atMost(TIMEOUT).until(() -> port(output) != null || !process.isAlive());
			assertThat(process.isAlive()).as("output: %s", output).isTrue();
			List<String> answer = new CopyOnWriteArrayList<>();
			CompletableFuture<Void> answering = CompletableFuture.runAsync(() -> ask(port(output), answer),
					EACH_ITS_THREAD);
			Awaitility.await().atMost(TIMEOUT).until(() -> answer.contains("event:LlmNewToken"));
			long begin = System.nanoTime();
			// unlike that of the process itself, it does not close the output
			process.toHandle().destroy();
			assertThat(process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).as("the process ends").isTrue();
			Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
			reading.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			// two phases, one after the other, would take eighteen tenths
			assertThat(elapsed).isLessThan(PHASE.multipliedBy(3).dividedBy(2));
			assertThat(output).filteredOn((line) -> line.contains("Cancelling"))
				.singleElement()
				.asString()
				.endsWith("Cancelling 1 run because the application is stopping: LLM 'endless'");
			assertThat(output).noneMatch((line) -> line.contains("abandoned"));
			answering.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			assertThat(answer).contains("event:LlmCancel", "event:failed");
		}
		finally {
			process.destroyForcibly();
		}
	}

	private static void read(Process process, List<String> output) {
		try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
			reader.lines().forEach(output::add);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static @Nullable String port(List<String> output) {
		return output.stream()
			.filter((line) -> line.startsWith(TerminatedApplication.PORT))
			.map((line) -> line.substring(TerminatedApplication.PORT.length()))
			.findFirst()
			.orElse(null);
	}

	private static void ask(@Nullable String port, List<String> answer) {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/answer")).build();
		try {
			HttpClient.newHttpClient().send(request, BodyHandlers.ofLines()).body().forEach(answer::add);
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
