package dev.llmcallbacks.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.langchain4j.mcp.McpToolProvider;
import dev.langchain4j.mcp.client.DefaultMcpClient;
import dev.langchain4j.mcp.client.McpClient;
import dev.langchain4j.mcp.client.transport.http.StreamableHttpMcpTransport;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.TokenStream;
import dev.langchain4j.service.tool.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.autoconfigure.LangChain4jApplications.Provider;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.langchain4j.LangChain4jTools;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.test.RecordedRun;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.tool.Tools;
import dev.llmcallbacks.wire.McpToolServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for tools of a real server of the Model Context Protocol, with LangChain4j's
 * client: in AI services, and as tools of this library.
 */
class LangChain4jMcpToolsTests {

	private static final ToolCall ADD = new ToolCall("call_1", McpToolServer.ADD, "{\"a\":1,\"b\":2}");

	private static final ToolCall BROKEN = new ToolCall("call_2", McpToolServer.BROKEN, "{}");

	private static final ToolCall TIDE = new ToolCall("call_3", "tide", "{}");

	private static final McpToolServer MCP = McpToolServer.start();

	private final LangChain4jApplications applications = new LangChain4jApplications();

	@AfterAll
	static void stopServer() {
		MCP.close();
	}

	@AfterEach
	void stop() {
		MCP.removeTool(TIDE.name());
		this.applications.close();
	}

	// asks for the tools of each call: the server does not notify this client
	private static McpClient client() {
		return DefaultMcpClient.builder()
			.transport(StreamableHttpMcpTransport.builder()
				.url(MCP.url() + McpToolServer.ENDPOINT)
				.timeout(LangChain4jApplications.TIMEOUT)
				.build())
			.autoHealthCheck(false)
			.cacheToolList(false)
			.build();
	}

	private ApplicationContextRunner application(Provider provider, boolean withLibrary) {
		return this.applications.application(provider, withLibrary).withUserConfiguration(McpGuides.class);
	}

