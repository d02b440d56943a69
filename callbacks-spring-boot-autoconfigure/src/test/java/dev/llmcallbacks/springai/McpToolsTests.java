package dev.llmcallbacks.springai;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.ai.mcp.AsyncMcpToolCallbackProvider;
import org.springframework.ai.mcp.McpToolUtils;
import org.springframework.ai.mcp.McpToolsChangedEvent;
import org.springframework.ai.mcp.SyncMcpToolCallbackProvider;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.support.GenericApplicationContext;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.AgentAction;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.test.ScriptedProvider;
import dev.llmcallbacks.tool.Tool;
import dev.llmcallbacks.tool.Tools;
import dev.llmcallbacks.wire.McpToolServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for tools of a real server of the Model Context Protocol, with Spring AI's
 * blocking and asynchronous clients: in Spring AI's client, and as tools of this library.
 */
class McpToolsTests {

	private static final ToolCall ADD = new ToolCall("call-1", McpToolServer.ADD, "{\"a\":1,\"b\":2}");

	private static final ToolCall BROKEN = new ToolCall("call-2", McpToolServer.BROKEN, "{}");

	private static final String THREE = "[{\"text\":\"3\"}]";

	private static final ToolCall TIDE = new ToolCall("call-3", "tide", "{}");

	private static final McpToolServer MCP = McpToolServer.start();

	private final ScriptedChatModel script = new ScriptedChatModel();

	private final ScriptedProvider server = ScriptedProvider.start(this.script);

	private final List<AutoCloseable> clients = new ArrayList<>();

	@AfterAll
	static void stopServer() {
		MCP.close();
	}

	@AfterEach
	void stop() throws Exception {
		for (AutoCloseable client : this.clients) {
			client.close();
		}
		MCP.removeTool(TIDE.name());
		this.server.close();
	}

	static Stream<Arguments> kinds() {
		return Arrays.stream(SpringAiApplications.values())
			.flatMap((kind) -> Arrays.stream(Client.values()).map((client) -> Arguments.of(kind, client)));
	}

	/** The provider of tools, which is told of changes as Spring AI's starter does it. */
	private ToolCallbackProvider provider(Client client, ApplicationEventPublisher events) {
		Consumer<List<McpSchema.Tool>> changed = (tools) -> events
			.publishEvent(new McpToolsChangedEvent("harbour", tools));
		HttpClientStreamableHttpTransport transport = HttpClientStreamableHttpTransport.builder(MCP.url())
			.endpoint(McpToolServer.ENDPOINT)
			.openConnectionOnStartup(true)
			.build();
		if (client == Client.BLOCKING) {
			McpSyncClient blocking = McpClient.sync(transport)
				.requestTimeout(SpringAiApplications.TIMEOUT)
				.toolsChangeConsumer(changed)
				.build();
			this.clients.add(blocking::close);
			blocking.initialize();
			return SyncMcpToolCallbackProvider.builder().mcpClients(blocking).build();
		}
		McpAsyncClient asynchronous = McpClient.async(transport)
			.requestTimeout(SpringAiApplications.TIMEOUT)
			.toolsChangeConsumer((tools) -> Mono.fromRunnable(() -> changed.accept(tools)))
			.build();
		this.clients.add(asynchronous::close);
		asynchronous.initialize().block(SpringAiApplications.TIMEOUT);
		return AsyncMcpToolCallbackProvider.builder().mcpClients(asynchronous).build();
	}

	private ApplicationContextRunner with(SpringAiApplications kind, Client client) {
		return withProvider(kind.with(this.server), client);
	}

	private ApplicationContextRunner withProvider(ApplicationContextRunner runner, Client client) {
		return runner.withInitializer((context) -> ((GenericApplicationContext) context).registerBean("mcpTools",
				ToolCallbackProvider.class, () -> provider(client, context)));
	}

	private static ToolCallbackProvider tools(ApplicationContext context) {
		return context.getBean("mcpTools", ToolCallbackProvider.class);
	}

	private static EventRecorder recorder(ApplicationContext context) {
		return context.getBean(EventRecorder.class);
	}

	private static List<RunType> types(EventRecorder recorder) {
		assertThat(recorder.await()).hasSize(1);
		return recorder.runs().get(0).stream().map((run) -> run.run().type()).toList();
	}

