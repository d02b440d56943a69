package dev.llmcallbacks.autoconfigure.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.annotation.ReflectiveRuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.ReflectionHintsPredicates;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.core.Ordered;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import dev.llmcallbacks.autoconfigure.LlmCallbacksAutoConfiguration;
import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksDescriptor.Executor;
import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksDescriptor.Handler;
import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksDescriptor.LiveRun;
import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback.Concurrency;
import dev.llmcallbacks.callback.LlmCallback.Delivery;
import dev.llmcallbacks.callback.LlmCallback.Overflow;
import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.HandlerRegistration;
import dev.llmcallbacks.dispatch.HandlerRegistration.Instance;
import dev.llmcallbacks.dispatch.HandlerRegistration.Scope;
import dev.llmcallbacks.dispatch.HandlerSettings;
import dev.llmcallbacks.dispatch.RunStatus;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LlmCallbacksEndpoint} and {@link LlmCallbacksEndpointWebExtension}.
 */
class LlmCallbacksEndpointTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final String DEFAULT = LlmCallbacksAutoConfiguration.TASK_EXECUTOR_BEAN_NAME;

	private final ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();

	private final SimpleAsyncTaskExecutor own = new SimpleAsyncTaskExecutor();

	private final CallbackManager manager = CallbackManager.builder()
		.registrations(List.of(registration("audit", sync(), this.own), registration("inline", async(), null),
				registration("default", sync(), null), registration("foreign", sync(), (task) -> {
				})))
		.build();

	private final LlmCallbacksEndpoint endpoint = new LlmCallbacksEndpoint(this.manager,
			Map.of(DEFAULT, this.pool, "auditExecutor", this.own, "applicationTaskExecutor", this.own));

	private final LlmCallbacksEndpointWebExtension web = new LlmCallbacksEndpointWebExtension(this.endpoint);

	@Test
	void shouldDescribeHandlers() {
		Map<String, Handler> handlers = this.endpoint.describe().handlers();
		assertThat(handlers).containsOnlyKeys("audit", "inline", "default", "foreign");
		Handler audit = handlers.get("audit");
		assertThat(audit.type()).isEqualTo(sync().getClass().getName());
		assertThat(audit.scope()).isEqualTo(Scope.SHARED);
		assertThat(audit.enabled()).isTrue();
		assertThat(audit.order()).isNull();
		assertThat(audit.method()).isNull();
		assertThat(audit.receives()).containsExactly("LlmEnd", "LlmNewToken");
		assertThat(audit.settings().events()).containsExactly("LlmEnd", "LlmNewToken");
		assertThat(audit.settings().tags()).containsExactly("billed");
		assertThat(audit.settings().models()).containsExactly("gpt-*");
		assertThat(audit.settings().timeout()).isEqualTo(Duration.ofSeconds(5));
		assertThat(audit.settings().bufferSize()).isEqualTo(16);
		assertThat(audit.statistics().delivered()).isZero();
	}

	@Test
	void shouldDescribeTheExecutorsThatHandlersAreCalledOn() {
		this.pool.setMaxPoolSize(7);
		this.pool.setCorePoolSize(3);
		this.pool.setQueueCapacity(9);
		this.pool.initialize();
		this.own.setConcurrencyLimit(5);
		LlmCallbacksDescriptor described = this.endpoint.describe();
		assertThat(described.handlers()).extractingByKeys("inline", "default", "foreign")
			.extracting(Handler::executor)
			.containsExactly(null, DEFAULT, null);
		String executor = described.handlers().get("audit").executor();
		assertThat(executor).isIn("auditExecutor", "applicationTaskExecutor");
		assertThat(described.executors()).containsOnlyKeys(DEFAULT, executor)
			.containsEntry(DEFAULT, new Executor(this.pool.getClass().getName(), 0, 7, 0, 0, 9, null))
			.containsEntry(executor, new Executor(this.own.getClass().getName(), null, null, null, null, null, 5));
		this.pool.destroy();
	}

	@Test
	@DisplayName("G31 neither prompts nor answers nor metadata are shown")
	void shouldDescribeRunsAsATree() {
		ScriptedChatModel model = new ScriptedChatModel(
				ScriptedAnswer.tokens("s3cret answer").then(ScriptedAnswer.silence()));
		Flux<String> inner = ChatClient.builder(model)
			.callbackManager(this.manager)
			.build()
			.prompt("s3cret prompt")
			.tags("billed")
			.metadata("key", "s3cret metadata")
			.runName("inner")
			.content();
		StepVerifier.create(this.manager.run("outer", "s3cret input", inner)).expectNext("s3cret answer").then(() -> {
			assertThat(this.endpoint.describe().toString()).doesNotContain("s3cret");
			LiveRun root = single(this.endpoint.describe().runs());
			assertThat(root.name()).isEqualTo("outer");
			assertThat(root.type()).isEqualTo(RunType.CHAIN);
			assertThat(root.age()).isBetween(Duration.ZERO, TIMEOUT);
			assertThat(root.startedAt().plus(root.age())).isBeforeOrEqualTo(Instant.now());
			LiveRun child = single(root.runs());
			assertThat(child.name()).isEqualTo("inner");
			assertThat(child.type()).isEqualTo(RunType.LLM);
			assertThat(child.tags()).containsExactly("billed");
			assertThat(child.runs()).isEmpty();
			assertThat(this.endpoint.cancel(root.id())).extracting((run) -> single(run.runs()).id())
				.isEqualTo(child.id());
		}).expectError(CancellationException.class).verify(TIMEOUT);
	}

	@Test
	void shouldTakeARunForARootWhenTheOneAroundItHasEnded() {
		Run detached = run(Run.newId(), Run.newId());
		assertThat(forest(detached)).singleElement().matches((run) -> run.id().equals(detached.id()));
	}

	@Test
	void shouldShowEachRunOnceWhenIdsAreNotUnique() {
		UUID id = Run.newId();
		LiveRun root = single(forest(run(id, null), run(id, id), run(id, id)));
		assertThat(root.runs()).hasSize(2).allMatch((run) -> run.runs().isEmpty());
	}

	@Test
	@DisplayName("F12 the handler that a run waits for is shown, and the model that it calls")
	void shouldDescribeWhatARunWaitsFor() {
		Sinks.Empty<Void> gate = Sinks.empty();
		AsyncCallbackHandler slow = AsyncCallbackHandler.on(ChatModelStart.class, (start) -> gate.asMono());
		CallbackManager waiting = CallbackManager.builder()
			.registrations(List.of(registration("slow", slow, null, Set.of())))
			.build();
		LlmCallbacksEndpoint described = new LlmCallbacksEndpoint(waiting, Map.of());
		Mono<String> answer = ChatClient.builder(new ScriptedChatModel(ScriptedAnswer.tokens("a")))
			.callbackManager(waiting)
			.build()
			.prompt("Hi")
			.model("gpt-m")
			.tags("billed")
			.text();
		StepVerifier.create(answer).thenRequest(1).then(() -> {
			LiveRun run = single(described.describe().runs());
			assertThat(run.model()).isEqualTo("gpt-m");
			assertThat(run.waitsFor()).singleElement().satisfies((wait) -> {
				assertThat(wait.handler()).isEqualTo("slow");
				assertThat(wait.event()).isEqualTo("ChatModelStart");
				assertThat(wait.duration()).isBetween(Duration.ZERO, run.age().plus(TIMEOUT));
			});
			assertThat(described.describe().handlers().get("slow").now()).singleElement()
				.matches((call) -> call.run().equals(run.id()) && "ChatModelStart".equals(call.event()));
			gate.tryEmitEmpty();
		}).expectNext("a").expectComplete().verify(TIMEOUT);
		Handler after = described.describe().handlers().get("slow");
		assertThat(after.now()).isEmpty();
		assertThat(after.statistics().longest()).isPositive();
	}

	@Test
	void shouldSwitchHandlers() {
		assertThat(this.web.setEnabled("audit", false).getStatus()).isEqualTo(204);
		assertThat(this.endpoint.describe().handlers().get("audit").enabled()).isFalse();
		this.endpoint.setEnabled("audit", true);
		assertThat(this.endpoint.describe().handlers().get("audit").enabled()).isTrue();
	}

	@Test
	void shouldNotFindWhatIsNotThere() {
		assertThat(this.web.setEnabled("nobody", false).getStatus()).isEqualTo(404);
		assertThat(this.web.cancel(Run.newId()).getStatus()).isEqualTo(404);
		assertThat(this.endpoint.setEnabled("nobody", false)).isNull();
		assertThat(this.endpoint.cancel(Run.newId())).isNull();
	}

	@Test
	void shouldAnswerInANativeImage() throws NoSuchMethodException {
		RuntimeHints hints = new RuntimeHints();
		new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(hints, LlmCallbacksEndpoint.class,
				LlmCallbacksEndpointWebExtension.class);
		ReflectionHintsPredicates reflection = RuntimeHintsPredicates.reflection();
		assertThat(hints).matches(reflection.onMethodInvocation(LiveRun.class.getMethod("age")))
			.matches(reflection.onMethodInvocation(Handler.class.getMethod("statistics")))
			.matches(reflection.onMethodInvocation(Executor.class.getMethod("poolSize")));
	}

	private static CallbackHandler sync() {
		return CallbackHandler.on(LlmEnd.class, (end) -> {
		});
	}

	private static AsyncCallbackHandler async() {
		return AsyncCallbackHandler.on(LlmEnd.class, (end) -> Mono.empty());
	}

	private static HandlerRegistration registration(String name, LlmCallbackHandler handler,
			@Nullable TaskExecutor executor) {
		return registration(name, handler, executor, Set.of(LlmNewToken.class, LlmEnd.class));
	}

	private static HandlerRegistration registration(String name, LlmCallbackHandler handler,
			@Nullable TaskExecutor executor, Set<Class<? extends CallbackEvent>> events) {
		HandlerSettings settings = new HandlerSettings(Delivery.BUFFERED, Concurrency.PER_RUN, Overflow.COALESCE, 16,
				false, Duration.ofSeconds(5), executor, events, Set.of("billed"), Set.of("gpt-*"));
		return new HandlerRegistration(name, handler.getClass(), (attributes) -> new Instance(handler), Scope.SHARED,
				Ordered.LOWEST_PRECEDENCE, settings);
	}

	private static Run run(UUID id, @Nullable UUID parentId) {
		return new Run(id, parentId, id, RunType.CHAIN, "run", Set.of(), Map.of(), Instant.now());
	}

	private static List<LiveRun> forest(Run... runs) {
		return new RunForest(Arrays.stream(runs).map((run) -> new RunStatus(run, null, List.of())).toList(),
				Instant.now())
			.describe();
	}

	private static LiveRun single(List<LiveRun> runs) {
		assertThat(runs).hasSize(1);
		return runs.get(0);
	}

}
