package dev.llmcallbacks.test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolCallChunk;

/**
 * Anthropic's messages.
 */
final class AnthropicScriptProtocol implements ScriptProtocol {

	private static final JsonMapper json = JsonMapper.builder().build();

	@Override
	public String path() {
		return "/v1/messages";
	}

	@Override
	public String requestIdHeader() {
		return "request-id";
	}

	@Override
	public void authenticate(HttpHeaders headers) {
		if (headers.get("x-api-key", "").isBlank() && headers.get("authorization", "").isBlank()) {
			throw new ScriptRefusal(401, "authentication_error", "x-api-key header is required");
		}
		if (headers.get("anthropic-version", "").isBlank()) {
			throw AnthropicScriptRequest.invalid("anthropic-version: header is required");
		}
	}

	@Override
	public ScriptedQuestion read(JsonNode body) {
		return AnthropicScriptRequest.read(body);
	}

	@Override
	public Object whole(ScriptedReply reply) {
		AiMessage answer = reply.message();
		List<Object> content = new ArrayList<>();
		if (answer.reasoning() != null) {
			content.add(JsonContent.fields("type", "thinking", "thinking", answer.reasoning(), "signature", ""));
		}
		if (!answer.text().isEmpty() || answer.toolCalls().isEmpty()) {
			content.add(textBlock(answer.text()));
		}
		answer.toolCalls()
			.forEach((call) -> content.add(toolUseBlock(call.id(), call.name(), json.readTree(call.arguments()))));
		return message(reply, content, stopReason(reply.finishReason()), usage(reply.usage()));
	}

	@Override
	public List<ServerEvent> opening(ScriptedReply reply) {
		List<ServerEvent> events = new ArrayList<>();
		events.add(event("message_start", "message", message(reply, List.of(), null, usage(reply.initialUsage()))));
		if (!reply.beginsWithCall() && !reply.beginsWithReasoning()) {
			open("text", textBlock(""), reply, events);
		}
		events.add(event("ping"));
		return events;
	}

	@Override
	public List<ServerEvent> events(ScriptedReply reply, ChatChunk chunk) {
		List<ServerEvent> events = new ArrayList<>();
		if (chunk.reasoning() != null) {
			open("thinking", JsonContent.fields("type", "thinking", "thinking", "", "signature", ""), reply, events);
			events.add(delta(reply, "thinking_delta", "thinking", chunk.reasoning()));
		}
		if (!chunk.text().isEmpty()) {
			open("text", textBlock(""), reply, events);
			events.add(delta(reply, "text_delta", "text", chunk.text()));
		}
		for (ToolCallChunk call : chunk.toolCalls()) {
			open("tool " + call.index(), toolUseBlock(call.id(), call.name(), Map.of()), reply, events);
			if (!call.arguments().isEmpty()) {
				events.add(delta(reply, "input_json_delta", "partial_json", call.arguments()));
			}
		}
		return events;
	}

	private static void open(String kind, Object block, ScriptedReply reply, List<ServerEvent> events) {
		int open = reply.openBlock();
		boolean hasOpen = reply.hasOpenBlock();
		if (reply.opensBlock(kind)) {
			if (hasOpen) {
				events.add(event("content_block_stop", "index", open));
			}
			events.add(event("content_block_start", "index", reply.openBlock(), "content_block", block));
		}
	}

	private static ServerEvent delta(ScriptedReply reply, String type, String field, String text) {
		return event("content_block_delta", "index", reply.openBlock(), "delta",
				JsonContent.fields("type", type, field, text));
	}

	@Override
	public List<ServerEvent> closing(ScriptedReply reply) {
		List<ServerEvent> events = new ArrayList<>();
		if (reply.hasOpenBlock()) {
			events.add(event("content_block_stop", "index", reply.openBlock()));
		}
		Map<String, @Nullable Object> delta = JsonContent.fields("stop_reason", stopReason(reply.finishReason()),
				"stop_sequence", null);
		events.add(event("message_delta", "delta", delta, "usage", usage(reply.usage())));
		events.add(event("message_stop"));
		return events;
	}

	@Override
	public ServerEvent failure(ScriptRefusal refusal) {
		return event("error", "error", JsonContent.fields("type", refusal.type(), "message", refusal.message()));
	}

	@Override
	public ScriptRefusal refusal(ScriptFailure failure) {
		return switch (failure) {
			case AUTHENTICATION -> new ScriptRefusal(401, "authentication_error", "invalid x-api-key");
			case PERMISSION -> new ScriptRefusal(403, "permission_error",
					"Your API key does not have permission to use the specified resource.");
			case NOT_FOUND -> new ScriptRefusal(404, "not_found_error", "model: not found");
			case RATE_LIMITED ->
				new ScriptRefusal(429, "rate_limit_error", "This request would exceed your rate limit.");
			case OVERLOADED -> new ScriptRefusal(529, "overloaded_error", "Overloaded");
			case TIMED_OUT -> new ScriptRefusal(408, "timeout_error", "The request timed out.");
			case FILTERED -> new ScriptRefusal(451, "content_filtered", "Output blocked by content filtering policy");
			case INVALID -> AnthropicScriptRequest.invalid("The request is invalid");
			case SERVER_ERROR -> new ScriptRefusal(500, "api_error", "Internal server error");
		};
	}

	@Override
	public ScriptRefusal notJson() {
		return AnthropicScriptRequest.invalid("The request body is not valid JSON");
	}

	@Override
	public Object error(ScriptRefusal refusal, String requestId) {
		return JsonContent.fields("type", "error", "error",
				JsonContent.fields("type", refusal.type(), "message", refusal.message()), "request_id", requestId);
	}

	private static Map<String, @Nullable Object> message(ScriptedReply reply, List<Object> content,
			@Nullable String stopReason, Object usage) {
		return JsonContent.fields("id", "msg_" + reply.id(), "type", "message", "role", "assistant", "model",
				reply.model(), "content", content, "stop_reason", stopReason, "stop_sequence", null, "usage", usage);
	}

	private static Object textBlock(String text) {
		return JsonContent.fields("type", "text", "text", text);
	}

	private static Object toolUseBlock(@Nullable String id, @Nullable String name, Object input) {
		return JsonContent.fields("type", "tool_use", "id", id, "name", name, "input", input);
	}

	private static String stopReason(FinishReason reason) {
		return switch (reason) {
			case STOP, OTHER -> "end_turn";
			case LENGTH -> "max_tokens";
			case TOOL_CALLS -> "tool_use";
			case CONTENT_FILTER -> "refusal";
			case PAUSED -> "pause_turn";
		};
	}

	// the input of Anthropic's usage does not include cached tokens
	private static Object usage(TokenUsage usage) {
		return JsonContent.fields("input_tokens", usage.input() - usage.cacheRead() - usage.cacheWrite(),
				"cache_creation_input_tokens", usage.cacheWrite(), "cache_read_input_tokens", usage.cacheRead(),
				"output_tokens", usage.output());
	}

	private static ServerEvent event(String type, @Nullable Object... namesAndValues) {
		Map<String, @Nullable Object> data = JsonContent.fields("type", type);
		data.putAll(JsonContent.fields(namesAndValues));
		return new ServerEvent(type, data);
	}

}
