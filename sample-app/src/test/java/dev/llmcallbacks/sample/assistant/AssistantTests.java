package dev.llmcallbacks.sample.assistant;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import dev.llmcallbacks.sample.SampleApplication;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AssistantProgram}: the trees that it prints when the application
 * starts. Parts that run beside each other print in any order.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class AssistantTests {

	private static final String CHAIN = """
			> CHAIN 'note' started
			  > CHAIN 'parallel' started
			    > CHAIN 'facts' started
			      > RETRIEVER 'guide' started
			      < RETRIEVER 'guide' completed in N ms
			    < CHAIN 'facts' completed in N ms
			    > CHAIN 'headline' started
			      > LLM '%1$s' (%2$s) started
			      < LLM '%1$s' (%2$s) completed in N ms, 6 + 4 tokens
			    < CHAIN 'headline' completed in N ms
			  < CHAIN 'parallel' completed in N ms
			  > CHAIN 'prompt' started
			  < CHAIN 'prompt' completed in N ms
			  > CHAIN 'model' started
			    > LLM '%1$s' (%2$s) started
			    < LLM '%1$s' (%2$s) completed in N ms, 60 + 53 tokens
			  < CHAIN 'model' completed in N ms
			< CHAIN 'note' completed in N ms
			""";

	private static final String AGENT = """
			> AGENT 'assistant' started
			  > LLM '%1$s' (%2$s) started
			  < LLM '%1$s' (%2$s) completed in N ms, 32 + 25 tokens
			- AGENT 'assistant' calls tool 'next_ferry' [call]
			- AGENT 'assistant' calls tool 'search_guide' [call]
			  > TOOL 'next_ferry' started [call]
			  < TOOL 'next_ferry' completed in N ms
			  > TOOL 'search_guide' started [call]
			    > RETRIEVER 'guide' started
			    < RETRIEVER 'guide' completed in N ms
			  < TOOL 'search_guide' completed in N ms
			  > LLM '%1$s' (%2$s) started
			  < LLM '%1$s' (%2$s) completed in N ms, 91 + 65 tokens
			- AGENT 'assistant' answers
			< AGENT 'assistant' completed in N ms
			""";

	@ParameterizedTest
	@CsvSource({ "openai, OpenAiChatModel, gpt-4.1-mini", "anthropic, AnthropicChatModel, claude-sonnet-4-5" })
	void shouldPrintTheTreesOfTheChainAndOfTheAgent(String provider, String run, String model, CapturedOutput output) {
		try (ConfigurableApplicationContext context = start("--sample.provider=" + provider)) {
			assertThat(context.isRunning()).isTrue();
		}
		List<List<String>> trees = PrintedTrees.in(output.getOut());
		assertThat(trees).hasSize(2);
		List<String> chain = CHAIN.formatted(run, model).lines().toList();
		assertThat(trees.get(0)).containsExactlyInAnyOrderElementsOf(chain)
			.containsSubsequence(without("headline", 2, chain))
			.containsSubsequence(without("facts", 2, chain));
		List<String> agent = AGENT.formatted(run, model).lines().toList();
		assertThat(trees.get(1)).containsExactlyInAnyOrderElementsOf(agent)
			.containsSubsequence(without("TOOL 'next_ferry'", 0, agent))
			.containsSubsequence(without("TOOL 'search_guide'", 2, agent));
		assertThat(output)
			.contains("Answered: Here is what the guide knows. The lighthouse stands on the north cape. It is open "
					+ "from ten to four, and 214 steps lead up to its lamp. Seals rest")
			.contains("Answered: I have looked that up. The next ferry leaves the north harbour at 10:40. "
					+ "The lighthouse stands on the north cape.");
	}

	@Test
	void shouldSayWhyThereIsNoAnswerAndGoOn(CapturedOutput output) {
		try (ConfigurableApplicationContext context = start("--callbacks.openai.base-url=http://127.0.0.1:1/v1")) {
			assertThat(context.isRunning()).isTrue();
			assertThat(context.containsBean("scriptedProvider")).isFalse();
		}
		assertThat(output).contains("< AGENT 'assistant' failed in").contains("< CHAIN 'note' failed in");
		assertThat(output.getOut().split("No answer: ", -1)).hasSize(3);
	}

	/** The lines but for those of one run, and of the runs inside it. */
	private static List<String> without(String name, int inside, List<String> lines) {
		int start = lines.indexOf(
				lines.stream().filter((line) -> line.contains("> ") && line.contains(name)).findFirst().orElseThrow());
		return Stream.concat(lines.subList(0, start).stream(), lines.subList(start + inside + 2, lines.size()).stream())
			.toList();
	}

	private static ConfigurableApplicationContext start(String... args) {
		SpringApplication application = new SpringApplication(SampleApplication.class);
		application.setDefaultProperties(Map.of("callbacks.retry.max-attempts", 1));
		return application
			.run(Stream.concat(Stream.of("--server.port=0", "--sample.scripted.pace=1ms"), Stream.of(args))
				.toArray(String[]::new));
	}

}
