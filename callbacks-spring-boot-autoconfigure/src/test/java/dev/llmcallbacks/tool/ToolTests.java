package dev.llmcallbacks.tool;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.dispatch.CallbackException;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ToolCancel;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.Await;
import dev.llmcallbacks.test.EventRecorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Tool}.
 */
class ToolTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final ToolDefinition ANYTHING = new ToolDefinition("anything", "Takes anything.",
			"{\"type\": \"object\"}");

	private final EventRecorder log = new EventRecorder();

	private final CallbackManager manager = CallbackManager.builder().handlers(this.log).build();

	@Test
	@DisplayName("G1 a call of a tool is a run with a start and an end, both with the id of the call")
	void shouldTellStartAndEndWhenAToolAnswers() {
		ToolMessage answer = call(Tool.of("add", "Adds.", Sum.class, (sum) -> sum.a() + sum.b()),
				"{\"a\": 1, \"b\": 2}");
		assertThat(answer).isEqualTo(new ToolMessage("call-1", "3"));
		assertThat(this.log.eventNames()).containsExactly("ToolStart", "ToolEnd");
		ToolStart start = this.log.events(ToolStart.class).get(0);
		assertThat(start.toolCall().id()).isEqualTo("call-1");
		assertThat(start.run().type()).isEqualTo(RunType.TOOL);
		assertThat(start.run().name()).isEqualTo("add");
		assertThat(this.log.events(ToolEnd.class).get(0).output()).isEqualTo(answer);
		assertCallIds();
	}

	@Test
	void shouldAnswerAndTellAnErrorWhenArgumentsDoNotMatch() {
		Tool add = Tool.of("add", "Adds.", Sum.class, (sum) -> sum.a() + sum.b());
		ToolMessage answer = call(add, "{\"a\": \"one\", \"c\": 2}");
		assertThat(answer.error()).isTrue();
		assertThat(answer.text()).contains("do not match", "/a", "integer", "'b'", "'c'");
		assertThat(this.log.eventNames()).containsExactly("ToolStart", "ToolError");
		assertThat(this.log.events(ToolError.class).get(0).error()).isInstanceOf(InvalidToolCallException.class)
			.hasMessageContaining("/properties/a/type")
			.hasMessageNotContaining("'c'")
			.extracting((error) -> ((InvalidToolCallException) error).getAnswer())
			.isEqualTo(answer.text());
		assertCallIds();
	}

	@Test
	void shouldAnswerAnErrorWhenArgumentsAreNoJson() {
		Tool add = Tool.of("add", "Adds.", Sum.class, (sum) -> sum.a() + sum.b());
		assertThat(call(add, "{\"a\": 1, ").text()).contains("not valid JSON");
		assertThat(call(add, "[1, 2]").text()).contains("not a JSON object");
		assertThat(call(add, "{\"a\": 99999999999, \"b\": 1}").text()).contains("cannot be read");
		assertThat(this.log.events(ToolError.class)).hasSize(3);
	}

	@Test
	void shouldReadBlankArgumentsAsNone() {
		assertThat(call(Tool.of(ANYTHING, Map::size), "").text()).isEqualTo("0");
	}

	@Test
	void shouldTellNullFromAbsentWhenTheSchemaIsGiven() {
		assertThat(call(Tool.of(ANYTHING, (arguments) -> arguments.containsKey("x")), "{\"x\": null}").text())
			.isEqualTo("true");
	}

	@Test
	void shouldAnswerTheMessageOnlyWhenAToolThrows() {
		IllegalStateException failure = new IllegalStateException("no such town");
		Tool tool = Tool.of(ANYTHING, (arguments) -> {
			throw failure;
		});
		assertThat(call(tool, "{}")).isEqualTo(new ToolMessage("call-1", "no such town", true));
		assertThat(this.log.eventNames()).containsExactly("ToolStart", "ToolError");
		assertThat(this.log.events(ToolError.class).get(0).error()).isSameAs(failure);
		StepVerifier.create(tool.withManager(this.manager).callOrFail(toolCall("anything", "{}")))
			.expectErrorMatches((ex) -> ex == failure)
			.verify(TIMEOUT);
	}

	@Test
	void shouldAnswerAnInvalidCallEvenWhenItIsToFail() {
		Tool add = Tool.of("add", "Adds.", Sum.class, (sum) -> sum.a() + sum.b()).withManager(this.manager);
		StepVerifier.create(add.callOrFail(toolCall("add", "{}")))
			.assertNext((answer) -> assertThat(answer.error()).isTrue())
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	void shouldRenderWhatAToolReturns() {
		assertThat(call(Tool.of(ANYTHING, (arguments) -> "plain \"text\""), "{}").text()).isEqualTo("plain \"text\"");
		assertThat(call(Tool.of(ANYTHING, (arguments) -> new Sum(1, 2)), "{}").text()).isEqualTo("{\"a\":1,\"b\":2}");
		assertThat(call(Tool.of(ANYTHING, (arguments) -> null), "{}").text()).isEqualTo("null");
		assertThat(call(Tool.of(ANYTHING, (arguments) -> Mono.just(List.of(1))), "{}").text()).isEqualTo("[1]");
		assertThat(call(Tool.reactive(ANYTHING, (arguments) -> Flux.just("a", "b")), "{}").text()).isEqualTo("ab");
		assertThat(call(Tool.reactive(ANYTHING, (arguments) -> Flux.just(1, 2)), "{}").text()).isEqualTo("[1,2]");
		assertThat(call(Tool.of(ANYTHING, (arguments) -> CompletableFuture.completedFuture(true)), "{}").text())
			.isEqualTo("true");
	}

	@Test
	@DisplayName("G18 a blocking tool is called on an executor of its own, a reactive one in place")
	void shouldCallBlockingToolsOnTheWorkExecutor() {
		CallbackManager named = CallbackManager.builder()
			.workExecutor((task) -> new Thread(task, "work").start())
			.build();
		Tool blocking = Tool.of(ANYTHING, (arguments) -> Thread.currentThread().getName()).withManager(named);
		assertThat(blocking.call(toolCall("anything", "{}")).block(TIMEOUT)).extracting(ToolMessage::text)
			.isEqualTo("work");
		Tool reactive = Tool.reactive(ANYTHING, (arguments) -> Mono.just(Thread.currentThread().getName()))
			.withManager(named);
		assertThat(reactive.call(toolCall("anything", "{}")).block(TIMEOUT)).extracting(ToolMessage::text)
			.isEqualTo(Thread.currentThread().getName());
	}

	@Test
	@DisplayName("G22 the run is current in a blocking tool on the thread, in a reactive one in the context")
	void shouldCarryTheRunIntoTheTool() {
		Tool blocking = Tool.of(ANYTHING, (arguments) -> CurrentRun.get().map(Run::id).orElseThrow().toString());
		Tool reactive = Tool.reactive(ANYTHING, (arguments) -> Mono
			.deferContextual((context) -> Mono.just(CurrentRun.from(context).map(Run::id).orElseThrow().toString())));
		for (Tool tool : List.of(blocking, reactive)) {
			String id = call(tool, "{}").text();
			List<CallbackEvent> events = this.log.events(CallbackEvent.class);
			assertThat(events.get(events.size() - 1).run().id()).hasToString(id);
		}
		assertThat(CurrentRun.get()).isEmpty();
	}

	@Test
	@DisplayName("G2 cancelling the call interrupts a blocking tool and tells a cancel")
	void shouldInterruptABlockingToolWhenCancelled() {
		CountDownLatch entered = new CountDownLatch(1);
		CountDownLatch interrupted = new CountDownLatch(1);
		Tool sleepy = Tool.of(ANYTHING, (arguments) -> {
			entered.countDown();
			try {
				return new CountDownLatch(1).await(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
			}
			catch (InterruptedException ex) {
				interrupted.countDown();
				return false;
			}
		}).withManager(this.manager);
		StepVerifier.create(sleepy.call(toolCall("anything", "{}")))
			.expectSubscription()
			.then(() -> Await.zero(entered))
			.thenCancel()
			.verify(TIMEOUT);
		Await.zero(interrupted);
		assertCancelled();
	}

	@Test
	@DisplayName("G2 cancelling the call cancels what a reactive tool returned and tells a cancel")
	void shouldCancelAReactiveToolWhenCancelled() {
		CompletableFuture<String> future = new CompletableFuture<>();
		Tool slow = Tool.of(ANYTHING, (arguments) -> future).withManager(this.manager);
		StepVerifier.create(slow.call(toolCall("anything", "{}")))
			.expectSubscription()
			.then(() -> Await.until("the result to be awaited", () -> future.getNumberOfDependents() > 0))
			.thenCancel()
			.verify(TIMEOUT);
		assertCancelled();
		assertThat(future).isCancelled();
	}

	@Test
	@DisplayName("G15 a handler's veto fails the call, and is not told to the model")
	void shouldFailWhenAHandlerRaisesItsError() {
		AtomicReference<String> called = new AtomicReference<>();
		Tool tool = Tool.of(ANYTHING, (arguments) -> {
			called.set("called");
			return "done";
		}).withManager(CallbackManager.builder().handlers(new Veto(), this.log).build());
		StepVerifier.create(tool.call(toolCall("anything", "{}"))).expectError(CallbackException.class).verify(TIMEOUT);
		assertThat(called).hasNullValue();
		assertThat(this.log.eventNames()).containsExactly("ToolStart", "ToolError");
	}

	@Test
	void shouldOpenRunsOfItsOwnForEachSubscription() {
		Mono<ToolMessage> call = Tool.of(ANYTHING, (arguments) -> "x")
			.withManager(this.manager)
			.call(toolCall("anything", "{}"));
		call.block(TIMEOUT);
		call.block(TIMEOUT);
		assertThat(this.log.events().stream().map((event) -> event.event().run().id()).distinct()).hasSize(2);
	}

	@Test
	void shouldRefuseWhatIsNoTool() {
		assertThatIllegalArgumentException().isThrownBy(() -> Tool.of("two words", "x", Sum.class, (sum) -> sum))
			.withMessageContaining("'two words'");
		assertThatIllegalArgumentException().isThrownBy(() -> Tool.of("text", "x", String.class, (text) -> text))
			.withMessageContaining("java.lang.String");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Tool.of(new ToolDefinition("broken", "x", "{"), (arguments) -> "x"))
			.withMessageContaining("'broken'");
	}

	private ToolMessage call(Tool tool, String arguments) {
		ToolMessage answer = tool.withManager(this.manager)
			.call(toolCall(tool.definition().name(), arguments))
			.block(TIMEOUT);
		assertThat(answer).isNotNull();
		return answer;
	}

	private static ToolCall toolCall(String name, String arguments) {
		return new ToolCall("call-1", name, arguments);
	}

	private void assertCallIds() {
		assertThat(this.log.events(ToolStart.class)).extracting((event) -> event.toolCall().id())
			.containsOnly("call-1");
		assertThat(this.log.events(ToolEnd.class)).extracting((event) -> event.output().toolCallId())
			.allMatch("call-1"::equals);
		assertThat(this.log.events(ToolError.class)).extracting(ToolError::toolCallId).allMatch("call-1"::equals);
		assertThat(this.log.events(ToolCancel.class)).extracting(ToolCancel::toolCallId).allMatch("call-1"::equals);
	}

	private void assertCancelled() {
		this.log.await(ToolCancel.class);
		assertThat(this.log.eventNames()).containsExactly("ToolStart", "ToolCancel");
		assertCallIds();
	}

	record Sum(int a, int b) {
	}

	@LlmCallback(raiseError = true)
	static final class Veto implements CallbackHandler {

		@Override
		public void onToolStart(ToolStart event) {
			throw new IllegalStateException("not this one");
		}

	}

}