	@ParameterizedTest
	@MethodSource("kinds")
	@DisplayName("G38 a call of a tool of a server is a run inside that of Spring AI's client, with its id")
	void shouldEmitTheEventsOfACall(SpringAiApplications kind, Client client) {
		this.script.answer(ScriptedAnswer.toolCalls(ADD), ScriptedAnswer.text("Three."));
		with(kind, client).run((context) -> {
			assertThat(kind.ask(context, "1 + 2?", (spec) -> spec.tools(tools(context)))).isEqualTo("Three.");
			assertThat(types(recorder(context))).containsExactly(RunType.AGENT, RunType.LLM, RunType.TOOL, RunType.LLM);
			assertThat(recorder(context).events(AgentAction.class)).hasSize(1);
			assertThat(recorder(context).events(ToolStart.class)).singleElement().satisfies((start) -> {
				assertThat(start.run().name()).isEqualTo(McpToolServer.ADD);
				assertThat(start.toolCall().id()).isEqualTo("call-1");
				assertThat(start.toolCall().parsedArguments()).isEqualTo(Map.of("a", 1, "b", 2));
			});
			assertThat(recorder(context).events(ToolEnd.class)).singleElement()
				.satisfies((end) -> assertThat(end.output().text()).isEqualTo(THREE));
		});
		assertThat(this.script.requests().get(0).tools()).extracting("name")
			.containsExactlyInAnyOrder(McpToolServer.ADD, McpToolServer.BROKEN);
	}

	@ParameterizedTest
	@MethodSource("kinds")
	@DisplayName("G38 a result that is an error fails the run, and the model receives what it receives without the library")
	void shouldEmitTheErrorOfAResult(SpringAiApplications kind, Client client) {
		this.script.answer(ScriptedAnswer.toolCalls(BROKEN), ScriptedAnswer.text("Closed."),
				ScriptedAnswer.toolCalls(BROKEN), ScriptedAnswer.text("Closed."));
		withProvider(kind.without(this.server), client)
			.run((context) -> kind.ask(context, "Open?", (spec) -> spec.tools(tools(context))));
		with(kind, client).run((context) -> {
			assertThat(kind.ask(context, "Open?", (spec) -> spec.tools(tools(context)))).isEqualTo("Closed.");
			assertThat(types(recorder(context))).containsExactly(RunType.AGENT, RunType.LLM, RunType.TOOL, RunType.LLM);
			assertThat(recorder(context).events(ToolError.class)).singleElement()
				.satisfies((end) -> assertThat(end.error()).isInstanceOf(ToolExecutionException.class)
					.hasMessageContaining("The harbour is closed"));
		});
		assertThat(this.script.requests().get(3).messages()).isEqualTo(this.script.requests().get(1).messages());
	}

