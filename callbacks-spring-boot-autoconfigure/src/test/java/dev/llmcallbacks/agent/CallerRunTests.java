package dev.llmcallbacks.agent;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.chain.Trace;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.retriever.Retriever;
import dev.llmcallbacks.test.Await;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.tool.Tool;
import dev.llmcallbacks.tool.Tools;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the parent of chains, tools, retrievers and agents that blocking code
 * subscribes to.
 */
@ParameterizedClass(name = "automatic context propagation: {0}")
@ValueSource(booleans = { false, true })
class CallerRunTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final boolean automatic;

	private final Trace trace = new Trace();

	private final CallbackManager manager = CallbackManager.builder().handlers(this.trace.handler()).build();

	CallerRunTests(boolean automatic) {
		this.automatic = automatic;
	}

	@BeforeEach
	void setUp() {
		if (this.automatic) {
			Hooks.enableAutomaticContextPropagation();
		}
	}

	@AfterEach
	void tearDown() {
		Hooks.disableAutomaticContextPropagation();
	}

	static Stream<Arguments> runs() {
		Tool tool = Tool.of(new ToolDefinition("inner", "Works.", "{\"type\": \"object\"}"), (arguments) -> "x");
		ToolCall call = new ToolCall("1", "inner", "{}");
		Chain<String, String> chain = Chain.of("inner", (text) -> text);
		Retriever retriever = Retriever.of("inner", (query) -> List.of());
		Agent agent = Agent.builder(ChatClient.builder(ScriptedChatModel.of("done")).build()).name("inner").build();
		return Stream.of(named("Chain.invoke", () -> chain.invoke("x")), named("Chain.stream", () -> chain.stream("x")),
				named("Chain.batch", () -> chain.batch(List.of("x"))),
				named("Chain.then", () -> chain.then(chain).invoke("x")), named("Tool.call", () -> tool.call(call)),
				named("Tool.callOrFail", () -> tool.callOrFail(call)),
				named("Tools.call", () -> Tools.of(tool).call(call)),
				named("Tools.call of an unknown tool", () -> Tools.of().call(call)),
				named("Retriever.retrieve", () -> retriever.retrieve("q")),
				named("Agent.invoke", () -> agent.invoke("Hi")), named("Agent.text", () -> agent.text("Hi")),
				named("Agent.stream", () -> agent.stream("Hi")), named("Agent.content", () -> agent.content("Hi")));
	}

	private static Arguments named(String name, Supplier<Publisher<?>> run) {
		return Arguments.of(name, run);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("runs")
	@DisplayName("G22 a run in blocking code is a child of the run around it, however it is subscribed to")
	void shouldFindTheRunOfTheCaller(String name, Supplier<Publisher<?>> run) {
		Chain<String, String> outer = Chain.of("outer", (input) -> {
			Flux.from(run.get()).blockLast(TIMEOUT);
			Await.outcome(Mono.from(run.get()).toFuture());
			subscribe(run.get());
			return input;
		});
		outer.withManager(this.manager).invoke("in").block(TIMEOUT);
		this.trace.awaitEnd();
		assertThat(this.trace.runs()).filteredOn((child) -> child.parentId() == null).hasSize(1);
		assertThat(this.trace.runs()).filteredOn((child) -> this.trace.run("outer").id().equals(child.parentId()))
			.hasSize(3);
	}

	private static void subscribe(Publisher<?> run) {
		CountDownLatch ended = new CountDownLatch(1);
		Flux.from(run).doFinally((signal) -> ended.countDown()).subscribe();
		try {
			assertThat(ended.await(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
