package dev.llmcallbacks.sample.scripted;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Anthropic's messages.
 */
final class AnthropicProtocol implements Protocol {

	private static final String INVALID_REQUEST = "invalid_request_error";

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
		for (String field : List.of("model", "max_tokens", "messages")) {
			if (!body.hasNonNull(field)) {
				throw invalid(field + ": Field required");
			}
		}
		JsonNode limit = body.path("max_tokens");
		if (!limit.isInt() || limit.intValue() < 1) {
			throw invalid("max_tokens: Input should be greater than or equal to 1");
		}
		String model = body.path("model").asString("");
		if (model.startsWith("gpt")) {
			throw new Refusal(404, "not_found_error", "model: " + model);
		}
		JsonNode messages = body.path("messages");
		check(messages);
		int inputTokens = Script.tokens(Messages.text(body.path("system"))).size() + Messages.tokens(messages);
		return new Question(model, Messages.lastText(messages), inputTokens, limit.intValue(),
				body.path("stream").asBoolean(false), true);
	}

	private static void check(JsonNode messages) {
		if (!messages.isArray() || messages.isEmpty()) {
			throw invalid("messages: at least one message is required");
		}
		for (JsonNode message : messages) {
			String role = message.path("role").asString("");
			if (!role.equals("user") && !role.equals("assistant")) {
				throw invalid("messages: Unexpected role \"%s\". Allowed roles are \"user\" or \"assistant\"; "
					.formatted(role) + "the Messages API accepts a top-level `system` parameter.");
			}
		}
	}

	private static Refusal invalid(String message) {
		return new Refusal(400, INVALID_REQUEST, message);
	}

	@Override
	public Object whole(Reply reply) {
		return message(reply, List.of(textBlock(reply.text())), stopReason(reply), usage(reply, reply.outputTokens()));
	}

	@Override
	public List<ServerEvent> opening(Reply reply) {
		return List.of(event("message_start", "message", message(reply, List.of(), null, usage(reply, 1))),
				event("content_block_start", "index", 0, "content_block", textBlock("")), event("ping"));
	}

	@Override
	public ServerEvent token(Reply reply, String token) {
		return event("content_block_delta", "index", 0, "delta", fields("type", "text_delta", "text", token));
	}

	@Override
	public List<ServerEvent> closing(Reply reply) {
		Map<String, @Nullable Object> delta = fields("stop_reason", stopReason(reply), "stop_sequence", null);
		return List.of(event("content_block_stop", "index", 0),
				event("message_delta", "delta", delta, "usage", usage(reply, reply.outputTokens())),
				event("message_stop"));
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

	private static String stopReason(Reply reply) {
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
