package dev.llmcallbacks.test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolCallChunk;
import dev.llmcallbacks.test.ScriptedItem.Kind;

/**
 * OpenAI's Responses API: reasoning as summaries, one message, and function calls.
 */
final class ResponsesScriptProtocol implements ScriptProtocol {

	private static final String IN_PROGRESS = "in_progress";

	private static final String COMPLETED = "completed";

	/** Has the same keys, errors and ids of requests. */
	private final ScriptProtocol completions;

	ResponsesScriptProtocol(OpenAiScriptProtocol completions) {
		this.completions = completions;
	}

	@Override
	public String path() {
		return "/v1/responses";
	}

	@Override
	public String requestIdHeader() {
		return this.completions.requestIdHeader();
	}

	@Override
	public void authenticate(HttpHeaders headers) {
		this.completions.authenticate(headers);
	}

	@Override
	public ScriptedQuestion read(JsonNode body) {
		return ResponsesScriptRequest.read(body);
	}

	@Override
	public Object whole(ScriptedReply reply) {
		AiMessage answer = reply.message();
		if (answer.reasoning() != null) {
			reply.item(Kind.REASONING, null).add(answer.reasoning());
		}
		if (!answer.text().isEmpty() || answer.toolCalls().isEmpty()) {
			reply.item(Kind.MESSAGE, null).add(answer.text());
		}
		for (int i = 0; i < answer.toolCalls().size(); i++) {
			ToolCall call = answer.toolCalls().get(i);
			reply.item(Kind.TOOL_CALL, new ToolCallChunk(i, call.id(), call.name(), "")).add(call.arguments());
		}
		return response(reply, true);
	}

	@Override
	public List<ServerEvent> opening(ScriptedReply reply) {
		return List.of(event("response.created", reply, "response", response(reply, false)),
				event("response.in_progress", reply, "response", response(reply, false)));
	}

	@Override
	public List<ServerEvent> events(ScriptedReply reply, ChatChunk chunk) {
		List<ServerEvent> events = new ArrayList<>();
		if (chunk.reasoning() != null) {
			add(Kind.REASONING, null, chunk.reasoning(), reply, events);
		}
		if (!chunk.text().isEmpty()) {
			add(Kind.MESSAGE, null, chunk.text(), reply, events);
		}
		chunk.toolCalls().forEach((call) -> add(Kind.TOOL_CALL, call, call.arguments(), reply, events));
		return events;
	}

	private static void add(Kind kind, @Nullable ToolCallChunk call, String fragment, ScriptedReply reply,
			List<ServerEvent> events) {
		ScriptedItem before = reply.openItem();
		ScriptedItem item = reply.item(kind, call);
		if (item != before) {
			if (before != null) {
				end(before, reply, events);
			}
			begin(item, reply, events);
		}
		if (!fragment.isEmpty()) {
			item.add(fragment);
			events.add(part(textEvent(kind) + ".delta", item, reply, "delta", fragment));
		}
	}

	private static void begin(ScriptedItem item, ScriptedReply reply, List<ServerEvent> events) {
		events.add(event("response.output_item.added", reply, "output_index", item.index(), "item",
				written(item, reply, IN_PROGRESS)));
		String partEvent = partEvent(item.kind());
		if (partEvent != null) {
			events.add(part(partEvent + ".added", item, reply, "part", content(item.kind(), "")));
		}
	}

	private static void end(ScriptedItem item, ScriptedReply reply, List<ServerEvent> events) {
		events.add(part(textEvent(item.kind()) + ".done", item, reply,
				(item.kind() == Kind.TOOL_CALL) ? "arguments" : "text", item.content()));
		String partEvent = partEvent(item.kind());
		if (partEvent != null) {
			events.add(part(partEvent + ".done", item, reply, "part", content(item.kind(), item.content())));
		}
		events.add(event("response.output_item.done", reply, "output_index", item.index(), "item",
				written(item, reply, COMPLETED)));
	}

	@Override
	public List<ServerEvent> closing(ScriptedReply reply) {
		List<ServerEvent> events = new ArrayList<>();
		ScriptedItem open = reply.openItem();
		if (open != null) {
			end(open, reply, events);
		}
		String type = (incompleteReason(reply.finishReason()) != null) ? "response.incomplete" : "response.completed";
		events.add(event(type, reply, "response", response(reply, true)));
		return events;
	}

	@Override
	public ServerEvent failure(ScriptRefusal refusal) {
		return new ServerEvent("error", JsonContent.fields("type", "error", "error", JsonContent.fields("type",
				refusal.type(), "code", refusal.code(), "message", refusal.message(), "param", refusal.param())));
	}

