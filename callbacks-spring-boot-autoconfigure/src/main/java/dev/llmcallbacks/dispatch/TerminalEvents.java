package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.llmcallbacks.event.ChainCancel;
import dev.llmcallbacks.event.ChainError;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.RetrieverCancel;
import dev.llmcallbacks.event.RetrieverError;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.event.ToolCancel;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.message.LlmOutput;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunInfo;

/**
 * Terminal events of runs whose own event factory has failed to create one. They carry no
 * result.
 */
final class TerminalEvents {

	private TerminalEvents() {
	}

	static RunEnd failed(RunStart start, Duration duration, Throwable error) {
		Run run = start.run();
		Instant now = Instant.now();
		return switch (run.type()) {
			case LLM -> new LlmError(run, now, duration, error, emptyResult(run), null, null);
			case TOOL -> new ToolError(run, now, duration, toolCallId(start), error);
			case RETRIEVER -> new RetrieverError(run, now, duration, error);
			case CHAIN, AGENT -> new ChainError(run, now, duration, error);
		};
	}

	static RunEnd cancelled(RunStart start, Duration duration) {
		Run run = start.run();
		Instant now = Instant.now();
		return switch (run.type()) {
			case LLM -> new LlmCancel(run, now, duration, emptyResult(run), null, null);
			case TOOL -> new ToolCancel(run, now, duration, toolCallId(start));
			case RETRIEVER -> new RetrieverCancel(run, now, duration);
			case CHAIN, AGENT -> new ChainCancel(run, now, duration);
		};
	}

	private static LlmResult emptyResult(Run run) {
		return new LlmResult(List.of(List.of()), LlmOutput.NONE, List.of(new RunInfo(run.id())));
	}

	private static String toolCallId(RunStart start) {
		return (start instanceof ToolStart tool) ? tool.toolCall().id() : "";
	}

}
