package dev.llmcallbacks.observation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.common.docs.KeyName;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.ContentGuard;
import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.RetrieverEnd;
import dev.llmcallbacks.event.RetrieverStart;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.observation.RunObservationDocumentation.HighCardinalityKeyNames;
import dev.llmcallbacks.run.PrintableText;
import dev.llmcallbacks.run.Run;

/**
 * Creates the attributes for the content and the metadata of runs. Thread-safe.
 */
final class ContentAttributes implements RunContent {

	private static final Log logger = LogFactory.getLog(ContentAttributes.class);

	private static final int MAX_METADATA_LENGTH = 1000;

	private final SpanContent settings;

	private final ContentGuard guard;

	private final ContentJson json;

	private final AtomicBoolean failed = new AtomicBoolean();

	/**
	 * Create attributes.
	 * @param settings determines what is recorded
	 */
	ContentAttributes(SpanContent settings) {
		this.settings = settings;
		this.guard = ContentGuard.of(settings.filter());
		this.json = new ContentJson((settings.maxLength() > 0) ? settings.maxLength() : Integer.MAX_VALUE);
	}

	/**
	 * Whether the results of runs are recorded.
	 * @return whether they are
	 */
	boolean hasOutputs() {
		return this.settings.outputs();
	}

	Throwable error(Run run, Throwable error) {
		return this.guard.showError(run, error);
	}

	@Override
	public KeyValues metadata(Run run) {
		if (this.settings.metadata().isEmpty() || run.metadata().isEmpty()) {
			return KeyValues.empty();
		}
		List<KeyValue> result = new ArrayList<>();
		this.settings.metadata().forEach((key, attribute) -> {
			Object value = run.metadata().get(key);
			if (value != null) {
				add(() -> attribute, () -> metadata(run, value), result);
			}
		});
		return KeyValues.of(result);
	}

	private @Nullable String metadata(Run run, Object value) {
		String shown = show(run, RunContentFilter.INPUT, value);
		return (shown != null) ? PrintableText.of(shown, MAX_METADATA_LENGTH) : null;
	}

	@Override
	public @Nullable String show(Run run, String kind, Object value) {
		return this.guard.showValue(run, kind, value);
	}

	@Override
	public KeyValues content(RunStart start, RunEnd end) {
		if (!this.settings.inputs() && !this.settings.outputs()) {
			return KeyValues.empty();
		}
		List<KeyValue> result = new ArrayList<>();
		ContentMessages messages = new ContentMessages(start.run(), this.guard, this.json.maxElements());
		if (this.settings.inputs()) {
			addInputs(start, end, messages, result);
		}
		if (this.settings.outputs()) {
			addOutputs(end, messages, result);
		}
		return KeyValues.of(result);
	}

	private void addInputs(RunStart start, RunEnd end, ContentMessages messages, List<KeyValue> result) {
		ChatRequest request = requestOf(end);
		if (request != null) {
			addRequest(request.messages(), messages, result);
		}
		else if (start instanceof ToolStart tool) {
			add(HighCardinalityKeyNames.TOOL_CALL_ARGUMENTS,
					() -> json(start.run(), RunContentFilter.TOOL_ARGUMENTS, tool.toolCall().arguments()), result);
		}
		else if (start instanceof RetrieverStart retriever) {
			add(HighCardinalityKeyNames.RETRIEVAL_QUERY, () -> plain(start.run(), retriever.query()), result);
		}
		else if (start instanceof ChainStart chain) {
			List<ChatMessage> conversation = conversation(chain.inputs());
			if (conversation != null) {
				addRequest(conversation, messages, result);
			}
			else {
				add(HighCardinalityKeyNames.INPUT_MESSAGES,
						() -> latest(messages.message("user", RunContentFilter.INPUT, chain.inputs())), result);
			}
		}
	}

	private void addOutputs(RunEnd end, ContentMessages messages, List<KeyValue> result) {
		LlmAnswer answer = LlmAnswer.of(end);
		if (answer != null) {
			add(HighCardinalityKeyNames.OUTPUT_MESSAGES, () -> generations(answer.result(), end, messages), result);
		}
		else if (end instanceof ToolEnd tool) {
			add(HighCardinalityKeyNames.TOOL_CALL_RESULT,
					() -> json(end.run(), RunContentFilter.TOOL_RESULT, tool.output().text()), result);
		}
		else if (end instanceof RetrieverEnd retriever) {
			add(HighCardinalityKeyNames.RETRIEVAL_DOCUMENTS, () -> documents(retriever.documents(), messages), result);
		}
		else if (end instanceof ChainEnd chain) {
			add(HighCardinalityKeyNames.OUTPUT_MESSAGES, () -> output(chain, messages), result);
		}
	}

