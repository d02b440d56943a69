package dev.llmcallbacks.examples.decorators;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.RequestNotPermitted;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.cache.concurrent.ConcurrentMapCache;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.client.RetryPolicy;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.model.InvalidRequestException;
import dev.llmcallbacks.model.OverloadedException;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.tool.Tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the examples of the page "Change what is sent".
 */
@Timeout(60)
class DecoratorExamplesTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final RetryPolicy ONCE = new RetryPolicy(1, Duration.ofMillis(1), Duration.ofMillis(1));

	private final EventRecorder recorder = new EventRecorder();

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	@DisplayName("memory: a conversation goes on, another one knows nothing of it, and handlers see both requests")
	void shouldRemember(boolean streaming) {
		Conversations store = new Conversations();
		ScriptedChatModel model = new ScriptedChatModel(ScriptedAnswer.tokens("Hello", " Ann"));
		ChatClient client = ChatClient.builder(model).decorators(new Memory(store)).callbacks(this.recorder).build();
		ask(client, "one", "I am Ann", streaming);
		ask(client, "one", "Who am I?", streaming);
		ask(client, "two", "Who am I?", streaming);
		client.prompt("No conversation").streaming(streaming).text().block(TIMEOUT);
		this.recorder.await();
		List<ChatRequest> requests = model.requests();
		assertThat(requests.get(1).messages()).containsExactly(new SystemMessage("Be kind"),
				new HumanMessage("I am Ann"), new AiMessage("Hello Ann"), new HumanMessage("Who am I?"));
		assertThat(requests.get(2).messages()).containsExactly(new SystemMessage("Be kind"),
				new HumanMessage("Who am I?"));
		assertThat(requests.get(3).messages()).containsExactly(new HumanMessage("No conversation"));
		assertThat(this.recorder.events(ChatModelStart.class).get(1).messages()).hasSize(2);
		assertThat(this.recorder.events(LlmEnd.class).get(1).request()).isEqualTo(requests.get(1));
	}

	private static void ask(ChatClient client, String conversation, String question, boolean streaming) {
		String answer = client.prompt(question)
			.system("Be kind")
			.metadata(Memory.CONVERSATION, conversation)
			.streaming(streaming)
			.text()
			.block(TIMEOUT);
		assertThat(answer).isEqualTo("Hello Ann");
	}

	@Test
	@DisplayName("memory: the turn of an agent is stored once, with the results of its tools")
	void shouldRememberTheTurnOfAnAgent() {
		Conversations store = new Conversations();
		ScriptedChatModel model = new ScriptedChatModel()
			.answer(ScriptedAnswer.toolCalls(new ToolCall("c-1", "time", "{}")), ScriptedAnswer.text("It is noon"));
		Agent.builder(ChatClient.builder(model).decorators(new Memory(store)).build())
			.tools(Tool.of("time", "tells the time", Empty.class, (input) -> "12:00"))
			.build()
			.withOptions(RunOptions.builder().metadata(Map.of(Memory.CONVERSATION, "one")).build())
			.text("What time is it?")
			.block(TIMEOUT);
		assertThat(store.load("one").block(TIMEOUT)).hasExactlyElementsOfTypes(HumanMessage.class, AiMessage.class,
				ToolMessage.class, AiMessage.class);
	}

	@Test
	@DisplayName("memory: a failed or cancelled turn is not stored")
	void shouldStoreCompleteTurnsOnly() {
		Conversations store = new Conversations();
		ChatClient client = ChatClient.builder(new ScriptedChatModel().answer(
				ScriptedAnswer.tokens("a").then(ScriptedAnswer.failure(new IllegalStateException("down"))),
				ScriptedAnswer.tokens("a").then(ScriptedAnswer.silence())))
			.decorators(new Memory(store))
			.build();
		StepVerifier.create(client.prompt("x").metadata(Memory.CONVERSATION, "one").content())
			.expectNext("a")
			.expectErrorMessage("down")
			.verify(TIMEOUT);
		StepVerifier.create(client.prompt("x").metadata(Memory.CONVERSATION, "one").content())
			.expectNext("a")
			.thenCancel()
			.verify(TIMEOUT);
		assertThat(store.load("one").block(TIMEOUT)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	@DisplayName("redaction: the provider never gets the number, handlers of the start event do")
	void shouldRedact(boolean streaming) {
		ScriptedChatModel model = new ScriptedChatModel(ScriptedAnswer.text("ok"));
		ChatClient client = ChatClient.builder(model).decorators(new Redaction()).callbacks(this.recorder).build();
		client.prompt("My card is 4111 1111 1111 1111, call 112").streaming(streaming).text().block(TIMEOUT);
		assertThat(model.requests().get(0).messages()).containsExactly(new HumanMessage("My card is [card], call 112"));
		this.recorder.await();
		assertThat(this.recorder.events(ChatModelStart.class).get(0).messages().get(0).text()).contains("4111");
		assertThat(this.recorder.events(LlmEnd.class).get(0).request().messages().get(0).text()).contains("[card]");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	@DisplayName("cache: the second call is answered without the model, and marked")
	void shouldAnswerFromTheCache(boolean streaming) {
		ScriptedChatModel model = new ScriptedChatModel(ScriptedAnswer.tokens("a", "b").withUsage(1, 2));
		ChatClient client = ChatClient.builder(model)
			.decorators(new ResponseCache(new ConcurrentMapCache("responses")))
			.callbacks(this.recorder)
			.build();
		for (int i = 0; i < 2; i++) {
			assertThat(client.prompt("x").streaming(streaming).text().block(TIMEOUT)).isEqualTo("ab");
		}
		client.prompt("y").streaming(streaming).text().block(TIMEOUT);
		this.recorder.await();
		assertThat(model.requests()).hasSize(2);
		assertThat(this.recorder.events(LlmEnd.class)).extracting(LlmEnd::modelCalled)
			.containsExactly(true, false, true);
	}

	@Test
	@DisplayName("cache: a response that was not complete is not stored")
	void shouldNotStoreAPartOfAResponse() {
		ScriptedChatModel model = new ScriptedChatModel().answer(
				ScriptedAnswer.tokens("a").then(ScriptedAnswer.failure(new IllegalStateException("down"))),
				ScriptedAnswer.tokens("a", "b"));
		ChatClient client = ChatClient.builder(model)
			.decorators(new ResponseCache(new ConcurrentMapCache("responses")))
			.build();
		StepVerifier.create(client.prompt("x").text()).expectErrorMessage("down").verify(TIMEOUT);
		assertThat(client.prompt("x").text().block(TIMEOUT)).isEqualTo("ab");
	}

	@Test
	@DisplayName("circuit breaker: open, it fails the run at once and does not call the model")
	void shouldBreakTheCircuit() {
		ScriptedChatModel model = new ScriptedChatModel(ScriptedAnswer.failure(overloaded()));
		CircuitBreaker circuitBreaker = CircuitBreaker.of("provider",
				CircuitBreaking.config().minimumNumberOfCalls(2).slidingWindowSize(2).build());
		ChatClient client = ChatClient.builder(model)
			.retryPolicy(new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(1)))
			.decorators(new CircuitBreaking(circuitBreaker))
			.callbacks(this.recorder)
			.build();
		for (int i = 0; i < 2; i++) {
			StepVerifier.create(client.prompt("x").text()).expectError(OverloadedException.class).verify(TIMEOUT);
		}
		StepVerifier.create(client.prompt("x").text()).expectError(CallNotPermittedException.class).verify(TIMEOUT);
		assertThat(model.requests()).as("two calls of two attempts").hasSize(4);
		this.recorder.await();
		assertThat(this.recorder.events(LlmError.class)).extracting(LlmError::modelCalled)
			.containsExactly(true, true, false);
	}

	@Test
	@DisplayName("circuit breaker: a refused request is not a failure of the provider")
	void shouldNotCountRefusedRequests() {
		ScriptedChatModel model = new ScriptedChatModel(
				ScriptedAnswer.failure(new InvalidRequestException("no", ProviderError.of("p"), null)));
		CircuitBreaker circuitBreaker = CircuitBreaker.of("provider",
				CircuitBreaking.config().minimumNumberOfCalls(2).slidingWindowSize(2).build());
		ChatClient client = ChatClient.builder(model).decorators(new CircuitBreaking(circuitBreaker)).build();
		for (int i = 0; i < 3; i++) {
			StepVerifier.create(client.prompt("x").text()).expectError(InvalidRequestException.class).verify(TIMEOUT);
		}
		assertThat(circuitBreaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	@DisplayName("rate limit: each attempt takes a permission, and a call without one fails")
	void shouldLimitTheRateOfAttempts(boolean streaming) {
		RateLimiter rateLimiter = RateLimiter.of("provider",
				RateLimiterConfig.custom()
					.limitForPeriod(2)
					.limitRefreshPeriod(Duration.ofHours(1))
					.timeoutDuration(Duration.ZERO)
					.build());
		ScriptedChatModel model = new ScriptedChatModel().answer(ScriptedAnswer.failure(overloaded()),
				ScriptedAnswer.tokens("a", "b", "c"));
		ChatClient client = ChatClient.builder(new RateLimitedChatModel(model, rateLimiter))
			.retryPolicy(new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(1)))
			.build();
		assertThat(client.prompt("x").streaming(streaming).text().block(TIMEOUT)).isEqualTo("abc");
		assertThat(rateLimiter.getMetrics().getAvailablePermissions()).isZero();
		assertThatExceptionOfType(RequestNotPermitted.class)
			.isThrownBy(() -> client.prompt("x").streaming(streaming).text().block(TIMEOUT));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	@DisplayName("fallback: another provider answers, in a run inside the run")
	void shouldFallBack(boolean streaming) {
		ScriptedChatModel backup = new ScriptedChatModel(ScriptedAnswer.tokens("b", "c"));
		ChatClient client = ChatClient.builder(new ScriptedChatModel(ScriptedAnswer.failure(overloaded())))
			.retryPolicy(ONCE)
			.decorators(new Fallback(ChatClient.builder(backup).build()))
			.callbacks(this.recorder)
			.build();
		assertThat(client.prompt("x").model("first").maxTokens(7).streaming(streaming).text().block(TIMEOUT))
			.isEqualTo("bc");
		this.recorder.await();
		List<ChatModelStart> starts = this.recorder.events(ChatModelStart.class);
		assertThat(starts).hasSize(2);
		assertThat(starts.get(1).run().parentId()).isEqualTo(starts.get(0).run().id());
		assertThat(this.recorder.events(LlmEnd.class)).hasSize(2);
		assertThat(backup.requests().get(0).options().model()).isNull();
		assertThat(backup.requests().get(0).options().maxTokens()).isEqualTo(7);
	}

	@Test
	@DisplayName("fallback: a response that has begun is not continued by another provider")
	void shouldNotFallBackInTheMiddle() {
		ScriptedChatModel backup = new ScriptedChatModel(ScriptedAnswer.tokens("never"));
		ChatClient client = ChatClient
			.builder(new ScriptedChatModel(ScriptedAnswer.tokens("a").then(ScriptedAnswer.failure(overloaded()))))
			.retryPolicy(ONCE)
			.decorators(new Fallback(ChatClient.builder(backup).build()))
			.build();
		StepVerifier.create(client.prompt("x").content())
			.expectNext("a")
			.expectError(OverloadedException.class)
			.verify(TIMEOUT);
		assertThat(backup.requests()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	@DisplayName("approval: a call waits for the decision, which is answered to the model if it is no")
	void shouldWaitForApproval(boolean approve) {
		List<String> deleted = new CopyOnWriteArrayList<>();
		CallbackManager manager = CallbackManager.builder().handlers(this.recorder).build();
		Approval approval = new Approval(manager, Set.of("delete"), TIMEOUT);
		ScriptedChatModel model = new ScriptedChatModel().answer(
				ScriptedAnswer.toolCalls(new ToolCall("c-1", "delete", "{\"file\":\"a\"}")),
				ScriptedAnswer.text("Done"));
		Agent agent = agent(model, manager, approval, deleted);
		CompletableFuture<String> answer = agent.text("Delete a").toFuture();
		await().atMost(TIMEOUT).until(() -> !this.recorder.events(CustomEvent.class).isEmpty());
		CustomEvent requested = this.recorder.events(CustomEvent.class).get(0);
		assertThat(requested.name()).isEqualTo(Approval.REQUESTED);
		assertThat(deleted).isEmpty();
		await().atMost(TIMEOUT).until(() -> approval.decide(((ToolCall) requested.data()).id(), approve));
		assertThat(answer).succeedsWithin(TIMEOUT).isEqualTo("Done");
		assertThat(deleted).hasSize(approve ? 1 : 0);
		assertThat(this.recorder.events(ToolError.class)).hasSize(approve ? 0 : 1);
		assertThat(model.requests().get(1).messages()).last()
			.isEqualTo(approve ? new ToolMessage("c-1", "deleted", false)
					: new ToolMessage("c-1", "The user did not approve the call", true));
		assertThat(approval.decide("c-1", true)).isFalse();
	}

	@Test
	@DisplayName("approval: without a decision in time the call is not made, and nothing waits any longer")
	void shouldRefuseWithoutADecision() {
		List<String> deleted = new CopyOnWriteArrayList<>();
		CallbackManager manager = CallbackManager.builder().build();
		Approval approval = new Approval(manager, Set.of("delete"), Duration.ofMillis(10));
		ScriptedChatModel model = new ScriptedChatModel().answer(
				ScriptedAnswer.toolCalls(new ToolCall("c-1", "delete", "{\"file\":\"a\"}")),
				ScriptedAnswer.text("Done"));
		assertThat(agent(model, manager, approval, deleted).text("Delete a").block(TIMEOUT)).isEqualTo("Done");
		assertThat(deleted).isEmpty();
		assertThat(approval.decide("c-1", true)).isFalse();
	}

	private static Agent agent(ScriptedChatModel model, CallbackManager manager, Approval approval,
			List<String> deleted) {
		ChatClient client = ChatClient.builder(model).callbackManager(manager).toolDecorators(approval).build();
		return Agent.builder(client).tools(Tool.of("delete", "deletes a file", File.class, (file) -> {
			deleted.add(file.file());
			return "deleted";
		})).build();
	}

	private static OverloadedException overloaded() {
		return new OverloadedException("busy", ProviderError.of("p"), null);
	}

	/** Conversations in memory. */
	private static final class Conversations implements Memory.Store {

		private final Map<String, List<ChatMessage>> conversations = new ConcurrentHashMap<>();

		@Override
		public Mono<List<ChatMessage>> load(String conversation) {
			return Mono.fromSupplier(() -> this.conversations.getOrDefault(conversation, List.of()));
		}

		@Override
		public Mono<Void> append(String conversation, List<ChatMessage> turn) {
			return Mono.fromRunnable(() -> this.conversations.merge(conversation, turn, (earlier, later) -> {
				List<ChatMessage> all = new ArrayList<>(earlier);
				all.addAll(later);
				return List.copyOf(all);
			}));
		}

	}

	/** No arguments. */
	record Empty() {

	}

	/** Arguments of a tool. */
	record File(String file) {

	}

}
