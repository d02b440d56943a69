package dev.llmcallbacks.handlers;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.ContentGuard;
import dev.llmcallbacks.callback.RecordedException;
import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.event.AgentAction;
import dev.llmcallbacks.event.AgentFinish;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainCancel;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainError;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.LlmStart;
import dev.llmcallbacks.event.RetrieverCancel;
import dev.llmcallbacks.event.RetrieverEnd;
import dev.llmcallbacks.event.RetrieverError;
import dev.llmcallbacks.event.RetrieverStart;
import dev.llmcallbacks.event.Retry;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.event.Text;
import dev.llmcallbacks.event.ToolCancel;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.event.ToolProgress;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.run.Run;

/**
 * Passes the content of events through a {@link RunContentFilter}, for a handler that
 * logs, stores or sends events. Thread-safe.
 * <p>
 * The filtered event has the type, the times, the ids, the names and the usage of the
 * original.
 * <ul>
 * <li>Each text is what the filter returns for it. A text that must not be shown is
 * empty.</li>
 * <li>A token has no text, reasoning or tool call, because the filter needs the whole
 * text: that is in the run's last event.</li>
 * <li>A file has neither bytes nor, unless the filter returns it unchanged, a URL.</li>
 * <li>Details of the provider are missing, because they repeat content in a form of their
 * own. The parsed arguments of a tool call are empty unless the filter returns the
 * arguments unchanged.</li>
 * <li>An error is a {@link RecordedException} with the original's stack trace.</li>
 * <li>An object of the application's own is replaced by the text that its
 * {@code toString()} returns. Lists and maps are copied. The items of a list of texts may
 * be fragments of one text, as those of a stream are: the filter receives them joined,
 * and if it changes the joined text, that is the only item. Chunks of a response are
 * replaced by the joined text of each choice.</li>
 * </ul>
 */
public final class EventContentFilter {

	private static final EventContentFilter NONE = new EventContentFilter(ContentGuard.NONE);

	private final ContentGuard guard;

	private EventContentFilter(ContentGuard guard) {
		this.guard = guard;
	}

	/**
	 * Return a filter of events.
	 * @param filter the application's filter, or {@code null} to leave events as they are
	 * @return the filter
	 */
	public static EventContentFilter of(@Nullable RunContentFilter filter) {
		return (filter != null) ? new EventContentFilter(ContentGuard.of(filter)) : NONE;
	}

	/**
	 * Return what may be shown of an event.
	 * @param event the event
	 * @return an event of the same type, or the event itself without a filter
	 */
	public CallbackEvent filter(CallbackEvent event) {
		if (this.guard == ContentGuard.NONE) {
			return event;
		}
		FilteredContent content = new FilteredContent(event.run(), this.guard);
		if (event instanceof LlmNewToken token) {
			return token(token, content.shownRun(), content);
		}
		if (event instanceof RunStart start) {
			return start(start, content);
		}
		return (event instanceof RunEnd end) ? end(end, content) : moment(event, content);
	}

	/**
	 * Return what may be shown of the text of a response. Nothing else of the event is
	 * filtered.
	 * @param event the event
	 * @return the text with which a model call has ended, which is partial if the call
	 * has failed or was cancelled; empty if nothing may be shown, and for other events
	 */
	public String responseText(CallbackEvent event) {
		LlmResult result = (event instanceof RunEnd end) ? EventParts.resultOf(end) : null;
		return (result != null)
				? new FilteredContent(event.run(), this.guard).text(RunContentFilter.RESPONSE, result.text()) : "";
	}

	/**
	 * Return an event for a line of text, of which only what is in the line is filtered.
	 * @param event the event
	 * @param line describes the event
	 * @return an event of the same type, of which nothing else must be shown, or the
	 * event itself without a filter or if the line has no content
	 */
	CallbackEvent filterFor(CallbackEvent event, EventText line) {
		if (this.guard == ContentGuard.NONE) {
			return event;
		}
		FilteredContent content = new FilteredContent(event.run(), this.guard);
		if (event instanceof LlmNewToken token) {
			return line.outputs() ? token(token, token.run(), content) : token;
		}
		if (event instanceof LlmError end) {
			return new LlmError(end.run(), end.timestamp(), end.duration(), content.error(end.error()), end.request(),
					end.modelCalled(), resultFor(end.result(), line, content), end.timeToFirstToken(),
					end.timePerOutputToken());
		}
		if (event instanceof LlmEnd end) {
			return new LlmEnd(end.run(), end.timestamp(), end.duration(), end.request(), end.modelCalled(),
					resultFor(end.result(), line, content), end.timeToFirstToken(), end.timePerOutputToken());
		}
		if (event instanceof LlmCancel end) {
			return new LlmCancel(end.run(), end.timestamp(), end.duration(), end.request(), end.modelCalled(),
					resultFor(end.result(), line, content), end.timeToFirstToken(), end.timePerOutputToken());
		}
		boolean failed = event instanceof Retry || event instanceof RunEnd end && EventParts.errorOf(end) != null;
		boolean hasContent = (event instanceof RunStart) ? line.inputs() : line.outputs();
		return (failed || hasContent) ? filter(event) : event;
	}

