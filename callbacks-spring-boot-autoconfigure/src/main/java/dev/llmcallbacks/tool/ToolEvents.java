package dev.llmcallbacks.tool;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.dispatch.RunEvents;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.event.ToolCancel;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.run.Run;

/**
 * Events of one call of a tool, for a run of type {@code TOOL}. The run has one item, the
 * result for the model.
 */
public final class ToolEvents implements RunEvents<ToolMessage> {

	private final ToolCall toolCall;

	private @Nullable ToolMessage answer;

	private volatile @Nullable Throwable failure;

	/**
	 * Create the events of one run.
	 * @param toolCall the model's call
	 */
	public ToolEvents(ToolCall toolCall) {
		this.toolCall = toolCall;
	}

	/**
	 * Whether the run failed with an error, so that handlers have received it.
	 * @param error the error
	 * @return whether the run failed with this error
	 */
	boolean hasFailedOf(Throwable error) {
		return error == this.failure;
	}

	@Override
	public RunStart started(Run run) {
		return new ToolStart(run, run.startedAt(), this.toolCall);
	}

	@Override
	public void accept(ToolMessage answer) {
		this.answer = answer;
	}

	@Override
	public RunEnd completed(Run run, Duration duration) {
		return new ToolEnd(run, Instant.now(), duration, Objects.requireNonNull(this.answer));
	}

	@Override
	public RunEnd failed(Run run, Duration duration, Throwable error) {
		this.failure = error;
		return new ToolError(run, Instant.now(), duration, this.toolCall.id(), error);
	}

	@Override
	public RunEnd cancelled(Run run, Duration duration) {
		return new ToolCancel(run, Instant.now(), duration, this.toolCall.id());
	}

}
