package dev.llmcallbacks.handlers;

import java.net.URI;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import dev.llmcallbacks.callback.ContentGuard;
import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.LlmOutput;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.run.Run;

/**
 * The content of one event as it may be shown, as {@link EventContentFilter} describes.
 * For one thread.
 */
final class FilteredContent {

	private static final int MAX_DEPTH = 500;

	private final Run run;

	private final ContentGuard guard;

	/** The lists and maps around the value that is being filtered. */
	private final Set<Object> enclosing = Collections.newSetFromMap(new IdentityHashMap<>());

	/**
	 * Create the content of an event.
	 * @param run the run of the event, which the filter receives
	 * @param guard decides what may be shown
	 */
	FilteredContent(Run run, ContentGuard guard) {
		this.run = run;
		this.guard = guard;
	}

	Run shownRun() {
		if (this.run.metadata().isEmpty()) {
			return this.run;
		}
		return new Run(this.run.id(), this.run.parentId(), this.run.rootId(), this.run.type(), this.run.name(),
				this.run.tags(), metadata(RunContentFilter.INPUT, this.run.metadata()), this.run.startedAt());
	}

	String text(String kind, String text) {
		return text.isEmpty() ? text : Objects.requireNonNullElse(this.guard.show(this.run, kind, text), "");
	}

	Throwable error(Throwable error) {
		return this.guard.showError(this.run, error);
	}

	ChatRequest request(ChatRequest request) {
		return new ChatRequest(messages(request.messages()), options(request.options()), request.tools());
	}

	ChatOptions options(ChatOptions options) {
		if (options.stopSequences().isEmpty() && options.extraBody().isEmpty()) {
			return options;
		}
		ChatOptions.Builder shown = options.mutate();
		if (!options.stopSequences().isEmpty()) {
			shown.stopSequences(options.stopSequences()
				.stream()
				.map((sequence) -> text(RunContentFilter.INPUT, sequence))
				.toList());
		}
		return shown.extraBody(metadata(RunContentFilter.INPUT, options.extraBody())).build();
	}

	List<ChatMessage> messages(List<? extends ChatMessage> messages) {
		return messages.stream().map(this::message).toList();
	}

	private ChatMessage message(ChatMessage message) {
		if (message instanceof SystemMessage) {
			return new SystemMessage(text(RunContentFilter.SYSTEM, message.text()));
		}
		if (message instanceof HumanMessage human) {
			return new HumanMessage(text(RunContentFilter.PROMPT, human.text()),
					media(RunContentFilter.PROMPT, human.media()));
		}
		return (message instanceof AiMessage ai) ? response(ai) : toolResult((ToolMessage) message);
	}

	private AiMessage response(AiMessage message) {
		String reasoning = message.reasoning();
		return new AiMessage(text(RunContentFilter.RESPONSE, message.text()),
				message.toolCalls().stream().map(this::toolCall).toList(),
				(reasoning != null) ? this.guard.show(this.run, RunContentFilter.REASONING, reasoning) : null,
				Map.of());
	}

	ToolMessage toolResult(ToolMessage message) {
		return new ToolMessage(message.toolCallId(), text(RunContentFilter.TOOL_RESULT, message.text()),
				message.error(), media(RunContentFilter.TOOL_RESULT, message.media()));
	}

	ToolCall toolCall(ToolCall call) {
		String arguments = text(RunContentFilter.TOOL_ARGUMENTS, call.arguments());
		return new ToolCall(call.id(), call.name(), arguments,
				arguments.equals(call.arguments()) ? call.parsedArguments() : Map.of());
	}

	private List<Media> media(String kind, List<Media> media) {
		return media.stream().map((file) -> media(kind, file)).toList();
	}

	private Media media(String kind, Media media) {
		URI uri = media.uri();
		boolean shown = uri != null && uri.toString().equals(this.guard.show(this.run, kind, uri.toString()));
		String name = media.name();
		return new Media(media.mediaType(), shown ? uri : null, null,
				(name != null) ? this.guard.show(this.run, kind, name) : null, media.size());
	}

	ChatChunk chunk(ChatChunk chunk) {
		return new ChatChunk(chunk.choice(), "", null, List.of(), chunk.finishReason(), chunk.rawFinishReason(),
				chunk.usage(), chunk.model(), chunk.id(), Map.of());
	}

