package dev.llmcallbacks.observation;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.message.LlmResult;

/**
 * What had arrived when the call of a model ended, however it ended.
 *
 * @param result the answer, whole or in part
 * @param timeToFirstToken the time until the answer began, or {@code null} when nothing
 * was streamed
 */
record LlmAnswer(LlmResult result, @Nullable Duration timeToFirstToken) {

	private static final double NANOS_PER_SECOND = 1e9;

	static @Nullable LlmAnswer of(@Nullable RunEnd end) {
		if (end instanceof LlmEnd completed) {
			return new LlmAnswer(completed.result(), completed.timeToFirstToken());
		}
		if (end instanceof LlmError failed) {
			return new LlmAnswer(failed.result(), failed.timeToFirstToken());
		}
		if (end instanceof LlmCancel cancelled) {
			return new LlmAnswer(cancelled.result(), cancelled.timeToFirstToken());
		}
		return null;
	}

	static double seconds(Duration duration) {
		return duration.toNanos() / NANOS_PER_SECOND;
	}

}
