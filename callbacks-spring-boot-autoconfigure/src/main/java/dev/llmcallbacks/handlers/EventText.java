package dev.llmcallbacks.handlers;

import java.time.Duration;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.RecordedException;
import dev.llmcallbacks.event.AgentAction;
import dev.llmcallbacks.event.AgentFinish;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.Retry;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.event.Text;
import dev.llmcallbacks.event.ToolProgress;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.run.PrintableText;
import dev.llmcallbacks.run.Run;

/**
 * Describes events in one printable line each. What went into a model, step, tool or
 * retriever, and what came out of it, is included only on request. Texts that others have
 * written (names, ids, contents, messages of errors) are escaped and cut by
 * {@link PrintableText}.
 *
 * @param inputs whether to include what goes in
 * @param outputs whether to include what comes out
 * @param maxLength how many characters of a content or of an error's message to include
 */
record EventText(boolean inputs, boolean outputs, int maxLength) {

	private static final int MAX_NAME_LENGTH = 100;

	String of(CallbackEvent event) {
		if (event instanceof RunStart start) {
			String tool = (start instanceof ToolStart toolStart) ? " [" + name(toolStart.toolCall().id()) + "]" : "";
			return "started" + tool + (this.inputs ? ": " + quote(EventParts.inputOf(start)) : "");
		}
		return (event instanceof RunEnd end) ? ofEnd(end) : ofMoment(event);
	}

	private String ofEnd(RunEnd end) {
		StringBuilder text = new StringBuilder();
		text.append(end.outcome().name().toLowerCase(Locale.ROOT)).append(" in ").append(millis(end.duration()));
		TokenUsage usage = EventParts.usageOf(end);
		if (usage.isKnown()) {
			text.append(", ").append(usage.input()).append(" + ").append(usage.output()).append(" tokens");
		}
		Throwable error = EventParts.errorOf(end);
		if (error != null) {
			text.append(": ").append(ofError(error));
		}
		Object output = this.outputs ? EventParts.outputOf(end) : null;
		return text.append((output != null) ? ": " + quote(output) : "").toString();
	}

	private String ofMoment(CallbackEvent event) {
		if (event instanceof LlmNewToken token) {
			return "token" + (this.outputs ? " " + quote(token.token()) : "");
		}
		if (event instanceof Retry retry) {
			return "attempt " + retry.attempt() + " failed, next in " + millis(retry.delay()) + ": "
					+ ofError(retry.cause());
		}
		if (event instanceof AgentAction action) {
			String arguments = this.outputs ? ": " + quote(action.toolCall().arguments()) : "";
			return "calls tool '" + name(action.toolCall().name()) + "' [" + name(action.toolCall().id()) + "]"
					+ arguments;
		}
		if (event instanceof AgentFinish finish) {
			return "answers" + (this.outputs ? ": " + quote(finish.output()) : "");
		}
		if (event instanceof ToolProgress progress) {
			return "progress [" + name(progress.toolCallId()) + "]"
					+ (this.outputs ? ": " + quote(progress.data()) : "");
		}
		if (event instanceof Text text) {
			return "text" + (this.outputs ? ": " + quote(text.text()) : "");
		}
		CustomEvent custom = (CustomEvent) event;
		return "event '" + name(custom.name()) + "'" + (this.outputs ? ": " + quote(custom.data()) : "");
	}

	/**
	 * Return what to call a run.
	 * @param run the run
	 * @param model the name of the model that it calls, or {@code null}
	 * @return its type, its name and the model
	 */
	static String nameOf(Run run, @Nullable String model) {
		return run.type() + " '" + name(run.name()) + "'" + ((model != null) ? " (" + name(model) + ")" : "");
	}

	private static String name(String text) {
		return PrintableText.of(text, MAX_NAME_LENGTH);
	}

	private String ofError(Throwable error) {
		String message = error.getMessage();
		String type = (error instanceof RecordedException recorded) ? simpleNameOf(recorded)
				: error.getClass().getSimpleName();
		return type + ((message != null) ? ": " + PrintableText.of(message, this.maxLength) : "");
	}

	private static String simpleNameOf(RecordedException error) {
		String type = error.errorType();
		return name(type.substring(Math.max(type.lastIndexOf('.'), type.lastIndexOf('$')) + 1));
	}

	private String quote(Object content) {
		return '"' + PrintableText.of(content.toString(), this.maxLength) + '"';
	}

	private static String millis(Duration duration) {
		return duration.toMillis() + " ms";
	}

}
