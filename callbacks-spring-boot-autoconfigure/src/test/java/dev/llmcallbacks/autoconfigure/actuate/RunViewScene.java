package dev.llmcallbacks.autoconfigure.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.retriever.Retriever;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.tool.Tool;

/**
 * Runs for the page to show: an agent with two tools at the same time whose last response
 * is still being streamed, and runs that have completed, failed and been cancelled.
 */
final class RunViewScene {

	private final CallbackManager manager;

	RunViewScene(CallbackManager manager) {
		this.manager = manager;
	}

	ChatClient client(ScriptedAnswer... answers) {
		return ChatClient.builder(new ScriptedChatModel().answer(answers)).callbackManager(this.manager).build();
	}

	void ended() {
		client(ScriptedAnswer.tokens("{\"topic\": ", "\"refund\"}").withUsage(412, 9))
			.prompt("Classify: where is my money?")
			.model("gpt-4.1-nano")
			.runName("classify")
			.tags("support")
			.text()
			.block(RunViewApplication.TIMEOUT);
		client(ScriptedAnswer.failure(new IllegalStateException("The provider answered with HTTP status 529",
				new DataSourceConnectionRefusedWhileRetryingException("connection reset",
						new java.io.IOException("")))))
			.prompt("Translate")
			.model("claude-sonnet-4-5")
			.runName("translate")
			.text()
			.onErrorComplete()
			.block(RunViewApplication.TIMEOUT);
		client(ScriptedAnswer.tokens("Once ", "upon ", "a time").then(ScriptedAnswer.silence())).prompt("Tell a story")
			.model("gpt-4.1-mini")
			.runName("story")
			.content()
			.take(2)
			.blockLast(RunViewApplication.TIMEOUT);
	}

	/**
	 * Start an agent whose response is not finished.
	 * @param rest the rest of its response
	 * @return its subscription
	 */
	Disposable agent(Flux<String> rest) {
		ScriptedAnswer calls = ScriptedAnswer
			.toolCalls(new ToolCall("call_1", "orders", "{\"customer\": \"ada\", \"status\": \"open\"}"),
					new ToolCall("call_2", "refund_policy", "{\"country\": \"DE\"}"))
			.withUsage(1240, 38)
			.withDelay(Duration.ofMillis(240));
		ScriptedAnswer answer = ScriptedAnswer
			.tokens("Your order 4711 was cancelled on Monday, and its refund of 49.90 EUR was sent to your bank ")
			.then((request) -> rest.map(dev.llmcallbacks.message.ChatChunk::text));
		Agent agent = Agent.builder(client(calls, answer).mutate().build())
			.name("support")
			.system("You are the support of a shop. Be brief and friendly.")
			.tools(tool("orders", Duration.ofMillis(420),
					"[{\"id\": 4711, \"state\": \"cancelled\", \"total\": 49.9}]"),
					tool("refund_policy", Duration.ofMillis(160), "Refunds arrive within five days."))
			.build();
		Retriever retriever = Retriever.of("handbook", (query) -> Mono.delay(Duration.ofMillis(90))
			.thenReturn(List
				.of(new Document("doc-12", "Refunds are sent on the day of the cancellation.", Map.of(), 0.83))));
		Mono<?> work = retriever.retrieve("refund of a cancelled order").then(agent.invoke("Where is my money?"));
		return this.manager.run("answer-ticket", Map.of("ticket", "T-2041", "customer", "ada"), work)
			.subscribe((result) -> {
			}, (ex) -> {
			});
	}

	private static Tool tool(String name, Duration delay, String result) {
		return Tool.of(new ToolDefinition(name, "A tool", "{\"type\": \"object\"}"),
				(arguments) -> Mono.delay(delay).thenReturn(result));
	}

	/**
	 * Exception whose name does not fit beside its message.
	 */
	static final class DataSourceConnectionRefusedWhileRetryingException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		DataSourceConnectionRefusedWhileRetryingException(String message, Throwable cause) {
			super(message, cause);
		}

	}

	/**
	 * Handlers, one of which is slow.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		@LlmCallback(timeout = "150ms")
		CallbackHandler ledger() {
			return CallbackHandler.on(ToolEnd.class, (end) -> {
				try {
					Thread.sleep(200);
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			});
		}

		@Bean
		@LlmCallback
		CallbackHandler usageLog() {
			return CallbackHandler.on(LlmEnd.class, (end) -> {
			});
		}

	}

}
