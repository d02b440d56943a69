package dev.llmcallbacks.handlers;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.Chunks;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RunTreePrinter}.
 */
class RunTreePrinterTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final StringBuffer output = new StringBuffer();

	@Test
	void shouldPrintTreeAsItGrows() {
		printTree(RunTreePrinter.builder().output(this.output).build(), 1);
		assertThat(lines()).containsExactly("X > CHAIN 'outer' started", "X   > LLM 'chat' started",
				"X   < LLM 'chat' completed in N ms, 5 + 7 tokens", "X < CHAIN 'outer' completed in N ms");
	}

	@Test
	void shouldPrintTokensAndContentWhenAskedTo() {
		printTree(RunTreePrinter.builder().output(this.output).tokens(true).content(true).build(), 1);
		assertThat(lines()).containsExactly("X > CHAIN 'outer' started: \"in\"",
				"X   > LLM 'chat' started: \"Human: Hi\\nthere\"", "X   - LLM 'chat' token \"Hel\"",
				"X   - LLM 'chat' token \"lo\"", "X   < LLM 'chat' completed in N ms, 5 + 7 tokens: \"Hello\"",
				"X < CHAIN 'outer' completed in N ms: \"Hello\"");
	}

	@Test
	@DisplayName("G37 the filter receives what is printed and nothing else, and nothing for a token")
	void shouldFilterOnlyWhatItPrints() {
		Queue<String> asked = new ConcurrentLinkedQueue<>();
		RunContentFilter filter = (run, kind, text) -> {
			asked.add(kind);
			return text;
		};
		printTree(RunTreePrinter.builder().output(this.output).tokens(true).contentFilter(filter).build(), 1);
		assertThat(asked).isEmpty();
		printTree(RunTreePrinter.builder().output(this.output).tokens(true).content(true).contentFilter(filter).build(),
				1);
		assertThat(asked).containsExactly(RunContentFilter.INPUT, RunContentFilter.PROMPT, RunContentFilter.RESPONSE,
				RunContentFilter.OUTPUT);
		assertThat(lines()).contains("X   - LLM 'chat' token \"\"");
	}

	@Test
	void shouldKeepTreesApartWhenManyRunsGrowAtOnce() {
		RunTreePrinter printer = RunTreePrinter.builder().output(this.output).build();
		printTree(printer, 200);
		List<String> lines = this.output.toString().lines().toList();
		assertThat(lines).hasSize(800).allMatch((line) -> line.matches("[0-9a-f]{4} (  )?[<>] (CHAIN|LLM) .*"));
		Map<String, Long> byTree = lines.stream()
			.collect(Collectors.groupingBy((line) -> line.substring(0, 4), Collectors.counting()));
		assertThat(byTree.values()).allMatch((count) -> count % 4 == 0);
		assertThat(printer.openRuns()).isZero();
	}

	private void printTree(RunTreePrinter printer, int times) {
		CallbackManager manager = CallbackManager.builder().handlers(printer).build();
		ChatClient client = ChatClient.builder(new ScriptedChatModel((request) -> Chunks.tokens("Hel", "lo")))
			.callbackManager(manager)
			.build();
		Mono<String> tree = manager.run("outer", "in", client.prompt("Hi\nthere").runName("chat").text());
		Flux.range(0, times).flatMap((i) -> tree, 64).blockLast(TIMEOUT);
	}

	@Test
	void shouldPrintHowARunEnded() {
		CallbackManager manager = CallbackManager.builder()
			.handlers(RunTreePrinter.builder().output(this.output).build())
			.build();
		manager.run("failing", "x", Mono.error(new IllegalStateException("no\nluck"))).onErrorComplete().block(TIMEOUT);
		manager.run("endless", "x", Flux.interval(Duration.ofMillis(1))).blockFirst(TIMEOUT);
		Mono.fromSupplier(() -> lines().size())
			.filter((size) -> size == 4)
			.repeatWhenEmpty((tries) -> tries.delayElements(Duration.ofMillis(5)))
			.block(TIMEOUT);
		assertThat(lines()).containsExactly("X > CHAIN 'failing' started",
				"X < CHAIN 'failing' failed in N ms: IllegalStateException: no\\nluck", "X > CHAIN 'endless' started",
				"X < CHAIN 'endless' cancelled in N ms");
	}

	@Test
	void shouldSaySoWhenParentIsNotShown() {
		RunTreePrinter printer = RunTreePrinter.builder().output(this.output).build();
		Run parent = SampleEvents.run(RunType.CHAIN, "parent", null);
		Run child = SampleEvents.run(RunType.CHAIN, "late", parent);
		printer.onEvent(new ChainStart(child, SampleEvents.AT, "x"));
		printer.onEvent(new ChainEnd(child, SampleEvents.AT, SampleEvents.TOOK, "y"));
		assertThat(lines().get(0)).isEqualTo("X > CHAIN 'late' started (its parent is not shown)");
		assertThat(printer.openRuns()).isZero();
	}

	@Test
	void shouldPrintALineForEveryEvent() {
		RunTreePrinter printer = RunTreePrinter.builder().output(this.output).content(true).tokens(true).build();
		List<CallbackEvent> events = SampleEvents.all();
		events.forEach(printer::onEvent);
		assertThat(lines()).hasSameSizeAs(events);
	}

	@Test
	void shouldNotAskForTokensUnlessTheyArePrinted() {
		assertThat(new RunTreePrinter().supports(LlmNewToken.class)).isFalse();
		assertThat(RunTreePrinter.builder().tokens(true).build().supports(LlmNewToken.class)).isTrue();
	}

	private List<String> lines() {
		return this.output.toString()
			.lines()
			.map((line) -> line.replaceFirst("^[0-9a-f]{4}", "X").replaceAll("\\d+ ms", "N ms"))
			.toList();
	}

}
