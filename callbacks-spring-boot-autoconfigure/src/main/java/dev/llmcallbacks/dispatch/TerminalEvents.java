package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.ChainCancel;
import dev.llmcallbacks.event.ChainError;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.RetrieverCancel;
import dev.llmcallbacks.event.RetrieverError;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.event.ToolCancel;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.LlmOutput;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunInfo;

/**
 * Creates the terminal event of a run with the run's own event factory or, if that
 * throws, without it: such an event carries no result.
 */
final class TerminalEvents {

	private TerminalEvents() {
	}

	/**
	 * Create the terminal event of a run.
	 * @param events the run's own event factory
	 * @param start the run's start event
	 * @param outcome the outcome that was decided
	 * @param error why the run has failed, or {@code null}
	 * @param duration how long the run took
	 * @param onFailure receives what the factory throws; a run that was to complete fails
	 * with it
	 * @return the event
	 */
	static RunEnd create(RunEvents<?> events, RunStart start, Outcome outcome, @Nullable Throwable error,
			Duration duration, Consumer<Throwable> onFailure) {
		Throwable failure = error;
		try {
			if (outcome == Outcome.COMPLETED) {
				return events.completed(start.run(), duration);
			}
			if (outcome == Outcome.CANCELLED) {
				return events.cancelled(start.run(), duration);
			}
		}
		catch (Throwable ex) {
			onFailure.accept(ex);
			if (outcome == Outcome.CANCELLED) {
				return cancelled(start, duration);
			}
			failure = ex;
		}
		Throwable reason = (failure != null) ? failure : new IllegalStateException("The run has failed");
		try {
			return events.failed(start.run(), duration, reason);
		}
		catch (Throwable ex) {
			if (ex != reason) {
				onFailure.accept(ex);
			}
			return failed(start, duration, reason);
		}
	}

	private static RunEnd failed(RunStart start, Duration duration, Throwable error) {
		Run run = start.run();
		Instant now = Instant.now();
		return switch (run.type()) {
			case LLM -> new LlmError(run, now, duration, error, requestOf(start), false, emptyResult(run), null, null);
			case TOOL -> new ToolError(run, now, duration, toolCallId(start), error);
			case RETRIEVER -> new RetrieverError(run, now, duration, error);
			case CHAIN, AGENT -> new ChainError(run, now, duration, error);
		};
	}

	private static RunEnd cancelled(RunStart start, Duration duration) {
		Run run = start.run();
		Instant now = Instant.now();
		return switch (run.type()) {
			case LLM -> new LlmCancel(run, now, duration, requestOf(start), false, emptyResult(run), null, null);
			case TOOL -> new ToolCancel(run, now, duration, toolCallId(start));
			case RETRIEVER -> new RetrieverCancel(run, now, duration);
			case CHAIN, AGENT -> new ChainCancel(run, now, duration);
		};
	}

	private static ChatRequest requestOf(RunStart start) {
		return (start instanceof ChatModelStart chat) ? new ChatRequest(chat.messages(), chat.options(), chat.tools())
				: new ChatRequest(List.of());
	}

	private static LlmResult emptyResult(Run run) {
		return new LlmResult(List.of(List.of()), LlmOutput.NONE, List.of(new RunInfo(run.id())));
	}

	private static String toolCallId(RunStart start) {
		return (start instanceof ToolStart tool) ? tool.toolCall().id() : "";
	}

}