	private static @Nullable ChatRequest requestOf(RunEnd end) {
		if (end instanceof LlmEnd completed) {
			return completed.request();
		}
		if (end instanceof LlmError failed) {
			return failed.request();
		}
		return (end instanceof LlmCancel cancelled) ? cancelled.request() : null;
	}

	// null if the input is something else
	private static @Nullable List<ChatMessage> conversation(Object input) {
		if (input instanceof ChatMessage message) {
			return List.of(message);
		}
		if (input instanceof List<?> list && !list.isEmpty() && list.stream().allMatch(ChatMessage.class::isInstance)) {
			return list.stream().map(ChatMessage.class::cast).toList();
		}
		return null;
	}

	private void addRequest(List<ChatMessage> conversation, ContentMessages messages, List<KeyValue> result) {
		int first = (int) conversation.stream().takeWhile(SystemMessage.class::isInstance).count();
		if (first > 0) {
			add(HighCardinalityKeyNames.SYSTEM_INSTRUCTIONS,
					() -> instructions(conversation.subList(0, first), messages), result);
		}
		if (first < conversation.size()) {
			add(HighCardinalityKeyNames.INPUT_MESSAGES,
					() -> latest(conversation.subList(first, conversation.size()), messages), result);
		}
	}

	private String instructions(List<ChatMessage> system, ContentMessages messages) {
		List<?> shown = system.stream()
			.limit(this.json.maxElements())
			.map((message) -> messages.instruction((SystemMessage) message))
			.filter(Objects::nonNull)
			.toList();
		return this.json.first(shown, Math.max(0, system.size() - this.json.maxElements()),
				(missing) -> ContentMessages.markPart(missing + " further instructions"));
	}

	private String latest(List<ChatMessage> conversation, ContentMessages messages) {
		int before = Math.max(0, conversation.size() - this.json.maxElements());
		return this.json.latest(
				conversation.subList(before, conversation.size()).stream().map(messages::message).toList(), before,
				(missing) -> ContentMessages.mark(missing + " earlier messages"));
	}

	private @Nullable String generations(LlmResult result, RunEnd end, ContentMessages messages) {
		List<ChatGeneration> generations = result.generations().stream().flatMap(List::stream).toList();
		if (generations.isEmpty()) {
			return null;
		}
		return this.json.first(
				generations.stream().map((generation) -> messages.generation(generation, end.outcome())).toList(), 0,
				(missing) -> ContentMessages.finished(ContentMessages.mark(missing + " further choices"), "unknown"));
	}

	private String documents(List<Document> documents, ContentMessages messages) {
		return this.json.first(documents.stream().limit(this.json.maxElements()).map(messages::document).toList(),
				Math.max(0, documents.size() - this.json.maxElements()),
				(missing) -> ContentMessages.markPart(missing + " further documents"));
	}

	private @Nullable String output(ChainEnd end, ContentMessages messages) {
		Object output = end.outputs();
		if (output instanceof List<?> list && list.isEmpty()) {
			return null;
		}
		if (output instanceof ChatMessage message) {
			return answer(messages.message(message));
		}
		Object value = (output instanceof LlmResult result) ? result.text() : output;
		return answer(messages.message("assistant", RunContentFilter.OUTPUT, value));
	}

	private String latest(Map<String, Object> message) {
		return this.json.latest(List.of(message), 0, (missing) -> ContentMessages.mark("message"));
	}

	private String answer(Map<String, Object> message) {
		return this.json.first(List.of(ContentMessages.finished(message, "stop")), 0,
				(missing) -> ContentMessages.finished(ContentMessages.mark("message"), "stop"));
	}

	private @Nullable String json(Run run, String kind, String text) {
		String shown = this.guard.show(run, kind, text);
		return (shown != null) ? this.json.single(new ContentJson.Json(shown)) : null;
	}

	private @Nullable String plain(Run run, String query) {
		String shown = this.guard.show(run, RunContentFilter.QUERY, query);
		return (shown != null) ? this.json.plain(shown) : null;
	}

	// a value of the application may fail in toString()
	private void add(KeyName name, Supplier<@Nullable String> value, List<KeyValue> result) {
		try {
			String text = value.get();
			if (text != null) {
				result.add(name.withValue(text));
			}
		}
		catch (RuntimeException ex) {
			if (this.failed.compareAndSet(false, true)) {
				logger.warn("The attribute '" + name.asString() + "' of a span could not be created ("
						+ ex.getClass().getName() + "). It is absent; further failures are not logged");
			}
		}
	}

}