	private RecordedRun root() {
		assertThat(this.applications.recorder.await()).hasSize(1);
		return this.applications.recorder.runs().get(0);
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 calls of tools of a server are runs inside that of an AI service, with results and errors")
	void shouldEmitTheEventsOfCalls(Provider provider) {
		this.applications.script.answer(ScriptedAnswer.toolCalls(ADD, BROKEN), ScriptedAnswer.text("Three."));
		application(provider, true).run((context) -> {
			assertThat(context.getBean(McpGuide.class).ask("1 + 2?")).isEqualTo("Three.");
			verifyEvents(provider.wholeName(), "McpGuide.ask");
		});
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 calls of tools of a server are runs inside that of a stream, with results and errors")
	void shouldEmitTheEventsOfCallsInAStream(Provider provider) {
		this.applications.script.answer(ScriptedAnswer.toolCalls(ADD, BROKEN), ScriptedAnswer.text("Three."));
		application(provider, true).run((context) -> {
			CompletableFuture<String> answer = new CompletableFuture<>();
			context.getBean(StreamedMcpGuide.class)
				.ask("1 + 2?")
				.onCompleteResponse((response) -> answer.complete(response.aiMessage().text()))
				.onError(answer::completeExceptionally)
				.start();
			assertThat(answer.get(LangChain4jApplications.TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("Three.");
			verifyEvents(provider.streamingName(), "StreamedMcpGuide.ask");
		});
	}

	private void verifyEvents(String model, String service) {
		assertThat(root().tree()).isEqualTo("%2$s\n  %1$s\n  add\n  broken\n  %1$s".formatted(model, service));
		assertThat(this.applications.recorder.events(ToolStart.class).get(0).toolCall()).satisfies((call) -> {
			assertThat(call.id()).isEqualTo("call_1");
			assertThat(call.parsedArguments()).isEqualTo(Map.of("a", 1, "b", 2));
		});
		assertThat(this.applications.recorder.events(ToolEnd.class)).singleElement()
			.satisfies((end) -> assertThat(end.output()).isEqualTo(new ToolMessage("call_1", "3")));
		assertThat(this.applications.recorder.events(ToolError.class)).singleElement()
			.satisfies((end) -> assertThat(end.error()).hasMessage("The harbour is closed"));
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 the model receives what it receives without the library, errors included")
	void shouldChangeNothingForTheModel(Provider provider) {
		for (boolean withLibrary : List.of(false, true)) {
			this.applications.script.answer(ScriptedAnswer.toolCalls(ADD, BROKEN), ScriptedAnswer.text("Three."));
			application(provider, withLibrary).run((context) -> context.getBean(McpGuide.class).ask("1 + 2?"));
		}
		assertThat(this.applications.script.requests().get(3).messages())
			.isEqualTo(this.applications.script.requests().get(1).messages());
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 tools that a server adds are runs from the next call on")
	void shouldEmitTheEventsOfToolsThatAreAdded(Provider provider) {
		this.applications.script.answer(ScriptedAnswer.toolCalls(TIDE), ScriptedAnswer.text("High."));
		application(provider, true).run((context) -> {
			MCP.addTool(TIDE.name(), "high");
			assertThat(context.getBean(McpGuide.class).ask("The tide?")).isEqualTo("High.");
			assertThat(root().tree()).isEqualTo("McpGuide.ask\n  %1$s\n  tide\n  %1$s".formatted(provider.wholeName()));
		});
	}

	@Test
	@DisplayName("G38 tools of a server are tools of this library, with results, errors and checked arguments")
	void shouldBeToolsOfThisLibrary() {
		this.applications.application(Provider.OPENAI, true).withUserConfiguration(McpGuides.class).run((context) -> {
			MCP.addTool(TIDE.name(), "high");
			Tools tools = LangChain4jTools.of(context.getBean(ToolProvider.class), "1 + 2?")
				.withManager(context.getBean(CallbackManager.class));
			assertThat(call(tools, ADD)).isEqualTo(new ToolMessage("call_1", "3"));
			assertThat(call(tools, BROKEN)).isEqualTo(new ToolMessage("call_2", "The harbour is closed", true));
			assertThat(call(tools, new ToolCall("call_4", McpToolServer.ADD, "{\"a\":\"one\"}")).error()).isTrue();
			MCP.removeTool(TIDE.name());
			assertThat(call(tools, TIDE).error()).isTrue();
			assertThat(this.applications.recorder.await()).hasSize(4);
			assertThat(this.applications.recorder.eventNames()).containsExactly("ToolStart", "ToolEnd", "ToolStart",
					"ToolError", "ToolStart", "ToolError", "ToolStart", "ToolError");
		});
	}

	private static ToolMessage call(Tools tools, ToolCall call) {
		return Objects.requireNonNull(tools.call(call).block(LangChain4jApplications.TIMEOUT));
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 this library's agent on LangChain4j's model calls tools of a server")
	void shouldRunAgents(Provider provider) {
		this.applications.script.answer(ScriptedAnswer.toolCalls(ADD), ScriptedAnswer.text("Three."));
		application(provider, true).run((context) -> {
			Agent agent = Agent.builder(context.getBean(ChatClient.class))
				.tools(LangChain4jTools.of(context.getBean(ToolProvider.class), "1 + 2?"))
				.build();
			assertThat(agent.invoke("1 + 2?").block(LangChain4jApplications.TIMEOUT).text()).isEqualTo("Three.");
			assertThat(root().children()).extracting((run) -> run.run().type().name())
				.containsExactly("LLM", "TOOL", "LLM");
		});
	}

	/** AI service with the tools of the server. */
	public interface McpGuide {

		String ask(String question);

	}

	/** AI service with the tools of the server, which streams. */
	public interface StreamedMcpGuide {

		TokenStream ask(String question);

	}

	@Configuration(proxyBeanMethods = false)
	static class McpGuides {

		@Bean
		McpClient mcpClient() {
			return client();
		}

		@Bean
		ToolProvider mcpTools(McpClient client) {
			return McpToolProvider.builder().mcpClients(client).failIfOneServerFails(true).build();
		}

		@Bean
		McpGuide mcpGuide(ChatModel model, ToolProvider tools) {
			return AiServices.builder(McpGuide.class).chatModel(model).toolProvider(tools).build();
		}

		@Bean
		StreamedMcpGuide streamedMcpGuide(StreamingChatModel model, ToolProvider tools) {
			return AiServices.builder(StreamedMcpGuide.class).streamingChatModel(model).toolProvider(tools).build();
		}

	}

}
