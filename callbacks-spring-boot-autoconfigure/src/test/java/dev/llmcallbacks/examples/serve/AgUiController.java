package dev.llmcallbacks.examples.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.run.Run;

/**
 * Answers an {@code HttpAgent} of AG-UI.
 */
@RestController
class AgUiController {

	private final Agent assistant;

	AgUiController(Agent assistant) {
		this.assistant = assistant;
	}

	@PostMapping(path = "/ag-ui", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<ServerSentEvent<Object>> run(@RequestBody RunInput input) {
		List<ChatMessage> messages = input.messages()
			.stream()
			.filter(AgUiMessage::isText)
			.map(AgUiMessage::toMessage)
			.toList();
		return Flux.defer(() -> events(input, this.assistant.events(messages)))
			.map((event) -> ServerSentEvent.<Object>builder(event).build());
	}

	private static Flux<Map<String, Object>> events(RunInput input, Flux<CallbackEvent> events) {
		Conversion conversion = new Conversion(input);
		return Flux.just(conversion.start())
			.concatWith(events.concatMapIterable(conversion::events, 1))
			.concatWith(Flux.defer(() -> Flux.just(conversion.finish())))
			.onErrorResume((ex) -> Flux.just(conversion.fail()));
	}

	/** Body of the request, of which only this is used. */
	record RunInput(String threadId, String runId, List<AgUiMessage> messages) {

	}

	/** Message of the conversation, of which only texts are used. */
	record AgUiMessage(String role, @Nullable Object content) {

		boolean isText() {
			return this.content instanceof String && (this.role.equals("user") || this.role.equals("assistant"));
		}

		ChatMessage toMessage() {
			String text = String.valueOf(this.content);
			return this.role.equals("user") ? new HumanMessage(text) : new AiMessage(text);
		}

	}

	/** Conversion of the events of one answer. */
	private static final class Conversion {

		private final RunInput input;

		private @Nullable Run root;

		/** Beginning of the names of the events of the message that is open. */
		private @Nullable String message;

		private String messageId = "";

		private final List<Map<String, Object>> usage = new ArrayList<>();

		Conversion(RunInput input) {
			this.input = input;
		}

		// runs further inside, as those of an agent that is a tool, are left out
		private boolean isShown(Run run) {
			return this.root != null && (run.equals(this.root) || this.root.id().equals(run.parentId()));
		}

		Map<String, Object> start() {
			return Map.of("type", "RUN_STARTED", "threadId", this.input.threadId(), "runId", this.input.runId());
		}

		List<Map<String, Object>> events(CallbackEvent event) {
			List<Map<String, Object>> events = new ArrayList<>();
			if (this.root == null && event instanceof RunStart) {
				this.root = event.run();
			}
			if (event instanceof LlmEnd end) {
				TokenUsage used = end.result().llmOutput().tokenUsage();
				this.usage.add(Map.of("inputTokens", used.input(), "outputTokens", used.output()));
			}
			if (isShown(event.run())) {
				add(events, event);
			}
			return events;
		}

		private void add(List<Map<String, Object>> events, CallbackEvent event) {
			if (event instanceof LlmNewToken token && token.choice() == 0) {
				delta(events, "REASONING_MESSAGE", "reasoning", token.chunk().reasoning());
				delta(events, "TEXT_MESSAGE", "assistant", token.token());
			}
			else if (event instanceof LlmEnd) {
				endMessage(events);
			}
			else if (event instanceof ToolStart start) {
				ToolCall call = start.toolCall();
				events.add(Map.of("type", "TOOL_CALL_START", "toolCallId", call.id(), "toolCallName", call.name()));
				events.add(Map.of("type", "TOOL_CALL_ARGS", "toolCallId", call.id(), "delta", call.arguments()));
				events.add(Map.of("type", "TOOL_CALL_END", "toolCallId", call.id()));
			}
			else if (event instanceof ToolEnd end) {
				events.add(result(end.output().toolCallId(), end.output().text()));
			}
			else if (event instanceof ToolError error) {
				events.add(result(error.toolCallId(), "The tool has failed"));
			}
			else if (event instanceof CustomEvent custom) {
				events.add(Map.of("type", "CUSTOM", "name", custom.name(), "value", custom.data()));
			}
		}

		private void delta(List<Map<String, Object>> events, String name, String role, @Nullable String delta) {
			if (delta == null || delta.isEmpty()) {
				return;
			}
			if (!name.equals(this.message)) {
				endMessage(events);
				this.message = name;
				this.messageId = UUID.randomUUID().toString();
				if (name.equals("REASONING_MESSAGE")) {
					events.add(Map.of("type", "REASONING_START", "messageId", this.messageId));
				}
				events.add(Map.of("type", name + "_START", "messageId", this.messageId, "role", role));
			}
			events.add(Map.of("type", name + "_CONTENT", "messageId", this.messageId, "delta", delta));
		}

		private void endMessage(List<Map<String, Object>> events) {
			if (this.message == null) {
				return;
			}
			events.add(Map.of("type", this.message + "_END", "messageId", this.messageId));
			if (this.message.equals("REASONING_MESSAGE")) {
				events.add(Map.of("type", "REASONING_END", "messageId", this.messageId));
			}
			this.message = null;
		}

		private static Map<String, Object> result(String toolCallId, String content) {
			return Map.of("type", "TOOL_CALL_RESULT", "messageId", UUID.randomUUID().toString(), "toolCallId",
					toolCallId, "content", content, "role", "tool");
		}

		Map<String, Object> finish() {
			return Map.of("type", "RUN_FINISHED", "threadId", this.input.threadId(), "runId", this.input.runId(),
					"usage", List.copyOf(this.usage));
		}

		// nothing of what the provider said goes out
		Map<String, Object> fail() {
			return Map.of("type", "RUN_ERROR", "message", "The question could not be answered", "code", "unavailable");
		}

	}

}
