package dev.llmcallbacks.sample.program;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import dev.llmcallbacks.sample.SampleApplication;
import dev.llmcallbacks.sample.program.PrintedLines.Line;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SpringAiJokeProgram} and {@link LangChain4jJokeProgram}: what the
 * handlers print of a call through another library.
 */
@Timeout(60)
class OtherClientsJokeProgramTests {

	private static final List<String> TOKENS = List.of("Why", " don", "'t", " scientists", " trust", " atoms", "?",
			" Because", " they", " make", " up", " everything", ".");

	@ParameterizedTest
	@ValueSource(strings = { "spring-ai", "langchain4j" })
	void shouldPrintInOrderWhatHandlersReceive(String profile) {
		try (PrintedLines lines = PrintedLines.capture();
				ConfigurableApplicationContext context = SpringApplication.run(SampleApplication.class,
						"--spring.profiles.active=" + profile, "--spring.main.banner-mode=off", "--server.port=0",
						"--callbacks.openai.api-key=", "--callbacks.anthropic.api-key=",
						"--callbacks.executor.thread-name-prefix=handler-of-test-", "--sample.scripted.pace=2ms")) {
			assertThat(context.isRunning()).isTrue();
			Stream<String> tokens = TOKENS.stream()
				.map((token) -> "Sync handler being called in a `thread_pool_executor`: token: " + token);
			assertThat(lines.lines()).extracting(Line::text)
				.containsExactlyElementsOf(
						Stream
							.of(Stream.of("zzzz....", "Hi! I just woke up. Your llm is starting"), tokens,
									Stream.of("zzzz....", "Hi! I just woke up. Your llm is ending",
											String.join("", TOKENS)))
							.flatMap((part) -> part)
							.toList());
			assertThat(lines.lines().subList(2, 2 + TOKENS.size()))
				.allSatisfy((line) -> assertThat(line.thread()).startsWith("handler-of-test-"));
		}
	}

}
