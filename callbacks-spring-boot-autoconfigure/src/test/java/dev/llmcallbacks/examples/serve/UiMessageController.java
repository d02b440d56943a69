package dev.llmcallbacks.examples.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.dispatch.ShutdownException;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.event.ToolProgress;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.run.Run;

/**
 * Answers {@code useChat} of Vercel's AI SDK with a UI message stream, version 1.
 */
@RestController
class UiMessageController {

	private final Agent assistant;

	UiMessageController(Agent assistant) {
		this.assistant = assistant;
	}

	@PostMapping("/api/chat")
	ResponseEntity<Flux<ServerSentEvent<Object>>> chat(@RequestBody ChatBody body) {
		List<ChatMessage> messages = body.messages().stream().map(UiMessage::toMessage).toList();
		return ResponseEntity.ok()
			.header("x-vercel-ai-ui-message-stream", "v1")
			.contentType(MediaType.TEXT_EVENT_STREAM)
			.body(Flux.defer(() -> parts(this.assistant.events(messages))));
	}

	private static Flux<ServerSentEvent<Object>> parts(Flux<CallbackEvent> events) {
		Conversion conversion = new Conversion();
		return events.concatMapIterable(conversion::parts, 1)
			.concatWith(Flux.defer(() -> Flux.fromIterable(conversion.finish())))
			.onErrorResume((ex) -> Flux.fromIterable(conversion.fail(ex)))
			.map((part) -> ServerSentEvent.<Object>builder(part).build())
			.concatWith(Mono.just(ServerSentEvent.<Object>builder("[DONE]").build()));
	}

	/** Body of the request, of which only this is used. */
	record ChatBody(List<UiMessage> messages) {

	}

	/** Message of the user interface. */
	record UiMessage(String role, List<UiPart> parts) {

		ChatMessage toMessage() {
			StringBuilder text = new StringBuilder();
			this.parts.stream()
				.filter((part) -> "text".equals(part.type()))
				.forEach((part) -> text.append(part.text()));
			return this.role.equals("assistant") ? new AiMessage(text.toString()) : new HumanMessage(text.toString());
		}

	}

	/** Part of a message, of which only texts are used. */
	record UiPart(String type, @Nullable String text) {

	}

	/** Conversion of the events of one answer. */
	private static final class Conversion {

		private @Nullable Run root;

		private boolean inStep;

		/** Type of the block that is open: text or reasoning. */
		private @Nullable String block;

		private String blockId = "";

		private TokenUsage usage = TokenUsage.NONE;

		private @Nullable FinishReason finishReason;

		// runs further inside, as those of an agent that is a tool, are left out
		private boolean isShown(Run run) {
			return this.root != null && (run.equals(this.root) || this.root.id().equals(run.parentId()));
		}

		List<Map<String, Object>> parts(CallbackEvent event) {
			List<Map<String, Object>> parts = new ArrayList<>();
			if (this.root == null && event instanceof RunStart) {
				this.root = event.run();
				parts.add(Map.of("type", "start", "messageId", event.run().id().toString()));
			}
			if (event instanceof LlmEnd end) {
				this.usage = this.usage.plus(end.result().llmOutput().tokenUsage());
			}
			if (isShown(event.run())) {
				add(parts, event);
			}
			return parts;
		}

		private void add(List<Map<String, Object>> parts, CallbackEvent event) {
			if (event instanceof ChatModelStart) {
				endStep(parts);
				parts.add(Map.of("type", "start-step"));
				this.inStep = true;
			}
			else if (event instanceof LlmNewToken token && token.choice() == 0) {
				delta(parts, "reasoning", token.chunk().reasoning());
				delta(parts, "text", token.token());
			}
			else if (event instanceof LlmEnd end) {
				endBlock(parts);
				this.finishReason = end.result().generations().get(0).get(0).finishReason();
			}
			else if (event instanceof ToolStart start) {
				parts.add(Map.of("type", "tool-input-available", "toolCallId", start.toolCall().id(), "toolName",
						start.toolCall().name(), "input", start.toolCall().parsedArguments()));
			}
			else if (event instanceof ToolProgress progress) {
				parts.add(Map.of("type", "tool-output-available", "toolCallId", progress.toolCallId(), "output",
						progress.data(), "preliminary", true));
			}
			else if (event instanceof ToolEnd end && !end.output().error()) {
				parts.add(Map.of("type", "tool-output-available", "toolCallId", end.output().toolCallId(), "output",
						end.output().text()));
			}
			else if (event instanceof ToolEnd end) {
				parts.add(toolError(end.output().toolCallId()));
			}
			else if (event instanceof ToolError error) {
				parts.add(toolError(error.toolCallId()));
			}
		}

		private static Map<String, Object> toolError(String toolCallId) {
			return Map.of("type", "tool-output-error", "toolCallId", toolCallId, "errorText", "The tool has failed");
		}

		private void delta(List<Map<String, Object>> parts, String type, @Nullable String delta) {
			if (delta == null || delta.isEmpty()) {
				return;
			}
			if (!type.equals(this.block)) {
				endBlock(parts);
				this.block = type;
				this.blockId = UUID.randomUUID().toString();
				parts.add(Map.of("type", type + "-start", "id", this.blockId));
			}
			parts.add(Map.of("type", type + "-delta", "id", this.blockId, "delta", delta));
		}

		private void endBlock(List<Map<String, Object>> parts) {
			if (this.block != null) {
				parts.add(Map.of("type", this.block + "-end", "id", this.blockId));
				this.block = null;
			}
		}

		private void endStep(List<Map<String, Object>> parts) {
			endBlock(parts);
			if (this.inStep) {
				parts.add(Map.of("type", "finish-step"));
				this.inStep = false;
			}
		}

		List<Map<String, Object>> finish() {
			List<Map<String, Object>> parts = new ArrayList<>();
			endStep(parts);
			parts.add(Map.of("type", "finish", "finishReason", finishReason(), "messageMetadata",
					Map.of("inputTokens", this.usage.input(), "outputTokens", this.usage.output())));
			return parts;
		}

		private String finishReason() {
			if (this.finishReason == null) {
				return "other";
			}
			return switch (this.finishReason) {
				case STOP -> "stop";
				case LENGTH -> "length";
				case TOOL_CALLS -> "tool-calls";
				case CONTENT_FILTER -> "content-filter";
				default -> "other";
			};
		}

		// nothing of what the provider said goes out
		List<Map<String, Object>> fail(Throwable ex) {
			List<Map<String, Object>> parts = new ArrayList<>();
			endBlock(parts);
			parts.add((ex instanceof ShutdownException) ? Map.of("type", "abort", "reason", "The server is stopping")
					: Map.of("type", "error", "errorText", "The question could not be answered"));
			return parts;
		}

	}

}
