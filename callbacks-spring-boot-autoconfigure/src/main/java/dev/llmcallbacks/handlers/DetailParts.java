package dev.llmcallbacks.handlers;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.ContentGuard;
import dev.llmcallbacks.callback.RecordedException;
import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.event.AgentAction;
import dev.llmcallbacks.event.AgentFinish;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.LlmStart;
import dev.llmcallbacks.event.RetrieverEnd;
import dev.llmcallbacks.event.RetrieverStart;
import dev.llmcallbacks.event.Retry;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.event.Text;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.event.ToolProgress;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.handlers.RunDetail.Part;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.run.PrintableText;
import dev.llmcallbacks.run.Run;

/**
 * Turns the events of one run into the parts of a {@link RunDetail}: filters each text
 * whole, and cuts it then. The number of parts is limited.
 */
final class DetailParts {

	private static final int MAX_PARTS = 300;

	private static final int MAX_LENGTH = 100_000;

	private static final int MAX_LABEL_LENGTH = 200;

	private static final int MAX_CAUSES = 5;

	private final ContentGuard guard;

	private List<Part> parts = new ArrayList<>();

	private int count;

	private int omitted;

	DetailParts(ContentGuard guard) {
		this.guard = guard;
	}

	RunDetail of(List<CallbackEvent> events) {
		Run run = events.get(0).run();
		CallbackEvent last = events.get(events.size() - 1);
		List<Part> outputs = section(() -> {
			if (last instanceof RunEnd end) {
				output(end);
			}
		});
		List<Part> inputs = section(() -> input((RunStart) events.get(0)));
		List<Part> moments = section(() -> events.forEach(this::moment));
		return new RunDetail(run.id(), inputs, outputs, moments, this.omitted);
	}

	private List<Part> section(Runnable content) {
		this.parts = new ArrayList<>();
		content.run();
		return this.parts;
	}

	private void input(RunStart start) {
		Run run = start.run();
		if (start instanceof ChatModelStart chat) {
			chat.messages().forEach((message) -> message(run, message));
			options(run, chat.options());
			chat.tools().forEach((tool) -> add(run, "option", "tool", RunContentFilter.INPUT, tool.name()));
		}
		else if (start instanceof LlmStart llm) {
			llm.prompts().forEach((prompt) -> add(run, "human", null, RunContentFilter.PROMPT, prompt));
			options(run, llm.options());
		}
		else if (start instanceof ToolStart tool) {
			add(run, "arguments", tool.toolCall().id(), RunContentFilter.TOOL_ARGUMENTS, tool.toolCall().arguments());
		}
		else if (start instanceof RetrieverStart retriever) {
			add(run, "query", null, RunContentFilter.QUERY, retriever.query());
		}
		else {
			value(run, "input", RunContentFilter.INPUT, ((ChainStart) start).inputs());
		}
		run.metadata().forEach((name, value) -> addValue(run, "metadata", name, RunContentFilter.INPUT, value));
	}

	private void options(Run run, ChatOptions options) {
		option(run, "max tokens", options.maxTokens());
		option(run, "temperature", options.temperature());
		option(run, "top p", options.topP());
		option(run, "seed", options.seed());
		if (!options.stopSequences().isEmpty()) {
			option(run, "stop", options.stopSequences());
		}
	}

	private void option(Run run, String name, @Nullable Object value) {
		if (value != null) {
			add(run, "option", name, RunContentFilter.INPUT, value.toString());
		}
	}

	private void output(RunEnd end) {
		Run run = end.run();
		LlmResult result = EventParts.resultOf(end);
		if (result != null) {
			result.generations().stream().flatMap(List::stream).forEach((generation) -> generation(run, generation));
		}
		else if (end instanceof ToolEnd tool) {
			message(run, tool.output());
		}
		else if (end instanceof RetrieverEnd retriever) {
			retriever.documents().forEach((document) -> document(run, document));
		}
		else if (end instanceof ChainEnd chain) {
			value(run, "output", RunContentFilter.OUTPUT, chain.outputs());
		}
		Throwable error = EventParts.errorOf(end);
		if (error != null) {
			error(run, error);
		}
	}

	private void generation(Run run, ChatGeneration generation) {
		message(run, generation.message());
		if (generation.finishReason() != null) {
			add(run, "option", "finish reason", RunContentFilter.RESPONSE, generation.finishReason().toString());
		}
	}

	private void document(Run run, Document document) {
		String label = Stream.of(document.id(), (document.score() != null) ? "score " + document.score() : null)
			.filter((text) -> text != null)
			.reduce((id, score) -> id + ", " + score)
			.orElse(null);
		add(run, "document", label, RunContentFilter.DOCUMENT, document.text());
	}

