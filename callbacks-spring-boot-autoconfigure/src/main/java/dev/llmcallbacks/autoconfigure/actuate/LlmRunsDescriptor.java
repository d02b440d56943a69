package dev.llmcallbacks.autoconfigure.actuate;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksDescriptor.Executor;
import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksDescriptor.Handler;
import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksDescriptor.Wait;
import dev.llmcallbacks.handlers.RunChanges;

/**
 * What has changed since a run view asked last.
 *
 * @param now the time of the application
 * @param readOnly whether handlers cannot be switched and runs cannot be cancelled
 * @param content whether contents are shown
 * @param changes what has changed in the runs
 * @param waits the handlers that active runs wait for
 * @param handlers the application's handlers by their names, or {@code null} if they were
 * not asked for
 * @param executors the executors that handlers are called on, or {@code null} if they
 * were not asked for
 */
public record LlmRunsDescriptor(Instant now, boolean readOnly, Content content, RunChanges changes, List<Held> waits,
		@Nullable Map<String, Handler> handlers,
		@Nullable Map<String, Executor> executors) implements OperationResponseBody {

	/**
	 * Whether contents are shown.
	 */
	public enum Content {

		/** Contents are shown. */
		SHOWN,

		/** Contents are not shown because of a property. */
		NEVER,

		/** Contents are not shown because the request is not authorized. */
		UNAUTHORIZED

	}

	/**
	 * Handlers that a run waits for.
	 *
	 * @param run the run's id
	 * @param waitsFor the handlers
	 */
	public record Held(UUID run, List<Wait> waitsFor) {

	}

}
