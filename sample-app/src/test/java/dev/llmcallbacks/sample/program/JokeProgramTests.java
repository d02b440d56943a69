package dev.llmcallbacks.sample.program;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import dev.llmcallbacks.sample.SampleApplication;
import dev.llmcallbacks.sample.program.PrintedLines.Line;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JokeProgram}: what it prints when the application starts.
 */
@Timeout(60)
class JokeProgramTests {

	private static final List<String> TOKENS = List.of("Why", " don", "'t", " scientists", " trust", " atoms", "?",
			" Because", " they", " make", " up", " everything", ".");

	private static final int FIRST_TOKEN = 2;

	private static final int AFTER_TOKENS = FIRST_TOKEN + TOKENS.size();

	private static final int LINES_OF_A_RUN = AFTER_TOKENS + 3;

	private static List<Line> printed = List.of();

	@BeforeAll
	static void startApplication() {
		try (PrintedLines lines = PrintedLines.capture();
				ConfigurableApplicationContext context = SpringApplication.run(SampleApplication.class,
						"--spring.main.banner-mode=off", "--server.port=0", "--callbacks.openai.api-key=",
						"--callbacks.anthropic.api-key=", "--callbacks.executor.thread-name-prefix=handler-of-test-",
						"--sample.scripted.pace=2ms")) {
			assertThat(context.isRunning()).isTrue();
			printed = lines.lines();
		}
	}

	@Test
	void shouldRunOnceWithEachProtocol() {
		assertThat(printed).hasSize(2 * LINES_OF_A_RUN);
	}

	@ParameterizedTest
	@CsvSource({ "0, gpt-4.1-mini", "1, claude-sonnet-4-5" })
	void shouldPrintInOrderWhatHandlersHear(int position, String model) {
		List<String> lines = run(position).stream().map(Line::text).toList();
		Stream<String> tokens = TOKENS.stream()
			.map((token) -> "Sync handler being called in a `thread_pool_executor`: token: " + token);
		assertThat(lines).startsWith(Stream
			.of(Stream.of("zzzz....", "Hi! I just woke up. Your llm is starting"), tokens,
					Stream.of("zzzz....", "Hi! I just woke up. Your llm is ending"))
			.flatMap((part) -> part)
			.toArray(String[]::new));
		assertThat(lines.get(LINES_OF_A_RUN - 1))
			.startsWith("LlmResult[generations=[[ChatGeneration[message=AiMessage[text=" + String.join("", TOKENS))
			.contains(
					"llmOutput=LlmOutput[modelName=" + model + ", tokenUsage=TokenUsage[input=4, output=13, total=17,")
			.containsPattern("run=\\[RunInfo\\[runId=[0-9a-f]{8}-[0-9a-f]{4}-7[-0-9a-f]{21}]], messages=\\[]]$");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1 })
	void shouldCallSyncHandlerOnConfiguredExecutor(int position) {
		assertThat(run(position).subList(FIRST_TOKEN, AFTER_TOKENS))
			.allSatisfy((line) -> assertThat(line.thread()).startsWith("handler-of-test-"));
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1 })
	void shouldSleepBeforeGoingOn(int position) {
		List<Line> lines = run(position);
		assertThat(lines.get(1).nanoTime() - lines.get(0).nanoTime()).isGreaterThan(290_000_000);
		assertThat(lines.get(AFTER_TOKENS + 1).nanoTime() - lines.get(AFTER_TOKENS).nanoTime())
			.isGreaterThan(290_000_000);
	}

	private static List<Line> run(int position) {
		return printed.subList(position * LINES_OF_A_RUN, (position + 1) * LINES_OF_A_RUN);
	}

}
