package dev.llmcallbacks.agent;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import dev.llmcallbacks.chain.Trace;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.retriever.Retriever;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.tool.Tool;
import dev.llmcallbacks.tool.Tools;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for errors of any kind in tools and retrievers, alone and inside an agent.
 */
class FatalErrorTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final ToolDefinition DEFINITION = new ToolDefinition("work", "Works.", "{\"type\": \"object\"}");

	private final Trace trace = new Trace();

	private final CallbackManager manager = CallbackManager.builder().handlers(this.trace.handler()).build();

	static Stream<Error> errors() {
		return Stream.of(new AssertionError("wrong"), new StackOverflowError(), new NoClassDefFoundError("gone"),
				new ExceptionInInitializerError("broken"));
	}

	static List<Tool> tools(Error error) {
		return List.of(Tool.of(DEFINITION, (arguments) -> fail(error)),
				Tool.of(DEFINITION, (arguments) -> Mono.fromSupplier(() -> fail(error))),
				Tool.of(DEFINITION, (arguments) -> CompletableFuture.failedFuture(error)),
				Tool.of(DEFINITION, (arguments) -> new Unprintable(error)),
				Tool.reactive(DEFINITION, (arguments) -> fail(error)),
				Tool.reactive(DEFINITION, (arguments) -> Flux.just(1).map((item) -> fail(error))));
	}

	@ParameterizedTest
	@MethodSource("errors")
	@DisplayName("D1 G1 an error of any kind in a tool ends its run and the caller's wait")
	void shouldEndWhenAToolThrowsAnError(Error error) {
		for (Tool tool : tools(error)) {
			shouldFail(tool.withManager(this.manager).call(new ToolCall("c1", "work", "{}")), error);
		}
		assertThat(this.trace.lines()).hasSize(12).containsOnly("+work", "!work");
	}

	@ParameterizedTest
	@MethodSource("errors")
	@DisplayName("D1 G1 an error of any kind in a tool ends the agent that had it called")
	void shouldEndTheAgentWhenAToolThrowsAnError(Error error) {
		for (Tool tool : tools(error)) {
			shouldFail(agent(tool).invoke("Hi"), error);
			shouldFail(agent(tool).stream("Hi").then(), error);
		}
		assertThat(this.trace.lines()).filteredOn("!Agent"::equals).hasSize(12);
		assertThat(this.trace.lines()).filteredOn("!work"::equals).hasSize(12);
	}

	@ParameterizedTest
	@MethodSource("errors")
	@DisplayName("D1 G1 an error of any kind in a retriever ends its run and the caller's wait")
	void shouldEndWhenARetrieverThrowsAnError(Error error) {
		for (Retriever retriever : List.of(Retriever.of("pages", (query) -> fail(error)),
				Retriever.of("pages", (query) -> Flux.just(1).map((item) -> fail(error))),
				Retriever.of("pages", (query) -> CompletableFuture.failedFuture(error)))) {
			shouldFail(retriever.withManager(this.manager).retrieve("q"), error);
		}
		assertThat(this.trace.lines()).hasSize(6).containsOnly("+pages", "!pages");
	}

	private Agent agent(Tool tool) {
		ScriptedChatModel model = new ScriptedChatModel()
			.answer(ScriptedAnswer.toolCalls(new ToolCall("c1", "work", "{}")))
			.answer("never");
		ChatClient chatClient = ChatClient.builder(model).callbackManager(this.manager).build();
		return Agent.builder(chatClient).tools(Tools.of(tool)).callbackManager(this.manager).build();
	}

	private void shouldFail(Publisher<?> publisher, Error error) {
		StepVerifier.create(publisher).expectErrorMatches((ex) -> ex == error).verify(TIMEOUT);
		this.trace.awaitEnd();
		assertThat(this.manager.openRuns()).isEmpty();
	}

	private static <T> T fail(Error error) {
		throw error;
	}

	/**
	 * A text that cannot be rendered.
	 *
	 * @param error what is thrown
	 */
	record Unprintable(Error error) implements CharSequence {

		@Override
		public int length() {
			throw this.error;
		}

		@Override
		public char charAt(int index) {
			throw this.error;
		}

		@Override
		public CharSequence subSequence(int start, int end) {
			throw this.error;
		}

		@Override
		public String toString() {
			throw this.error;
		}

	}

}
