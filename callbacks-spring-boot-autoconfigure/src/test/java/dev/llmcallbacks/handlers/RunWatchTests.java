package dev.llmcallbacks.handlers;

import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.callback.ContentGuard;
import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.Text;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.event.ToolProgress;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.handlers.RunDetail.Part;
import dev.llmcallbacks.handlers.RunSummary.State;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for {@link RunWatch}.
 */
class RunWatchTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final AtomicLong nanos = new AtomicLong();

	private RunWatch watch = watch(100, 1 << 20, true, null);

	private RunWatch watch(int trees, long bytes, boolean content, @Nullable RunContentFilter filter) {
		return new RunWatch(new WatchedRuns(trees, bytes, content, (model, usage) -> BigDecimal.ONE),
				ContentGuard.of(filter), this.nanos::get);
	}

	@Test
	void shouldTellWhatHasChanged() {
		Run root = start(null);
		long change = changes(null, null).change();
		Run child = start(root);
		RunChanges after = changes(change, root.id());
		assertThat(after.reset()).isFalse();
		assertThat(after.trees()).singleElement().satisfies((tree) -> {
			assertThat(tree.runs()).isEqualTo(2);
			assertThat(tree.active()).isEqualTo(2);
		});
		assertThat(after.runs()).extracting(RunSummary::id).containsExactly(child.id());
		end(child);
		end(root);
		RunChanges ended = changes(after.change(), root.id());
		assertThat(ended.runs()).extracting(RunSummary::state).containsExactly(State.COMPLETED, State.COMPLETED);
		assertThat(ended.trees()).singleElement().matches((tree) -> tree.finished() == 1);
	}

	@Test
	void shouldWaitForAChange() {
		Run root = start(null);
		long change = changes(null, null).change();
		StepVerifier.create(this.watch.changes(change, null, 0, true, TIMEOUT))
			.expectSubscription()
			.then(() -> end(root))
			.assertNext((changes) -> assertThat(changes.trees()).hasSize(1))
			.expectComplete()
			.verify(TIMEOUT);
		assertThat(this.watch.waiting()).isZero();
	}

	@Test
	void shouldForgetARequestThatIsCancelled() {
		long change = changes(null, null).change();
		StepVerifier.create(this.watch.changes(change, null, 0, true, TIMEOUT))
			.expectSubscription()
			.then(() -> assertThat(this.watch.waiting()).isEqualTo(1))
			.thenCancel()
			.verify(TIMEOUT);
		assertThat(this.watch.waiting()).isZero();
	}

	@Test
	void shouldAnswerWithoutAChangeWhenTimeIsOver() {
		long change = changes(null, null).change();
		assertThat(
				Objects.requireNonNull(this.watch.changes(change, null, 0, true, Duration.ofMillis(10)).block(TIMEOUT))
					.trees())
			.isEmpty();
	}

	@Test
	@DisplayName("G40 tokens are switched on by a request, and off a minute later")
	void shouldReceiveTokensWhileSomebodyLooks() {
		List<Boolean> switched = new ArrayList<>();
		this.watch.switchTokens(switched::add);
		this.watch.look();
		this.watch.look();
		Run seen = start(null);
		token(seen, "a");
		this.nanos.addAndGet(Duration.ofSeconds(61).toNanos());
		start(null);
		token(seen, "b");
		assertThat(switched).containsExactly(false, true, false);
		assertThat(changes(null, seen.id()).trees().get(0).tokens()).isEqualTo(1);
	}

	@Test
	void shouldSendTheRestOfAText() {
		this.watch.look();
		Run run = start(null);
		token(run, "one ");
		token(run, "two");
		RunChanges changes = Objects
			.requireNonNull(this.watch.changes(null, run.id(), 4, true, TIMEOUT).block(TIMEOUT));
		assertThat(changes.text()).isEqualTo(new RunChanges.Addition(4, "two"));
		end(run);
		assertThat(changes(null, run.id()).text()).isNull();
	}

	@Test
	@DisplayName("G37 contents pass the filter whole, and a text that is not complete is not shown")
	void shouldFilterContents() {
		this.watch = watch(10, 1 << 20, true,
				(run, kind, text) -> kind.equals("input") ? null : text.replace("secret", "***"));
		this.watch.look();
		Run run = start(null);
		token(run, "sec");
		assertThat(changes(null, run.id()).text()).isNull();
		end(run);
		RunDetail detail = Objects.requireNonNull(changes(null, run.id()).detail());
		assertThat(detail.inputs()).extracting(Part::text).containsExactly((String) null);
		assertThat(detail.outputs()).extracting(Part::text).containsExactly("a *** output");
	}

	@Test
	@DisplayName("G37 media are shown by type, name, and size or host, and not by their bytes")
	void shouldShowWhatMediaAre() {
		Media image = Media.of("image/png", "SECRET".getBytes(StandardCharsets.UTF_8)).named("seal.png");
		Media remote = Media.of("application/pdf", URI.create("https://files.test/a.pdf?token=SECRET"));
		Run model = SampleEvents.run(RunType.LLM, "chat", null);
		this.watch.onEvent(
				new ChatModelStart(model, SampleEvents.AT, List.of(new HumanMessage("Look", List.of(image, remote))),
						SampleEvents.request().options(), List.of(), "openai"));
		RunDetail detail = Objects.requireNonNull(changes(null, model.id()).detail());
		assertThat(detail.inputs()).filteredOn((part) -> part.kind().equals("media"))
			.extracting(Part::label, Part::text)
			.containsExactly(tuple("image/png", "seal.png, 6 bytes"), tuple("application/pdf", "https://files.test"));
		Run tool = SampleEvents.run(RunType.TOOL, "photo", null);
		this.watch.onEvent(new ToolStart(tool, SampleEvents.AT, new ToolCall("c", "photo", "{}")));
		this.watch.onEvent(
				new ToolEnd(tool, SampleEvents.AT, SampleEvents.TOOK, new ToolMessage("c", "taken", List.of(image))));
		RunDetail result = Objects.requireNonNull(changes(null, tool.id()).detail());
		assertThat(result.outputs().toString()).contains("image/png", "seal.png", "6 bytes");
		String json = JsonMapper.shared().writeValueAsString(List.of(detail, result));
		assertThat(json).doesNotContain("SECRET", Objects.requireNonNull(image.base64()), "a.pdf");
	}

	@Test
	@DisplayName("G37 the data of progress and of events is filtered as the text of which it is in fragments")
	void shouldFilterFragmentsOfMoments() {
		this.watch = watch(10, 1 << 20, true, (run, kind, text) -> text.replace("CANARY", kind));
		this.watch.look();
		Run run = start(null);
		this.watch.onEvent(new ToolProgress(run, Instant.now(), "c1", List.of("CAN", "ARY")));
		this.watch.onEvent(new CustomEvent(run, Instant.now(), "note", List.of("CAN", "ARY")));
		this.watch.onEvent(new CustomEvent(run, Instant.now(), "note", 7));
		end(run);
		RunDetail detail = Objects.requireNonNull(changes(null, run.id()).detail());
		assertThat(detail.moments()).extracting(Part::kind, Part::text)
			.containsExactly(tuple("progress", "tool-result"), tuple("event", "event"), tuple("event", "7"));
	}

	@Test
	@DisplayName("G40 contents that are never shown are not kept")
	void shouldKeepNoContent() {
		this.watch = watch(10, 1 << 20, false, null);
		this.watch.look();
		UUID id = Run.newId();
		Run run = new Run(id, null, id, RunType.CHAIN, "run", Set.of(), Map.of("secret", "x".repeat(100_000)),
				Instant.now());
		this.watch.onEvent(new ChainStart(run, Instant.now(), "an input"));
		token(run, "secret");
		end(run);
		assertThat(changes(null, run.id()).detail()).isNull();
		assertThat(this.watch.bytes()).as("bytes, the metadata not included").isBetween(512L, 1500L);
	}

	@Test
	void shouldForgetTheOldest() {
		this.watch = watch(2, 1 << 20, true, null);
		List<Run> runs = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			runs.add(start(null));
			start(runs.get(i));
			this.watch.onEvent(new Text(runs.get(i), Instant.now(), "x"));
		}
		assertThat(changes(null, null).trees()).hasSize(5);
		this.watch = watch(2, 1 << 20, true, null);
		for (int i = 0; i < 5; i++) {
			end(start(null));
		}
		RunChanges changes = changes(null, null);
		assertThat(changes.trees()).extracting(TreeSummary::finished).containsExactly(4L, 5L);
		assertThat(changes.forgotten()).isEqualTo(3);
	}

	@Test
	@DisplayName("G41 what is kept is bounded, also while runs are active")
	void shouldKeepNoMoreThanItMay() {
		this.watch = watch(10, 16_384, true, null);
		Run root = start(null);
		for (int i = 0; i < 1000; i++) {
			this.watch.onEvent(new Text(root, Instant.now(), "x".repeat(100)));
			start(root);
		}
		assertThat(this.watch.bytes()).isLessThanOrEqualTo(16_384);
		assertThat(changes(null, root.id()).runs().get(0).complete()).isFalse();
		end(root);
	}

	@Test
	void shouldKeepARunThatOutlivesItsRoot() {
		Run root = start(null);
		Run detached = start(root);
		end(root);
		assertThat(changes(null, null).trees()).singleElement()
			.matches((tree) -> tree.active() == 1 && tree.finished() == 0);
		end(detached);
		assertThat(changes(null, null).trees()).singleElement().matches((tree) -> tree.finished() == 1);
	}

	private RunChanges changes(@Nullable Long after, @Nullable UUID selected) {
		return Objects.requireNonNull(this.watch.changes(after, selected, 0, true, TIMEOUT).block(TIMEOUT));
	}

	private Run start(@Nullable Run parent) {
		UUID id = Run.newId();
		Run run = new Run(id, (parent != null) ? parent.id() : null, (parent != null) ? parent.rootId() : id,
				RunType.CHAIN, "run", Set.of(), Map.of(), Instant.now());
		this.watch.onEvent(new ChainStart(run, Instant.now(), "an input"));
		return run;
	}

	private void end(Run run) {
		this.watch.onEvent(new ChainEnd(run, Instant.now(), Duration.ofMillis(1), "a secret output"));
	}

	private void token(Run run, String text) {
		this.watch.tokenHandler().onLlmNewToken(new LlmNewToken(run, Instant.now(), text, 0, ChatChunk.text(text)));
	}

}