	@Override
	public ScriptRefusal refusal(ScriptFailure failure) {
		return this.completions.refusal(failure);
	}

	@Override
	public ScriptRefusal notJson() {
		return this.completions.notJson();
	}

	@Override
	public Object error(ScriptRefusal refusal, String requestId) {
		return this.completions.error(refusal, requestId);
	}

	private static Object response(ScriptedReply reply, boolean ended) {
		String incomplete = ended ? incompleteReason(reply.finishReason()) : null;
		String status = ended ? (incomplete != null) ? "incomplete" : COMPLETED : IN_PROGRESS;
		List<Object> output = new ArrayList<>();
		if (ended) {
			reply.items().forEach((item) -> output.add(written(item, reply, COMPLETED)));
		}
		return JsonContent.fields("id", "resp_" + reply.id(), "object", "response", "created_at",
				Instant.now().getEpochSecond(), "status", status, "error", null, "incomplete_details",
				(incomplete != null) ? Map.of("reason", incomplete) : null, "model", reply.model(), "output", output,
				"store", false, "usage", ended ? usage(reply.usage()) : null);
	}

	private static @Nullable String incompleteReason(FinishReason reason) {
		return switch (reason) {
			case LENGTH -> "max_output_tokens";
			case CONTENT_FILTER -> "content_filter";
			case STOP, TOOL_CALLS, PAUSED, OTHER -> null;
		};
	}

	private static Object written(ScriptedItem item, ScriptedReply reply, String status) {
		boolean ended = status.equals(COMPLETED);
		String text = item.content();
		return switch (item.kind()) {
			case REASONING -> JsonContent.fields("id", idOf(item, reply), "type", "reasoning", "summary",
					ended ? List.of(content(Kind.REASONING, text)) : List.of());
			case MESSAGE -> JsonContent.fields("id", idOf(item, reply), "type", "message", "status", status, "role",
					"assistant", "content", ended ? List.of(content(Kind.MESSAGE, text)) : List.of());
			case TOOL_CALL -> JsonContent.fields("id", idOf(item, reply), "type", "function_call", "status", status,
					"call_id", item.callId(), "name", item.name(), "arguments", ended ? text : "");
		};
	}

	private static Object content(Kind kind, String text) {
		return (kind == Kind.REASONING) ? JsonContent.fields("type", "summary_text", "text", text)
				: JsonContent.fields("type", "output_text", "text", text, "annotations", List.of());
	}

	private static String idOf(ScriptedItem item, ScriptedReply reply) {
		String prefix = switch (item.kind()) {
			case REASONING -> "rs_";
			case MESSAGE -> "msg_";
			case TOOL_CALL -> "fc_";
		};
		return prefix + reply.id() + item.index();
	}

	private static String textEvent(Kind kind) {
		return switch (kind) {
			case REASONING -> "response.reasoning_summary_text";
			case MESSAGE -> "response.output_text";
			case TOOL_CALL -> "response.function_call_arguments";
		};
	}

	private static @Nullable String partEvent(Kind kind) {
		return switch (kind) {
			case REASONING -> "response.reasoning_summary_part";
			case MESSAGE -> "response.content_part";
			case TOOL_CALL -> null;
		};
	}

	// an event about the content of an item, of which there is one part at most
	private static ServerEvent part(String type, ScriptedItem item, ScriptedReply reply, String field, Object value) {
		return switch (item.kind()) {
			case REASONING -> event(type, reply, "item_id", idOf(item, reply), "output_index", item.index(),
					"summary_index", 0, field, value);
			case MESSAGE -> event(type, reply, "item_id", idOf(item, reply), "output_index", item.index(),
					"content_index", 0, field, value);
			case TOOL_CALL ->
				event(type, reply, "item_id", idOf(item, reply), "output_index", item.index(), field, value);
		};
	}

	private static ServerEvent event(String type, ScriptedReply reply, @Nullable Object... namesAndValues) {
		Map<String, @Nullable Object> data = JsonContent.fields("type", type);
		data.putAll(JsonContent.fields(namesAndValues));
		data.put("sequence_number", reply.nextEvent());
		return new ServerEvent(type, data);
	}

	private static Object usage(TokenUsage usage) {
		return JsonContent.fields("input_tokens", usage.input(), "input_tokens_details",
				Map.of("cached_tokens", usage.cacheRead()), "output_tokens", usage.output(), "output_tokens_details",
				Map.of("reasoning_tokens", usage.reasoning()), "total_tokens", usage.total());
	}

}
