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

	private static final String INVALID_REQUEST = "invalid_request_error";

	private static final int NO_LIMIT = Integer.MAX_VALUE;

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
		if (!body.path("model").isString()) {
			throw new Refusal(400, INVALID_REQUEST, "you must provide a model parameter");
		}
		JsonNode messages = body.path("messages");
		if (messages.isMissingNode()) {
			throw invalid("messages", "missing_required_parameter", "Missing required parameter: 'messages'.");
		}
		if (!messages.isArray() || messages.isEmpty()) {
			throw invalid("messages", "empty_array",
					"Invalid 'messages': empty array. Expected an array with minimum length 1, "
							+ "but got an empty array instead.");
		}
		boolean stream = body.path("stream").asBoolean(false);
		if (!stream && body.path("stream_options").isObject()) {
			throw invalid("stream_options", null,
					"The 'stream_options' parameter is only allowed when 'stream' is enabled.");
		}
		String model = body.path("model").stringValue();
		if (model.startsWith("claude")) {
			throw new Refusal(404, INVALID_REQUEST, null, "model_not_found",
					"The model `%s` does not exist or you do not have access to it.".formatted(model));
		}
		return new Question(model, Messages.lastText(messages), Messages.tokens(messages), limit(body), stream,
				body.path("stream_options").path("include_usage").asBoolean(false));
	}

	private static int limit(JsonNode body) {
		String param = body.has("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
		JsonNode limit = body.path(param);
		if (limit.isMissingNode() || limit.isNull()) {
			return NO_LIMIT;
		}
		if (!limit.isInt() || limit.intValue() < 1) {
			throw invalid(param, "integer_below_min_value",
					"Invalid '%s': integer below minimum value. Expected a value >= 1, but got %s instead."
						.formatted(param, limit));
		}
		return limit.intValue();
	}

	private static Refusal invalid(String param, @Nullable String code, String message) {
		return new Refusal(400, INVALID_REQUEST, param, code, message);
	}

	@Override
	public Object whole(Reply reply) {
		Map<String, @Nullable Object> message = new LinkedHashMap<>();
		message.put("role", "assistant");
		message.put("content", reply.text());
		message.put("refusal", null);
		Map<String, Object> body = head(reply, "chat.completion");
		body.put("choices", List.of(choice("message", message, finishReason(reply))));
		body.put("usage", usage(reply));
		return body;
	}

	@Override
	public List<ServerEvent> opening(Reply reply) {
		Map<String, @Nullable Object> delta = new LinkedHashMap<>();
		delta.put("role", "assistant");
		delta.put("content", "");
		delta.put("refusal", null);
		return List.of(chunk(reply, List.of(choice("delta", delta, null)), null));
	}

	@Override
	public ServerEvent token(Reply reply, String token) {
		return chunk(reply, List.of(choice("delta", Map.of("content", token), null)), null);
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