	@ParameterizedTest
	@MethodSource("kinds")
	@DisplayName("G38 a tool that the server no longer has fails the runs around it with the error of the protocol")
	void shouldEmitTheErrorOfTheProtocol(SpringAiApplications kind, Client client) {
		MCP.addTool(TIDE.name(), "high");
		this.script.answer(ScriptedAnswer.toolCalls(TIDE));
		with(kind, client).run((context) -> {
			ToolCallbackProvider before = ToolCallbackProvider.from(tools(context).getToolCallbacks());
			MCP.removeTool(TIDE.name());
			assertThat(catchThrowable(() -> kind.ask(context, "The tide?", (spec) -> spec.tools(before))))
				.satisfiesAnyOf((error) -> assertThat(error).isInstanceOf(McpError.class),
						(error) -> assertThat(error).hasRootCauseInstanceOf(McpError.class));
			assertThat(types(recorder(context))).containsExactly(RunType.AGENT, RunType.LLM, RunType.TOOL);
			assertThat(recorder(context).events(ToolError.class)).singleElement()
				.satisfies((end) -> assertThat(end.error()).isInstanceOf(McpError.class));
			assertThat(recorder(context).eventNames()).endsWith("ToolError", "ChainError");
		});
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 tools that a server adds are runs from the next call on")
	void shouldEmitTheEventsOfToolsThatAreAdded(Client client) {
		SpringAiApplications kind = SpringAiApplications.OPENAI_STREAMED;
		this.script.answer(ScriptedAnswer.toolCalls(TIDE), ScriptedAnswer.text("High."));
		with(kind, client).run((context) -> {
			assertThat(tools(context).getToolCallbacks()).hasSize(2);
			MCP.addTool(TIDE.name(), "high");
			Awaitility.await().atMost(SpringAiApplications.TIMEOUT).until(() -> {
				MCP.notifyClients();
				return tools(context).getToolCallbacks().length == 3;
			});
			assertThat(kind.ask(context, "The tide?", (spec) -> spec.tools(tools(context)))).isEqualTo("High.");
			assertThat(types(recorder(context))).containsExactly(RunType.AGENT, RunType.LLM, RunType.TOOL, RunType.LLM);
			assertThat(recorder(context).events(ToolEnd.class)).singleElement()
				.satisfies((end) -> assertThat(end.run().name()).isEqualTo("tide"));
			assertThat(SpringAiTools.of(tools(context)).definitions()).extracting("name").contains("tide");
		});
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 tools of a server are tools of this library's agent, with results, errors and checked arguments")
	void shouldBeToolsOfThisLibrary(Client client) {
		EventRecorder recorder = new EventRecorder(SpringAiApplications.TIMEOUT);
		CallbackManager manager = CallbackManager.builder().handlers(recorder).build();
		MCP.addTool(TIDE.name(), "high");
		Tools tools = SpringAiTools.of(provider(client, (event) -> {
		}));
		assertThat(call(tools, manager, ADD)).isEqualTo(new ToolMessage("call-1", THREE));
		assertThat(call(tools, manager, BROKEN)).satisfies((answer) -> {
			assertThat(answer.error()).isTrue();
			assertThat(answer.text()).contains("The harbour is closed");
		});
		assertThat(call(tools, manager, new ToolCall("call-4", McpToolServer.ADD, "{\"a\":\"one\"}")).error()).isTrue();
		MCP.removeTool(TIDE.name());
		assertThat(call(tools, manager, TIDE).error()).isTrue();
		assertThat(recorder.await()).hasSize(4);
		assertThat(recorder.eventNames()).containsExactly("ToolStart", "ToolEnd", "ToolStart", "ToolError", "ToolStart",
				"ToolError", "ToolStart", "ToolError");
	}

	private static ToolMessage call(Tools tools, CallbackManager manager, ToolCall call) {
		return Objects.requireNonNull(tools.withManager(manager).call(call).block(SpringAiApplications.TIMEOUT));
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 this library's agent on Spring AI's model calls tools of a server")
	void shouldRunAgents(Client client) {
		this.script.answer(ScriptedAnswer.toolCalls(ADD), ScriptedAnswer.text("Three."));
		EventRecorder recorder = new EventRecorder(SpringAiApplications.TIMEOUT);
		ChatClient chatClient = ChatClient.builder(new SpringAiChatModel(SpringAiApplications.openAi(this.server)))
			.callbackManager(CallbackManager.builder().handlers(recorder).build())
			.build();
		Agent agent = Agent.builder(chatClient).tools(SpringAiTools.of(provider(client, (event) -> {
		}))).build();
		assertThat(agent.invoke("1 + 2?").block(SpringAiApplications.TIMEOUT).text()).isEqualTo("Three.");
		assertThat(types(recorder)).containsExactly(RunType.AGENT, RunType.LLM, RunType.TOOL, RunType.LLM);
		assertThat(recorder.events(ToolEnd.class).get(0).output()).isEqualTo(new ToolMessage("call-1", THREE));
	}

	@Test
	@DisplayName("G38 tools of this library on a server are runs of the server's application")
	void shouldServeToolsOfThisLibrary() {
		EventRecorder recorder = new EventRecorder(SpringAiApplications.TIMEOUT);
		Tool tool = Tool.of(new dev.llmcallbacks.message.ToolDefinition("shout", "Shouts", """
				{"type":"object","properties":{"text":{"type":"string"}},"required":["text"]}"""),
				(arguments) -> arguments.get("text") + "!");
		Tools tools = Tools.of(tool).withManager(CallbackManager.builder().handlers(recorder).build());
		MCP.addTools(McpToolUtils.toSyncToolSpecification(SpringAiTools.toolCallbacks(tools)));
		Tools remote = SpringAiTools.of(provider(Client.BLOCKING, (event) -> {
		}));
		assertThat(call(remote, CallbackManager.builder().build(), new ToolCall("call-1", "shout", "{\"text\":\"Hi\"}"))
			.text()).isEqualTo("[{\"text\":\"Hi!\"}]");
		assertThat(recorder.await()).singleElement().satisfies((run) -> {
			assertThat(run.run().type()).isEqualTo(RunType.TOOL);
			assertThat(run.events(ToolEnd.class).get(0).output().text()).isEqualTo("Hi!");
		});
	}

	enum Client {

		BLOCKING, ASYNCHRONOUS

	}

}
