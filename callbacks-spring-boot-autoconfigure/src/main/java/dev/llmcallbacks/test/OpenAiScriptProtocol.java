package dev.llmcallbacks.test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolCallChunk;

/**
 * OpenAI's chat completions, which compatible servers speak as well.
 */
final class OpenAiScriptProtocol implements ScriptProtocol {

	private static final String INVALID_REQUEST = OpenAiScriptRequest.INVALID_REQUEST;

	private static final String SERVER_ERROR = "server_error";

	@Override
	public String path() {
		return "/v1/chat/completions";
	}

	@Override
	public String requestIdHeader() {
		return "x-request-id";
	}

	@Override
	public void authenticate(HttpHeaders headers) {
		String authorization = headers.get(HttpHeaderNames.AUTHORIZATION, "");
		if (!authorization.startsWith("Bearer ") || authorization.substring(7).isBlank()) {
			throw new ScriptRefusal(401, INVALID_REQUEST,
					"You didn't provide an API key. You need to provide your API key "
							+ "in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).");
		}
	}

	@Override
	public ScriptedQuestion read(JsonNode body) {
		return OpenAiScriptRequest.read(body);
	}

	@Override
	public Object whole(ScriptedReply reply) {
		AiMessage answer = reply.message();
		Map<String, @Nullable Object> message = JsonContent.fields("role", "assistant", "content",
				(answer.text().isEmpty() && !answer.toolCalls().isEmpty()) ? null : answer.text());
		if (answer.reasoning() != null) {
			message.put("reasoning_content", answer.reasoning());
		}
		message.put("refusal", null);
		if (!answer.toolCalls().isEmpty()) {
			message.put("tool_calls", answer.toolCalls().stream().map(OpenAiScriptProtocol::toolCall).toList());
		}
		Map<String, @Nullable Object> body = head(reply, "chat.completion");
		body.put("choices", List.of(choice("message", message, finishReason(reply.finishReason()))));
		body.put("usage", usage(reply.usage()));
		return body;
	}

	@Override
	public List<ServerEvent> opening(ScriptedReply reply) {
		return List.of(chunk(reply, JsonContent.fields("role", "assistant", "content",
				reply.beginsWithCall() ? null : "", "refusal", null)));
	}

	@Override
	public List<ServerEvent> events(ScriptedReply reply, ChatChunk chunk) {
		List<ServerEvent> events = new ArrayList<>();
		if (chunk.reasoning() != null) {
			events.add(chunk(reply, Map.of("reasoning_content", chunk.reasoning())));
		}
		if (!chunk.text().isEmpty()) {
			events.add(chunk(reply, Map.of("content", chunk.text())));
		}
		chunk.toolCalls().forEach((call) -> events.add(chunk(reply, Map.of("tool_calls", List.of(toolCall(call))))));
		return events;
	}

	@Override
	public List<ServerEvent> closing(ScriptedReply reply) {
		List<ServerEvent> events = new ArrayList<>();
		events.add(chunk(reply, List.of(choice("delta", Map.of(), finishReason(reply.finishReason()))), null));
		if (reply.question().streamUsage()) {
			events.add(chunk(reply, List.of(), usage(reply.usage())));
		}
		events.add(ServerEvent.of("[DONE]"));
		return events;
	}

	@Override
	public ServerEvent failure(ScriptRefusal refusal) {
		return ServerEvent.of(error(refusal, ""));
	}

	@Override
	public ScriptRefusal refusal(ScriptFailure failure) {
		return switch (failure) {
			case AUTHENTICATION ->
				new ScriptRefusal(401, INVALID_REQUEST, null, "invalid_api_key", "Incorrect API key provided.");
			case PERMISSION -> new ScriptRefusal(403, INVALID_REQUEST, null, "insufficient_permissions",
					"You have insufficient permissions for this operation.");
			case NOT_FOUND -> new ScriptRefusal(404, INVALID_REQUEST, null, "model_not_found",
					"The model does not exist or you do not have access to it.");
			case RATE_LIMITED -> new ScriptRefusal(429, "requests", null, "rate_limit_exceeded", "Rate limit reached.");
			case OVERLOADED -> new ScriptRefusal(503, SERVER_ERROR, null, "engine_overloaded",
					"The engine is currently overloaded, please try again later.");
			case TIMED_OUT -> new ScriptRefusal(408, "timeout", "Request timed out.");
			case FILTERED -> new ScriptRefusal(400, INVALID_REQUEST, "prompt", "content_policy_violation",
					"The request was rejected as a result of the safety system.");
			case INVALID -> new ScriptRefusal(400, INVALID_REQUEST, "The request is invalid.");
			case SERVER_ERROR -> new ScriptRefusal(500, SERVER_ERROR,
					"The server had an error while processing your request. Sorry about that!");
		};
	}

	@Override
	public ScriptRefusal notJson() {
		return new ScriptRefusal(400, INVALID_REQUEST, "We could not parse the JSON body of your request. "
				+ "The OpenAI API expects a JSON payload, but what was sent was not valid JSON.");
	}

	@Override
	public Object error(ScriptRefusal refusal, String requestId) {
		return Map.of("error", JsonContent.fields("message", refusal.message(), "type", refusal.type(), "param",
				refusal.param(), "code", refusal.code()));
	}

	private static Object toolCall(ToolCall call) {
		return JsonContent.fields("id", call.id(), "type", "function", "function",
				JsonContent.fields("name", call.name(), "arguments", call.arguments()));
	}

	private static Object toolCall(ToolCallChunk call) {
		if (call.id() == null && call.name() == null) {
			return JsonContent.fields("index", call.index(), "function", Map.of("arguments", call.arguments()));
		}
		return JsonContent.fields("index", call.index(), "id", call.id(), "type", "function", "function",
				JsonContent.fields("name", call.name(), "arguments", call.arguments()));
	}

	private static ServerEvent chunk(ScriptedReply reply, Map<String, ?> delta) {
		return chunk(reply, List.of(choice("delta", delta, null)), null);
	}

	private static ServerEvent chunk(ScriptedReply reply, List<Object> choices, @Nullable Object usage) {
		Map<String, @Nullable Object> chunk = head(reply, "chat.completion.chunk");
		chunk.put("choices", choices);
		if (reply.question().streamUsage()) {
			chunk.put("usage", usage);
		}
		return ServerEvent.of(chunk);
	}

	private static Map<String, @Nullable Object> head(ScriptedReply reply, String type) {
		return JsonContent.fields("id", "chatcmpl-" + reply.id(), "object", type, "created",
				Instant.now().getEpochSecond(), "model", reply.model());
	}

	private static Object choice(String name, Map<String, ?> content, @Nullable String finishReason) {
		return JsonContent.fields("index", 0, name, content, "logprobs", null, "finish_reason", finishReason);
	}

	private static String finishReason(FinishReason reason) {
		return switch (reason) {
			case STOP, PAUSED, OTHER -> "stop";
			case LENGTH -> "length";
			case TOOL_CALLS -> "tool_calls";
			case CONTENT_FILTER -> "content_filter";
		};
	}

	private static Object usage(TokenUsage usage) {
		return JsonContent.fields("prompt_tokens", usage.input(), "completion_tokens", usage.output(), "total_tokens",
				usage.total(), "prompt_tokens_details", Map.of("cached_tokens", usage.cacheRead()),
				"completion_tokens_details", Map.of("reasoning_tokens", usage.reasoning()));
	}

}
