package dev.llmcallbacks.sample.scripted;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * OpenAI's chat completions, as many compatible servers speak them too.
 */
final class OpenAiProtocol implements Protocol {

	static final String INVALID_REQUEST = "invalid_request_error";

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
			throw new Refusal(401, INVALID_REQUEST, "You didn't provide an API key. You need to provide your API key "
					+ "in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).");
		}
	}

	@Override
	public Question read(JsonNode body) {
		return OpenAiQuestions.read(body);
	}

	@Override
	public Object whole(Reply reply) {
		Map<String, @Nullable Object> message = new LinkedHashMap<>();
		message.put("role", "assistant");
		message.put("content", reply.calls().isEmpty() ? reply.text() : null);
		message.put("refusal", null);
		if (!reply.calls().isEmpty()) {
			message.put("tool_calls", reply.calls().stream().map((call) -> toolCall(call, call.arguments())).toList());
		}
		Map<String, Object> body = head(reply, "chat.completion");
		body.put("choices", List.of(choice("message", message, finishReason(reply))));
		body.put("usage", usage(reply));
		return body;
	}

	@Override
	public List<ServerEvent> opening(Reply reply) {
		Map<String, @Nullable Object> delta = new LinkedHashMap<>();
		delta.put("role", "assistant");
		delta.put("content", reply.calls().isEmpty() ? "" : null);
		delta.put("refusal", null);
		return List.of(chunk(reply, List.of(choice("delta", delta, null)), null));
	}

	@Override
	public ServerEvent token(Reply reply, String token) {
		return chunk(reply, List.of(choice("delta", Map.of("content", token), null)), null);
	}

	@Override
	public List<ServerEvent> call(Reply reply, int index) {
		WantedCall call = reply.calls().get(index);
		List<ServerEvent> events = new ArrayList<>();
		events.add(toolCallChunk(reply, index, toolCall(call, "")));
		call.pieces()
			.forEach(
					(piece) -> events.add(toolCallChunk(reply, index, Map.of("function", Map.of("arguments", piece)))));
		return events;
	}

	private static ServerEvent toolCallChunk(Reply reply, int index, Map<String, ?> fields) {
		Map<String, Object> delta = new LinkedHashMap<>();
		delta.put("index", index);
		delta.putAll(fields);
		return chunk(reply, List.of(choice("delta", Map.of("tool_calls", List.of(delta)), null)), null);
	}

	private static Map<String, Object> toolCall(WantedCall call, String arguments) {
		Map<String, Object> function = new LinkedHashMap<>();
		function.put("name", call.name());
		function.put("arguments", arguments);
		Map<String, Object> fields = new LinkedHashMap<>();
		fields.put("id", "call_" + call.id());
		fields.put("type", "function");
		fields.put("function", function);
		return fields;
	}

	@Override
	public List<ServerEvent> closing(Reply reply) {
		List<ServerEvent> events = new ArrayList<>();
		events.add(chunk(reply, List.of(choice("delta", Map.of(), finishReason(reply))), null));
		if (reply.question().streamUsage()) {
			events.add(chunk(reply, List.of(), usage(reply)));
		}
		events.add(ServerEvent.of("[DONE]"));
		return events;
	}

	@Override
	public ServerEvent breakingOff() {
		return ServerEvent.of(error(new Refusal(500, "server_error",
				"The server had an error while processing your request. Sorry about that!"), ""));
	}

	@Override
	public Refusal refusal(Mishap mishap) {
		return (mishap == Mishap.RATE_LIMITED)
				? new Refusal(429, "requests", null, "rate_limit_exceeded", "Rate limit reached. Try again in 1s.")
				: new Refusal(503, "server_error", "The engine is currently overloaded, please try again later.");
	}

	@Override
	public Refusal notJson() {
		return new Refusal(400, INVALID_REQUEST, "We could not parse the JSON body of your request. "
				+ "The OpenAI API expects a JSON payload, but what was sent was not valid JSON.");
	}

	@Override
	public Object error(Refusal refusal, String requestId) {
		Map<String, @Nullable Object> error = new LinkedHashMap<>();
		error.put("message", refusal.message());
		error.put("type", refusal.type());
		error.put("param", refusal.param());
		error.put("code", refusal.code());
		return Map.of("error", error);
	}

	private static ServerEvent chunk(Reply reply, List<Object> choices, @Nullable Object usage) {
		Map<String, @Nullable Object> chunk = head(reply, "chat.completion.chunk");
		chunk.put("choices", choices);
		if (reply.question().streamUsage()) {
			chunk.put("usage", usage);
		}
		return ServerEvent.of(chunk);
	}

	private static Map<String, Object> head(Reply reply, String type) {
		Map<String, Object> head = new LinkedHashMap<>();
		head.put("id", "chatcmpl-" + reply.id());
		head.put("object", type);
		head.put("created", Instant.now().getEpochSecond());
		head.put("model", reply.question().model());
		return head;
	}

	private static Map<String, @Nullable Object> choice(String name, Map<String, ?> content,
			@Nullable String finishReason) {
		Map<String, @Nullable Object> choice = new LinkedHashMap<>();
		choice.put("index", 0);
		choice.put(name, content);
		choice.put("logprobs", null);
		choice.put("finish_reason", finishReason);
		return Collections.unmodifiableMap(choice);
	}

	private static String finishReason(Reply reply) {
		if (!reply.calls().isEmpty()) {
			return "tool_calls";
		}
		return reply.cut() ? "length" : "stop";
	}

	private static Map<String, Object> usage(Reply reply) {
		Map<String, Object> usage = new LinkedHashMap<>();
		usage.put("prompt_tokens", reply.question().inputTokens());
		usage.put("completion_tokens", reply.outputTokens());
		usage.put("total_tokens", reply.question().inputTokens() + reply.outputTokens());
		usage.put("prompt_tokens_details", Map.of("cached_tokens", 0));
		usage.put("completion_tokens_details", Map.of("reasoning_tokens", 0));
		return usage;
	}

}
