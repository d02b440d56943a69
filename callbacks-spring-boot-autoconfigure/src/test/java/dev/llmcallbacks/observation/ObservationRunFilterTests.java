package dev.llmcallbacks.observation;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.micrometer.observation.Observation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.retriever.Retriever;
import dev.llmcallbacks.test.Chunks;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.tool.LlmTool;
import dev.llmcallbacks.tool.Tools;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ObservationRunFilter}.
 */
class ObservationRunFilterTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final Observed observed = new Observed();

	@Test
	void shouldNestObservationsAsRunsAreNested() {
		CallbackManager manager = manager();
		ChatClient client = client(ScriptedChatModel.of("x"), manager);
		Retriever guide = Retriever.of("guide", (query) -> List.of(new Document("a page")));
		Chain<String, String> facts = Chain.of("facts", (topic) -> guide.retrieve(topic).map((pages) -> "fact"));
		Chain<String, String> model = Chain.of("model", (text) -> client.prompt(text).content());
		assertThat(facts.then(model).withManager(manager).invoke("seals").block(TIMEOUT)).isEqualTo("x");
		assertThat(this.observed.paths()).hasSize(5)
			.anyMatch((path) -> path.endsWith(" > invoke_workflow facts > retrieval guide"))
			.anyMatch((path) -> path.endsWith(" > invoke_workflow model > chat m"))
			.allMatch((path) -> path.startsWith("invoke_workflow "));
		assertThat(this.observed.paths().get(4)).doesNotContain(">");
	}

	@Test
	void shouldTellWhatACallWasAndHowItEnded() {
		client(new ScriptedChatModel((request) -> Chunks.tokens("a", "b")), manager()).prompt("Go")
			.maxTokens(9)
			.result()
			.block(TIMEOUT);
		Observation.Context context = this.observed.named("chat m");
		assertThat(context.getName()).isEqualTo("gen_ai.client.operation.duration");
		assertThat(context.getError()).isNull();
		assertThat(context.getLowCardinalityKeyValues()).extracting((it) -> it.getKey() + "=" + it.getValue())
			.containsExactlyInAnyOrder("gen_ai.operation.name=chat", "gen_ai.provider.name=unknown",
					"gen_ai.request.model=m", "gen_ai.response.model=scripted-1", "server.address=none",
					"server.port=none", "error.type=none", "llm.callbacks.outcome=completed");
		assertThat(Observed.value(context, "gen_ai.request.max_tokens")).isEqualTo("9");
		assertThat(Observed.value(context, "gen_ai.request.stream")).isEqualTo("true");
		assertThat(Observed.value(context, "gen_ai.usage.input_tokens")).isEqualTo("5");
		assertThat(Observed.value(context, "gen_ai.usage.output_tokens")).isEqualTo("7");
		assertThat(Observed.value(context, "gen_ai.response.finish_reasons")).isEqualTo("stop");
		assertThat(Observed.value(context, "gen_ai.response.id")).isEqualTo("answer-1");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	@DisplayName("G22 the observation of the run is current in a reactive handler, after a delay with automatic propagation")
	void shouldBeCurrentInReactiveHandlers(boolean automatic) {
		Queue<String> current = new ConcurrentLinkedQueue<>();
		Runnable note = () -> {
			Observation observation = this.observed.registry().getCurrentObservation();
			current.add((observation != null) ? String.valueOf(observation.getContext().getName()) : "none");
		};
		AsyncCallbackHandler handler = new AsyncCallbackHandler() {

			@Override
			public Mono<Void> onChatModelStart(ChatModelStart start) {
				return Mono.fromRunnable(note)
					.then(Mono.delay(Duration.ofMillis(5)))
					.doOnNext((tick) -> note.run())
					.then();
			}

			@Override
			public Mono<Void> onLlmEnd(LlmEnd end) {
				return Mono.fromRunnable(note);
			}

		};
		CallbackManager manager = manager(handler);
		if (automatic) {
			Hooks.enableAutomaticContextPropagation();
		}
		Observation caller = Observation.start("caller", this.observed.registry());
		try (Observation.Scope scope = caller.openScope()) {
			client(ScriptedChatModel.of("x"), manager).prompt("Go").result().block(TIMEOUT);
		}
		finally {
			Hooks.disableAutomaticContextPropagation();
		}
		String run = "gen_ai.client.operation.duration";
		assertThat(current).containsExactly(run, automatic ? run : "none", run);
	}

	@Test
	@DisplayName("G2 a cancelled run has an outcome of its own, and no error")
	void shouldTellCancelledRunsFromFailedOnes() {
		ScriptedChatModel endless = new ScriptedChatModel((request) -> Chunks.tokens("a").concatWith(Flux.never()));
		StepVerifier.create(client(endless, manager()).prompt("Go").content().take(1))
			.expectNext("a")
			.expectComplete()
			.verify(TIMEOUT);
		Observation.Context context = this.observed.named("chat m");
		assertThat(context.getError()).isNull();
		assertThat(Observed.value(context, "llm.callbacks.outcome")).isEqualTo("cancelled");
		assertThat(Observed.value(context, "error.type")).isEqualTo("none");
	}

	@Test
	void shouldHaveTheErrorOfARunThatFailed() {
		ScriptedChatModel broken = new ScriptedChatModel(
				(request) -> Chunks.tokens("a").concatWith(Flux.error(new IllegalStateException("broken"))));
		StepVerifier.create(client(broken, manager()).prompt("Go").result())
			.expectErrorMessage("broken")
			.verify(TIMEOUT);
		Observation.Context context = this.observed.named("chat m");
		assertThat(context.getError()).hasMessage("broken");
		assertThat(Observed.value(context, "llm.callbacks.outcome")).isEqualTo("failed");
		assertThat(Observed.value(context, "error.type")).isEqualTo("java.lang.IllegalStateException");
		assertThat(Observed.value(context, "gen_ai.usage.output_tokens")).as("what had arrived").isEqualTo("7");
	}

	@Test
	@DisplayName("G37 tracers receive an error with filtered messages, and its type")
	void shouldHaveTheErrorThatTheFilterShows() {
		SpanContent content = SpanContent.builder().filter((run, kind, text) -> kind + " masked").build();
		CallbackManager manager = CallbackManager.builder()
			.filters(List
				.of(new ObservationRunFilter(this.observed.registry(), GenAiConventions.V1_41, List.of(), content)))
			.build();
		IllegalStateException error = new IllegalStateException("CANARY", new IllegalArgumentException("CANARY"));
		ScriptedChatModel broken = new ScriptedChatModel((request) -> Flux.error(error));
		StepVerifier.create(client(broken, manager).prompt("Go").result())
			.expectErrorMatches((it) -> it == error)
			.verify(TIMEOUT);
		Observation.Context context = this.observed.named("chat m");
		assertThat(context.getError()).hasMessage("error masked")
			.hasStackTraceContaining("java.lang.IllegalArgumentException: error masked")
			.hasStackTraceContaining(getClass().getName());
		assertThat(Observed.value(context, "error.type")).isEqualTo("java.lang.IllegalStateException");
	}

	@Test
	@DisplayName("S12 a name that the model has made up is in no span, and texts of others are printable and cut")
	void shouldNameToolsThatExistOnly() {
		CallbackManager manager = manager();
		Tools tools = Tools.from(new Clock()).withManager(manager);
		tools.call(new ToolCall("c1", "time", "{}")).block(TIMEOUT);
		tools.call(new ToolCall("c\r\n2".repeat(500), "made_up", "{}")).block(TIMEOUT);
		Observation.Context time = this.observed.named("execute_tool time");
		assertThat(time.getName()).isEqualTo("gen_ai.execute_tool.duration");
		assertThat(Observed.value(time, "gen_ai.tool.name")).isEqualTo("time");
		assertThat(Observed.value(time, "gen_ai.tool.call.id")).isEqualTo("c1");
		assertThat(Observed.value(time, "gen_ai.tool.description")).isEqualTo("The time.");
		Observation.Context madeUp = this.observed.named("execute_tool");
		assertThat(Observed.value(madeUp, "gen_ai.tool.name")).isEqualTo("none");
		assertThat(Observed.value(madeUp, "gen_ai.tool.call.id")).startsWith("c\\r\\n2c").hasSizeLessThan(110);
		assertThat(madeUp.getAllKeyValues()).noneMatch((it) -> it.getValue().contains("made_up"));
	}

	@Test
	void shouldBeCurrentWhereHandlersAreCalled() throws InterruptedException {
		CountDownLatch heard = new CountDownLatch(2);
		CallbackHandler handler = new CallbackHandler() {

			@Override
			public void onChatModelStart(ChatModelStart event) {
				observe("at start");
				heard.countDown();
			}

			@Override
			public void onLlmEnd(LlmEnd event) {
				observe("at end");
				heard.countDown();
			}

		};
		client(ScriptedChatModel.of("a"), manager(handler)).prompt("Go").result().block(TIMEOUT);
		assertThat(heard.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThat(this.observed.paths()).contains("chat m > at start", "chat m > at end");
	}

	@Test
	void shouldBeInsideTheThreadsObservationWhereNothingElseIsKnown() {
		ChatClient client = client(ScriptedChatModel.of("a"), manager());
		Observation.createNotStarted("request", this.observed.registry())
			.observe(() -> client.prompt("Go").result().block(TIMEOUT));
		assertThat(this.observed.paths()).containsExactly("request > chat m", "request");
	}

	@Test
	@DisplayName("G3 work that found its parent only on the thread is inside its observation too")
	void shouldBeInsideTheObservationOfTheRunOnTheThread() {
		CallbackManager manager = manager();
		ChatClient client = client(ScriptedChatModel.of("a"), manager);
		Runnable ask = () -> client.prompt("Go").text().block(TIMEOUT);
		manager.run("outer", "in", () -> {
			Thread thread = new Thread(CurrentRun.wrap(ask));
			thread.start();
			thread.join(TIMEOUT.toMillis());
			return "done";
		}).block(TIMEOUT);
		assertThat(this.observed.paths()).containsExactly("invoke_workflow outer > chat m", "invoke_workflow outer");
	}

	@Test
	void shouldLeaveTheParentInPlaceWhereARunIsNotObserved() {
		this.observed.registry()
			.observationConfig()
			.observationPredicate((name, context) -> !name.equals("gen_ai.invoke_workflow.duration"));
		CallbackManager manager = manager();
		ChatClient client = client(ScriptedChatModel.of("a"), manager);
		Chain<String, String> chain = Chain.of("chain", (text) -> client.prompt(text).content());
		Observation.createNotStarted("request", this.observed.registry())
			.observe(() -> chain.withManager(manager).invoke("Go").block(TIMEOUT));
		assertThat(this.observed.paths()).containsExactly("request > chat m", "request");
	}

	@Test
	void shouldTakeTheNamesOfTheNewestConventions() {
		CallbackManager manager = CallbackManager.builder()
			.filters(List.of(new ObservationRunFilter(this.observed.registry(), GenAiConventions.LATEST, List.of())))
			.build();
		ChatClient client = client(ScriptedChatModel.of("a"), manager);
		Chain.<String, String>of("chain", (text) -> client.prompt(text).content())
			.withManager(manager)
			.invoke("Go")
			.block(TIMEOUT);
		assertThat(this.observed.named("chat m").getName()).isEqualTo("gen_ai.client.inference.duration");
		Observation.Context chain = this.observed.named("invoke_workflow chain");
		assertThat(chain.getName()).isEqualTo("gen_ai.invoke_agent.duration");
		assertThat(Observed.value(chain, "gen_ai.agent.name")).isEqualTo("chain");
	}

	@Test
	void shouldTellNoContent() {
		client(ScriptedChatModel.of("a secret answer"), manager()).prompt("a secret prompt").result().block(TIMEOUT);
		assertThat(this.observed.named("chat m").getAllKeyValues()).noneMatch((it) -> it.getValue().contains("secret"));
	}

	private void observe(String name) {
		Observation.createNotStarted(name, this.observed.registry()).observe(() -> {
		});
	}

	private CallbackManager manager(LlmCallbackHandler... handlers) {
		return CallbackManager.builder()
			.handlers(handlers)
			.filters(List.of(new ObservationRunFilter(this.observed.registry(), GenAiConventions.V1_41, List.of())))
			.build();
	}

	private static ChatClient client(ScriptedChatModel model, CallbackManager manager) {
		return ChatClient.builder(model)
			.callbackManager(manager)
			.defaultOptions(ChatOptions.builder().model("m").build())
			.build();
	}

	static class Clock {

		@LlmTool(description = "The time.")
		String time() {
			return "noon";
		}

	}

}