	private static LlmResult resultFor(LlmResult result, EventText line, FilteredContent content) {
		return line.outputs() ? content.textOf(result) : result;
	}

	private static LlmNewToken token(LlmNewToken token, Run run, FilteredContent content) {
		return new LlmNewToken(run, token.timestamp(), "", token.choice(), content.chunk(token.chunk()));
	}

	private static CallbackEvent start(RunStart event, FilteredContent content) {
		Run run = content.shownRun();
		if (event instanceof ChatModelStart start) {
			return new ChatModelStart(run, start.timestamp(), content.messages(start.messages()),
					content.options(start.options()), start.tools(), start.provider());
		}
		if (event instanceof LlmStart start) {
			List<String> prompts = start.prompts()
				.stream()
				.map((prompt) -> content.text(RunContentFilter.PROMPT, prompt))
				.toList();
			return new LlmStart(run, start.timestamp(), prompts, content.options(start.options()));
		}
		if (event instanceof ToolStart start) {
			return new ToolStart(run, start.timestamp(), content.toolCall(start.toolCall()));
		}
		if (event instanceof RetrieverStart start) {
			return new RetrieverStart(run, start.timestamp(), content.text(RunContentFilter.QUERY, start.query()));
		}
		ChainStart start = (ChainStart) event;
		return new ChainStart(run, start.timestamp(), content.value(RunContentFilter.INPUT, start.inputs()));
	}

	private static CallbackEvent end(RunEnd event, FilteredContent content) {
		Run run = content.shownRun();
		if (event instanceof LlmEnd end) {
			return new LlmEnd(run, end.timestamp(), end.duration(), content.request(end.request()), end.modelCalled(),
					content.result(end.result()), end.timeToFirstToken(), end.timePerOutputToken());
		}
		if (event instanceof LlmError end) {
			return new LlmError(run, end.timestamp(), end.duration(), content.error(end.error()),
					content.request(end.request()), end.modelCalled(), content.result(end.result()),
					end.timeToFirstToken(), end.timePerOutputToken());
		}
		if (event instanceof LlmCancel end) {
			return new LlmCancel(run, end.timestamp(), end.duration(), content.request(end.request()),
					end.modelCalled(), content.result(end.result()), end.timeToFirstToken(), end.timePerOutputToken());
		}
		if (event instanceof ToolEnd end) {
			return new ToolEnd(run, end.timestamp(), end.duration(), content.toolResult(end.output()));
		}
		if (event instanceof ToolError end) {
			return new ToolError(run, end.timestamp(), end.duration(), end.toolCallId(), content.error(end.error()));
		}
		if (event instanceof ToolCancel end) {
			return new ToolCancel(run, end.timestamp(), end.duration(), end.toolCallId());
		}
		return (event instanceof ChainEnd || event instanceof ChainError || event instanceof ChainCancel)
				? chainEnd(event, content) : retrieverEnd(event, content);
	}

	private static CallbackEvent chainEnd(RunEnd event, FilteredContent content) {
		Run run = content.shownRun();
		if (event instanceof ChainEnd end) {
			return new ChainEnd(run, end.timestamp(), end.duration(),
					content.value(RunContentFilter.OUTPUT, end.outputs()), end.truncated());
		}
		return (event instanceof ChainError end)
				? new ChainError(run, end.timestamp(), end.duration(), content.error(end.error()))
				: new ChainCancel(run, event.timestamp(), event.duration());
	}

	private static CallbackEvent retrieverEnd(RunEnd event, FilteredContent content) {
		Run run = content.shownRun();
		if (event instanceof RetrieverEnd end) {
			return new RetrieverEnd(run, end.timestamp(), end.duration(), content.documents(end.documents()));
		}
		return (event instanceof RetrieverError end)
				? new RetrieverError(run, end.timestamp(), end.duration(), content.error(end.error()))
				: new RetrieverCancel(run, event.timestamp(), event.duration());
	}

	private static CallbackEvent moment(CallbackEvent event, FilteredContent content) {
		Run run = content.shownRun();
		if (event instanceof Retry retry) {
			return new Retry(run, retry.timestamp(), retry.attempt(), retry.delay(), content.error(retry.cause()));
		}
		if (event instanceof AgentAction action) {
			return new AgentAction(run, action.timestamp(), content.toolCall(action.toolCall()));
		}
		if (event instanceof AgentFinish finish) {
			return new AgentFinish(run, finish.timestamp(), content.value(RunContentFilter.OUTPUT, finish.output()));
		}
		if (event instanceof ToolProgress progress) {
			return new ToolProgress(run, progress.timestamp(), progress.toolCallId(),
					content.value(RunContentFilter.TOOL_RESULT, progress.data()));
		}
		if (event instanceof Text text) {
			return new Text(run, text.timestamp(), content.text(RunContentFilter.EVENT, text.text()));
		}
		CustomEvent custom = (CustomEvent) event;
		return new CustomEvent(run, custom.timestamp(), custom.name(),
				content.value(RunContentFilter.EVENT, custom.data()));
	}

}
