package dev.llmcallbacks.sample.scripted;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Anthropic's messages.
 */
final class AnthropicProtocol implements Protocol {

	private static final String INVALID_REQUEST = "invalid_request_error";

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
		if (headers.get("x-api-key", "").isBlank()) {
			throw new Refusal(401, "authentication_error", "x-api-key header is required");
		}
		if (headers.get("anthropic-version", "").isBlank()) {
			throw invalid("anthropic-version: header is required");
		}
	}

	@Override
	public Question read(JsonNode body) {
		return AnthropicQuestions.read(body);
	}

	static Refusal invalid(String message) {
		return new Refusal(400, INVALID_REQUEST, message);
	}

	@Override
	public Object whole(Reply reply) {
		List<Object> content = new ArrayList<>();
		reply.calls().forEach((call) -> content.add(toolUseBlock(call, json.readTree(call.arguments()))));
		if (content.isEmpty()) {
			content.add(textBlock(reply.text()));
		}
		return message(reply, content, stopReason(reply), usage(reply, reply.outputTokens()));
	}

	@Override
	public List<ServerEvent> opening(Reply reply) {
		List<ServerEvent> events = new ArrayList<>();
		events.add(event("message_start", "message", message(reply, List.of(), null, usage(reply, 1))));
		if (reply.calls().isEmpty()) {
			events.add(event("content_block_start", "index", 0, "content_block", textBlock("")));
		}
		events.add(event("ping"));
		return events;
	}

	@Override
	public ServerEvent token(Reply reply, String token) {
		return event("content_block_delta", "index", 0, "delta", fields("type", "text_delta", "text", token));
	}

	@Override
	public List<ServerEvent> call(Reply reply, int index) {
		WantedCall call = reply.calls().get(index);
		List<ServerEvent> events = new ArrayList<>();
		events.add(event("content_block_start", "index", index, "content_block", toolUseBlock(call, Map.of())));
		call.pieces()
			.forEach((piece) -> events.add(event("content_block_delta", "index", index, "delta",
					fields("type", "input_json_delta", "partial_json", piece))));
		events.add(event("content_block_stop", "index", index));
		return events;
	}

	@Override
	public List<ServerEvent> closing(Reply reply) {
		List<ServerEvent> events = new ArrayList<>();
		if (reply.calls().isEmpty()) {
			events.add(event("content_block_stop", "index", 0));
		}
		Map<String, @Nullable Object> delta = fields("stop_reason", stopReason(reply), "stop_sequence", null);
		events.add(event("message_delta", "delta", delta, "usage", usage(reply, reply.outputTokens())));
		events.add(event("message_stop"));
		return events;
	}

	@Override
	public ServerEvent breakingOff() {
		return event("error", "error", fields("type", "overloaded_error", "message", "Overloaded"));
	}

	@Override
	public Refusal refusal(Mishap mishap) {
		return (mishap == Mishap.RATE_LIMITED)
				? new Refusal(429, "rate_limit_error", "This request would exceed your rate limit.")
				: new Refusal(529, "overloaded_error", "Overloaded");
	}

	@Override
	public Refusal notJson() {
		return invalid("The request body is not valid JSON");
	}

	@Override
	public Object error(Refusal refusal, String requestId) {
		return fields("type", "error", "error", fields("type", refusal.type(), "message", refusal.message()),
				"request_id", requestId);
	}

	private static Map<String, @Nullable Object> message(Reply reply, List<Object> content, @Nullable String stopReason,
			Object usage) {
		return fields("id", "msg_" + reply.id(), "type", "message", "role", "assistant", "model",
				reply.question().model(), "content", content, "stop_reason", stopReason, "stop_sequence", null, "usage",
				usage);
	}

	private static Object textBlock(String text) {
		return fields("type", "text", "text", text);
	}

	private static Object toolUseBlock(WantedCall call, Object input) {
		return fields("type", "tool_use", "id", "toolu_" + call.id(), "name", call.name(), "input", input);
	}

	private static String stopReason(Reply reply) {
		if (!reply.calls().isEmpty()) {
			return "tool_use";
		}
		return reply.cut() ? "max_tokens" : "end_turn";
	}

	private static Object usage(Reply reply, int outputTokens) {
		return fields("input_tokens", reply.question().inputTokens(), "cache_creation_input_tokens", 0,
				"cache_read_input_tokens", 0, "output_tokens", outputTokens);
	}

	private static ServerEvent event(String type, @Nullable Object... namesAndValues) {
		Map<String, @Nullable Object> data = fields("type", type);
		data.putAll(fields(namesAndValues));
		return new ServerEvent(type, data);
	}

	private static Map<String, @Nullable Object> fields(@Nullable Object... namesAndValues) {
		Map<String, @Nullable Object> fields = new LinkedHashMap<>();
		for (int i = 0; i < namesAndValues.length; i += 2) {
			fields.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
		}
		return fields;
	}

}