	LlmResult result(LlmResult result) {
		return new LlmResult(result.generations().stream().map(this::generations).toList(), output(result.llmOutput()),
				result.run(), messages(result.messages()));
	}

	/**
	 * Return a result with nothing but the text and the usage.
	 * @param result the result
	 * @return the result with the text as it may be shown
	 */
	LlmResult textOf(LlmResult result) {
		AiMessage message = new AiMessage(text(RunContentFilter.RESPONSE, result.text()));
		return new LlmResult(List.of(List.of(new ChatGeneration(message, null, null, Map.of()))),
				output(result.llmOutput()), result.run(), List.of());
	}

	private List<ChatGeneration> generations(List<ChatGeneration> generations) {
		return generations.stream()
			.map((generation) -> new ChatGeneration(response(generation.message()), generation.finishReason(),
					generation.rawFinishReason(), Map.of()))
			.toList();
	}

	private static LlmOutput output(LlmOutput output) {
		return new LlmOutput(output.modelName(), output.tokenUsage(), output.id(), output.requestId(), Map.of());
	}

	List<Document> documents(List<Document> documents) {
		return documents.stream().map(this::document).toList();
	}

	private Document document(Document document) {
		return new Document(document.id(), text(RunContentFilter.DOCUMENT, document.text()),
				metadata(RunContentFilter.DOCUMENT, document.metadata()), document.score());
	}

	private Map<String, Object> metadata(String kind, Map<String, Object> metadata) {
		Map<String, Object> shown = new LinkedHashMap<>();
		metadata.forEach((name, value) -> shown.put(name, value(kind, value)));
		return shown;
	}

	/**
	 * Return a value without a declared type as it may be shown.
	 * @param kind the kind of its texts
	 * @param value the value
	 * @return the value, {@code null} only if the given one is
	 */
	@SuppressWarnings("NullAway") // a map or a list of the application may contain null
	Object value(String kind, Object value) {
		if (value == null || value instanceof Boolean) {
			return value;
		}
		if (value instanceof Map<?, ?> || value instanceof Collection<?>) {
			if (this.enclosing.size() == MAX_DEPTH || !this.enclosing.add(value)) {
				return "";
			}
			Object shown = (value instanceof Map<?, ?> map) ? map(kind, map) : items(kind, (Collection<?>) value);
			this.enclosing.remove(value);
			return shown;
		}
		return isOfLibrary(value) ? libraryValue(value) : plainValue(kind, value);
	}

	private Map<String, Object> map(String kind, Map<?, ?> map) {
		Map<String, Object> shown = new LinkedHashMap<>();
		map.forEach((name, value) -> shown.put(String.valueOf(name), value(kind, value)));
		return Collections.unmodifiableMap(shown);
	}

	private List<?> items(String kind, Collection<?> items) {
		List<String> texts = ContentGuard.joined(items);
		if (texts != null) {
			List<String> shown = texts.stream().map((text) -> text(kind, text)).toList();
			if (ContentGuard.hasChunks(items) || !shown.equals(texts)) {
				return shown;
			}
		}
		return items.stream().map((item) -> value(kind, item)).toList();
	}

	private Object plainValue(String kind, Object value) {
		String text = value.toString();
		String shown = text(kind, text);
		return (value instanceof Number && shown.equals(text)) ? value : shown;
	}

	private static boolean isOfLibrary(Object value) {
		return value instanceof ChatMessage || value instanceof LlmResult || value instanceof ChatResponse
				|| value instanceof ChatGeneration || value instanceof ChatChunk || value instanceof Document
				|| value instanceof ToolCall;
	}

	private Object libraryValue(Object value) {
		if (value instanceof ChatMessage message) {
			return message(message);
		}
		if (value instanceof LlmResult result) {
			return result(result);
		}
		if (value instanceof ChatResponse response) {
			return new ChatResponse(generations(response.generations()), output(response.llmOutput()));
		}
		if (value instanceof ChatGeneration generation) {
			return generations(List.of(generation)).get(0);
		}
		if (value instanceof ChatChunk chunk) {
			return chunk(chunk);
		}
		return (value instanceof Document document) ? document(document) : toolCall((ToolCall) value);
	}

}
