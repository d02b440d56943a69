package dev.llmcallbacks.dispatch;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.run.Run;

/**
 * State of an open run.
 *
 * @param run the run
 * @param model name of the requested model, or {@code null} if the run does not call one
 * @param waitsFor the handlers that the run waits for, each with the event that it is
 * processing; empty while only the work of the run is going on
 */
public record RunStatus(Run run, @Nullable String model, List<HandlerCall> waitsFor) {

	public RunStatus {
		waitsFor = List.copyOf(waitsFor);
	}

}
