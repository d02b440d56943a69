package dev.llmcallbacks.observation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.ContentGuard;
import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.PrintableText;
import dev.llmcallbacks.run.Run;

/**
 * Messages and documents of one run in the JSON form of OpenTelemetry's conventions for
 * generative AI, with what may be shown of their texts.
 *
 * @param run the run
 * @param guard decides what may be shown
 * @param maxParts the maximum number of parts of a message
 */
record ContentMessages(Run run, ContentGuard guard, int maxParts) {

	private static final String LEFT_OUT = "omitted";

	Map<String, Object> message(ChatMessage message) {
		List<@Nullable Object> parts = new ArrayList<>();
		if (message instanceof AiMessage answer) {
			return of("assistant", parts(answer));
		}
		if (message instanceof ToolMessage result) {
			parts.add(toolResult(result));
			addMedia(message, parts);
			return of("tool", parts);
		}
		parts.add((message instanceof SystemMessage system) ? instruction(system)
				: text(RunContentFilter.PROMPT, message.text()));
		addMedia(message, parts);
		return of((message instanceof HumanMessage) ? "user" : "system", parts);
	}

	Map<String, Object> generation(ChatGeneration generation, Outcome outcome) {
		return finished(of("assistant", parts(generation.message())), finishReason(generation, outcome));
	}

	/**
	 * Return a message for a value that is not one.
	 * @param role the role of the message
	 * @param kind the kind of the value
	 * @param value the value
	 * @return the message
	 */
	Map<String, Object> message(String role, String kind, Object value) {
		List<@Nullable Object> parts = new ArrayList<>();
		parts.add(shownPart("text", this.guard.showValue(this.run, kind, value)));
		return of(role, parts);
	}

	static Map<String, Object> finished(Map<String, Object> message, String reason) {
		message.put("finish_reason", reason);
		return message;
	}

	@Nullable Map<String, Object> instruction(SystemMessage message) {
		return text(RunContentFilter.SYSTEM, message.text());
	}

	Map<String, Object> document(Document document) {
		Map<String, Object> result = new LinkedHashMap<>();
		putName("id", document.id(), result);
		if (document.score() != null && Double.isFinite(document.score())) {
			result.put("score", document.score());
		}
		String text = this.guard.show(this.run, RunContentFilter.DOCUMENT, document.text());
		if (text != null) {
			result.put("content", new ContentJson.Text(text));
		}
		return result;
	}

	/**
	 * Return the message that stands for messages that are left out.
	 * @param text says what is missing
	 * @return the message
	 */
	static Map<String, Object> mark(String text) {
		Map<String, Object> result = new LinkedHashMap<>();
		result.put("role", LEFT_OUT);
		result.put("parts", List.of(markPart(text)));
		return result;
	}

	static Map<String, Object> markPart(String text) {
		Map<String, Object> part = new LinkedHashMap<>();
		part.put("type", "text");
		part.put("content", "[" + text + " left out]");
		return part;
	}

	private static Map<String, Object> of(String role, List<@Nullable Object> parts) {
		Map<String, Object> message = new LinkedHashMap<>();
		message.put("role", role);
		message.put("parts", parts.stream().filter(Objects::nonNull).toList());
		return message;
	}

	private List<@Nullable Object> parts(AiMessage message) {
		List<@Nullable Object> parts = new ArrayList<>();
		if (message.reasoning() != null) {
			parts.add(part("reasoning", RunContentFilter.REASONING, message.reasoning()));
		}
		if (!message.text().isEmpty() || message.toolCalls().isEmpty()) {
			parts.add(text(RunContentFilter.RESPONSE, message.text()));
		}
		message.toolCalls().stream().limit(this.maxParts).map(this::toolCall).forEach(parts::add);
		int missing = message.toolCalls().size() - this.maxParts;
		if (missing > 0) {
			parts.add(markPart(missing + " tool calls"));
		}
		return parts;
	}

	// without bytes and URLs: what the file is, and not what is in it
	private void addMedia(ChatMessage message, List<@Nullable Object> parts) {
		String kind = (message instanceof ToolMessage) ? RunContentFilter.TOOL_RESULT : RunContentFilter.PROMPT;
		message.media().stream().limit(this.maxParts).forEach((media) -> {
			Map<String, Object> part = new LinkedHashMap<>();
			part.put("type", "file");
			putName("mime_type", media.mediaType(), part);
			putName("modality", media.mediaType().replaceFirst("/.*", ""), part);
			putName("name", (media.name() != null) ? this.guard.show(this.run, kind, media.name()) : null, part);
			if (media.size() > 0) {
				part.put("size", media.size());
			}
			parts.add(part);
		});
	}

	private @Nullable Map<String, Object> text(String kind, String text) {
		return part("text", kind, text);
	}

	private @Nullable Map<String, Object> part(String type, String kind, String text) {
		return shownPart(type, this.guard.show(this.run, kind, text));
	}

	private static @Nullable Map<String, Object> shownPart(String type, @Nullable String shown) {
		if (shown == null) {
			return null;
		}
		Map<String, Object> part = new LinkedHashMap<>();
		part.put("type", type);
		part.put("content", new ContentJson.Text(shown));
		return part;
	}

	private Map<String, Object> toolCall(ToolCall call) {
		Map<String, Object> part = new LinkedHashMap<>();
		part.put("type", "tool_call");
		putName("id", call.id(), part);
		putName("name", call.name(), part);
		String arguments = this.guard.show(this.run, RunContentFilter.TOOL_ARGUMENTS, call.arguments());
		if (arguments != null) {
			part.put("arguments", new ContentJson.Json(arguments));
		}
		return part;
	}

	private @Nullable Map<String, Object> toolResult(ToolMessage message) {
		String text = this.guard.show(this.run, RunContentFilter.TOOL_RESULT, message.text());
		if (text == null) {
			return null;
		}
		Map<String, Object> part = new LinkedHashMap<>();
		part.put("type", "tool_call_response");
		putName("id", message.toolCallId(), part);
		part.put("response", new ContentJson.Text(text));
		return part;
	}

	private static void putName(String key, @Nullable String name, Map<String, Object> result) {
		if (name != null) {
			result.put(key, PrintableText.of(name, BoundedNames.MAX_LENGTH));
		}
	}

	// the conventions have no word for a call that was cancelled
	private static String finishReason(ChatGeneration generation, Outcome outcome) {
		if (generation.finishReason() == null) {
			return switch (outcome) {
				case COMPLETED -> "unknown";
				case FAILED -> "error";
				case CANCELLED -> "cancelled";
			};
		}
		return switch (generation.finishReason()) {
			case STOP -> "stop";
			case LENGTH -> "length";
			case TOOL_CALLS -> "tool_call";
			case CONTENT_FILTER -> "content_filter";
			case PAUSED -> "paused";
			case OTHER -> "other";
		};
	}

}
