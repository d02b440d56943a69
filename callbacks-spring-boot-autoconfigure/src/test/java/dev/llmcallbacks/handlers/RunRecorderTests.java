package dev.llmcallbacks.handlers;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.Text;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RunRecorder}.
 */
class RunRecorderTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final RunRecorder recorder = new RunRecorder();

	private final Run root = SampleEvents.run(RunType.CHAIN, "root", null);

	@Test
	void shouldKeepTreeWhenRootHasEnded() {
		CallbackManager manager = CallbackManager.builder().handlers(this.recorder).build();
		ChatClient client = ChatClient.builder(ScriptedChatModel.of("Hel", "lo")).build();
		Mono<String> work = client.prompt("Hi")
			.text()
			.then(manager.customEvent("half", 1))
			.then(client.prompt("Ho").text());
		manager.run("outer", "in", work).block(TIMEOUT);
		assertThat(this.recorder.runs()).hasSize(1);
		RunTree tree = this.recorder.runs().get(0);
		assertThat(tree.run().name()).isEqualTo("outer");
		assertThat(tree.start()).isInstanceOf(ChainStart.class);
		assertThat(tree.events()).hasExactlyElementsOfTypes(CustomEvent.class);
		assertThat(tree.end()).isInstanceOf(ChainEnd.class);
		assertThat(tree.complete()).isTrue();
		assertThat(tree.children()).hasSize(2).allSatisfy((child) -> {
			assertThat(child.start()).isInstanceOf(ChatModelStart.class);
			assertThat(child.events()).as("tokens").isEmpty();
			assertThat(child.end()).isInstanceOf(LlmEnd.class);
			assertThat(child.run().parentId()).isEqualTo(tree.run().id());
		});
		assertThat(tree.stream()).hasSize(3);
		assertThat(this.recorder.openRuns()).isZero();
	}

	@Test
	void shouldKeepTokensWhenAskedTo() {
		RunRecorder withTokens = RunRecorder.builder().tokens(true).build();
		ChatClient client = ChatClient.builder(ScriptedChatModel.of("Hel", "lo")).callbacks(withTokens).build();
		client.prompt("Hi").text().block(TIMEOUT);
		assertThat(withTokens.runs().get(0).events()).hasExactlyElementsOfTypes(LlmNewToken.class, LlmNewToken.class);
		assertThat(this.recorder.supports(LlmNewToken.class)).isFalse();
	}

	@Test
	void shouldKeepAllApartWhenManyRunsAreGoingOn() {
		RunRecorder many = RunRecorder.builder().maxRuns(300).build();
		CallbackManager manager = CallbackManager.builder().handlers(many).build();
		ChatClient client = ChatClient.builder(ScriptedChatModel.of("Hi")).build();
		Flux.range(0, 1000)
			.flatMap((i) -> manager.run("outer", i, client.prompt("Hi " + i).text()), 64)
			.blockLast(TIMEOUT);
		assertThat(many.runs()).hasSize(300).allSatisfy((tree) -> {
			assertThat(tree.children()).hasSize(1);
			String prompt = ((ChatModelStart) tree.children().get(0).start()).messages().get(0).text();
			assertThat(prompt).isEqualTo("Hi " + ((ChainStart) tree.start()).inputs());
		});
		assertThat(many.openRuns()).isZero();
		many.clear();
		assertThat(many.bytes()).isZero();
	}

	@Test
	void shouldDropOldestWhenThereAreTooMany() {
		RunRecorder two = RunRecorder.builder().maxRuns(2).build();
		List<Run> roots = IntStream.range(0, 3).mapToObj((i) -> record(two, "x")).toList();
		assertThat(two.runs()).extracting(RunTree::run).containsExactly(roots.get(1), roots.get(2));
	}

	@Test
	void shouldDropOldestWhenTheyAreTooLarge() {
		RunRecorder small = RunRecorder.builder().maxBytes(10_000).build();
		String text = "x".repeat(1000);
		List<Run> roots = IntStream.range(0, 10).mapToObj((i) -> record(small, text)).toList();
		assertThat(small.runs()).hasSizeBetween(2, 4).last().extracting(RunTree::run).isEqualTo(roots.get(9));
		assertThat(small.bytes()).isLessThanOrEqualTo(10_000);
	}

	@Test
	void shouldLeaveOutWhatHasNoRoomWhenUnfinishedRunIsTooLarge() {
		RunRecorder small = RunRecorder.builder().maxBytes(10_000).build();
		small.onEvent(new ChainStart(this.root, SampleEvents.AT, "x"));
		for (int i = 0; i < 1000; i++) {
			small.onEvent(new Text(this.root, SampleEvents.AT, "x".repeat(400)));
		}
		assertThat(small.bytes()).isLessThanOrEqualTo(10_000);
		small.onEvent(end(this.root, "y"));
		RunTree tree = small.runs().get(0);
		assertThat(tree.complete()).isFalse();
		assertThat(tree.events()).hasSizeBetween(5, 12);
		assertThat(small.openRuns()).isZero();
	}

	@Test
	void shouldDropRunWhenItAloneIsTooLarge() {
		RunRecorder small = RunRecorder.builder().maxBytes(10_000).build();
		small.onEvent(new ChainStart(this.root, SampleEvents.AT, "x"));
		small.onEvent(end(this.root, "y".repeat(10_000)));
		assertThat(small.runs()).isEmpty();
		assertThat(small.bytes()).isZero();
		assertThat(small.openRuns()).isZero();
	}

	@Test
	void shouldMakeDetachedRunARootOfItsOwnWhenItOutlivesItsRoot() {
		Run child = SampleEvents.run(RunType.CHAIN, "child", this.root);
		Run detached = SampleEvents.run(RunType.CHAIN, "detached", child);
		Run inside = SampleEvents.run(RunType.CHAIN, "inside", detached);
		start(this.root);
		start(child);
		start(detached);
		this.recorder.onEvent(end(child, "y"));
		start(inside);
		this.recorder.onEvent(end(this.root, "y"));
		assertThat(this.recorder.runs()).singleElement()
			.satisfies((tree) -> assertThat(tree.stream()).extracting(RunTree::run).containsExactly(this.root, child));
		this.recorder.onEvent(end(inside, "y"));
		this.recorder.onEvent(end(detached, "y"));
		assertThat(this.recorder.runs()).hasSize(2);
		assertThat(this.recorder.runs().get(1).stream()).extracting(RunTree::run).containsExactly(detached, inside);
		assertThat(this.recorder.openRuns()).isZero();
	}

	@Test
	void shouldKeepDetachedRunInTreeWhenItsRootIsGoingOn() {
		Run child = SampleEvents.run(RunType.CHAIN, "child", this.root);
		Run late = SampleEvents.run(RunType.CHAIN, "late", child);
		start(this.root);
		start(child);
		this.recorder.onEvent(end(child, "y"));
		start(late);
		this.recorder.onEvent(end(late, "y"));
		this.recorder.onEvent(end(this.root, "y"));
		assertThat(this.recorder.runs()).singleElement()
			.satisfies((tree) -> assertThat(tree.stream()).extracting(RunTree::run)
				.containsExactly(this.root, child, late));
	}

	@Test
	void shouldMakeRunARootOfItsOwnWhenItsParentIsUnknown() {
		Run late = SampleEvents.run(RunType.CHAIN, "late", this.root);
		start(late);
		this.recorder.onEvent(end(late, "y"));
		assertThat(this.recorder.runs()).extracting(RunTree::run).containsExactly(late);
	}

	@Test
	void shouldPassOverEventWhenItsRunIsUnknown() {
		this.recorder.onEvent(end(this.root, "y"));
		assertThat(this.recorder.runs()).isEmpty();
		assertThat(this.recorder.bytes()).isZero();
	}

	@Test
	void shouldRecordEachRunWhenAnIdIsUsedAgain() {
		for (int i = 0; i < 3; i++) {
			start(this.root);
			this.recorder.onEvent(end(this.root, "y"));
		}
		assertThat(this.recorder.runs()).hasSize(3);
	}

	private void start(Run run) {
		this.recorder.onEvent(new ChainStart(run, SampleEvents.AT, "x"));
	}

	private static Run record(RunRecorder recorder, String input) {
		Run run = SampleEvents.run(RunType.CHAIN, "root", null);
		recorder.onEvent(new ChainStart(run, SampleEvents.AT, input));
		recorder.onEvent(end(run, "y"));
		return run;
	}

	private static ChainEnd end(Run run, String output) {
		return new ChainEnd(run, SampleEvents.AT, SampleEvents.TOOK, output);
	}

}