	// the message of an error may quote what a model has written
	private void error(Run run, Throwable error) {
		Throwable cause = error;
		for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
			String message = cause.getMessage();
			add(run, (i == 0) ? "error" : "cause", RecordedException.typeOf(cause), RunContentFilter.ERROR,
					(message != null) ? message : "");
			cause = cause.getCause();
		}
	}

	private void value(Run run, String kind, String filterKind, Object value) {
		if (value instanceof ChatMessage message) {
			message(run, message);
		}
		else if (value instanceof LlmResult result) {
			result.generations().stream().flatMap(List::stream).forEach((generation) -> generation(run, generation));
		}
		else if (value instanceof Document document) {
			document(run, document);
		}
		else if (value instanceof List<?> list && !list.isEmpty()
				&& list.stream().allMatch((item) -> item instanceof ChatMessage || item instanceof Document)) {
			list.forEach((item) -> value(run, kind, filterKind, item));
		}
		else if (value instanceof Map<?, ?> map) {
			map.forEach((name, item) -> addValue(run, kind, String.valueOf(name), filterKind, item));
		}
		else {
			addValue(run, kind, null, filterKind, value);
		}
	}

	private void message(Run run, ChatMessage message) {
		if (message instanceof SystemMessage) {
			add(run, "system", null, RunContentFilter.SYSTEM, message.text());
		}
		else if (message instanceof HumanMessage human) {
			if (!human.text().isEmpty() || human.media().isEmpty()) {
				add(run, "human", null, RunContentFilter.PROMPT, human.text());
			}
			human.media().forEach((media) -> media(run, media, RunContentFilter.PROMPT));
		}
		else if (message instanceof ToolMessage tool) {
			add(run, "tool", tool.error() ? tool.toolCallId() + ", failed" : tool.toolCallId(),
					RunContentFilter.TOOL_RESULT, tool.text());
			tool.media().forEach((media) -> media(run, media, RunContentFilter.TOOL_RESULT));
		}
		else if (message instanceof AiMessage ai) {
			if (ai.reasoning() != null) {
				add(run, "reasoning", null, RunContentFilter.REASONING, ai.reasoning());
			}
			if (!ai.text().isEmpty()) {
				add(run, "ai", null, RunContentFilter.RESPONSE, ai.text());
			}
			for (ToolCall call : ai.toolCalls()) {
				add(run, "tool-call", call.name(), RunContentFilter.TOOL_ARGUMENTS, call.arguments());
			}
		}
	}

	// Neither bytes nor the path and the query of a URL, which may hold a secret
	private void media(Run run, Media media, String filterKind) {
		String name = (media.name() != null) ? media.name() + ", " : "";
		URI uri = media.uri();
		String place = (uri != null) ? uri.getScheme() + "://" + Objects.requireNonNullElse(uri.getHost(), "")
				: media.size() + " bytes";
		add(run, "media", media.mediaType(), filterKind, name + place);
	}

	private void moment(CallbackEvent event) {
		Run run = event.run();
		if (event instanceof Retry retry) {
			String message = retry.cause().getMessage();
			add(run, "retry", "attempt " + retry.attempt() + ", " + retry.cause().getClass().getSimpleName(),
					RunContentFilter.ERROR, (message != null) ? message : "");
		}
		else if (event instanceof AgentAction action) {
			add(run, "tool-call", action.toolCall().name(), RunContentFilter.TOOL_ARGUMENTS,
					action.toolCall().arguments());
		}
		else if (event instanceof AgentFinish finish) {
			value(run, "output", RunContentFilter.OUTPUT, finish.output());
		}
		else if (event instanceof ToolProgress progress) {
			addValue(run, "progress", progress.toolCallId(), RunContentFilter.TOOL_RESULT, progress.data());
		}
		else if (event instanceof Text text) {
			add(run, "text", null, RunContentFilter.EVENT, text.text());
		}
		else if (event instanceof CustomEvent custom) {
			addValue(run, "event", custom.name(), RunContentFilter.EVENT, custom.data());
		}
	}

	private void add(Run run, String kind, @Nullable String label, String filterKind, String text) {
		if (hasSpace()) {
			add(kind, label, this.guard.show(run, filterKind, text));
		}
	}

	private void addValue(Run run, String kind, @Nullable String label, String filterKind, Object value) {
		if (hasSpace()) {
			add(kind, label, this.guard.showValue(run, filterKind, value));
		}
	}

	private boolean hasSpace() {
		if (this.count == MAX_PARTS) {
			this.omitted++;
			return false;
		}
		this.count++;
		return true;
	}

	private void add(String kind, @Nullable String label, @Nullable String shown) {
		String cut = (shown != null && shown.length() > MAX_LENGTH) ? shown.substring(0, MAX_LENGTH) : shown;
		this.parts.add(new Part(kind, (label != null) ? PrintableText.of(label, MAX_LABEL_LENGTH) : null, cut,
				(shown != null) ? shown.length() : 0));
	}

}
