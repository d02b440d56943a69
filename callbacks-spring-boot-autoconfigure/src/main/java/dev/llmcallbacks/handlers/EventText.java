package dev.llmcallbacks.handlers;

import java.time.Duration;
import java.util.Locale;

import dev.llmcallbacks.event.AgentAction;
import dev.llmcallbacks.event.AgentFinish;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.Retry;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.event.Text;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.run.Run;

/**
 * Says in one line what happened. What was given to a model, step, tool or retriever, and
 * what came out of it, is said only when asked for.
 *
 * @param inputs whether to say what goes in
 * @param outputs whether to say what comes out
 * @param maxLength how many characters of a content to say
 */
record EventText(boolean inputs, boolean outputs, int maxLength) {

	String of(CallbackEvent event) {
		if (event instanceof RunStart start) {
			String tool = (start instanceof ToolStart toolStart) ? " [" + toolStart.toolCall().id() + "]" : "";
			return "started" + tool + (this.inputs ? ": " + quote(EventParts.inputOf(start)) : "");
		}
		return (event instanceof RunEnd end) ? ofEnd(end) : ofMoment(event);
	}

	private String ofEnd(RunEnd end) {
		StringBuilder text = new StringBuilder();
		text.append(end.outcome().name().toLowerCase(Locale.ROOT)).append(" in ").append(millis(end.duration()));
		TokenUsage usage = EventParts.usageOf(end);
		if (!usage.equals(TokenUsage.NONE)) {
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
			return "calls tool '" + action.toolCall().name() + "' [" + action.toolCall().id() + "]" + arguments;
		}
		if (event instanceof AgentFinish finish) {
			return "answers" + (this.outputs ? ": " + quote(finish.output()) : "");
		}
		if (event instanceof Text text) {
			return "text" + (this.outputs ? ": " + quote(text.text()) : "");
		}
		CustomEvent custom = (CustomEvent) event;
		return "event '" + custom.name() + "'" + (this.outputs ? ": " + quote(custom.data()) : "");
	}

	static String nameOf(Run run) {
		return run.type() + " '" + run.name() + "'";
	}

	private String ofError(Throwable error) {
		String message = error.getMessage();
		return error.getClass().getSimpleName() + ((message != null) ? ": " + oneLine(message) : "");
	}

	private String quote(Object content) {
		return '"' + oneLine(content.toString()) + '"';
	}

	private String oneLine(String text) {
		String shown = (text.length() > this.maxLength) ? text.substring(0, this.maxLength) + "…" : text;
		return shown.replace("\r", "\\r").replace("\n", "\\n");
	}

	private static String millis(Duration duration) {
		return duration.toMillis() + " ms";
	}

}
