package dev.llmcallbacks.handlers;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmStart;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.run.RunType;

/**
 * Names of the models that current runs call: the requested one if the start of the run
 * was seen, otherwise the one that the response names. Thread-safe. Keeps nothing of a
 * run that has ended, and forgets the oldest of more than 100,000 runs.
 */
final class ModelNames {

	private static final int MAX_RUNS = 100_000;

	/** Guarded by itself. */
	private final Map<UUID, Optional<String>> requested = new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<UUID, Optional<String>> eldest) {
			return size() > MAX_RUNS;
		}

	};

	/**
	 * Return which model the run of an event calls. Must be called for each event of a
	 * run.
	 * @param event the event
	 * @return the model's name, or {@code null} if it is unknown or the run calls none
	 */
	@Nullable String of(CallbackEvent event) {
		if (event.run().type() != RunType.LLM) {
			return null;
		}
		UUID run = event.run().id();
		synchronized (this.requested) {
			if (event instanceof ChatModelStart start) {
				return started(run, start.options());
			}
			if (event instanceof LlmStart start) {
				return started(run, start.options());
			}
			if (event instanceof RunEnd end) {
				Optional<String> known = this.requested.remove(run);
				return (known != null) ? known.orElse(null) : respondedBy(end);
			}
			return this.requested.getOrDefault(run, Optional.empty()).orElse(null);
		}
	}

	private @Nullable String started(UUID run, ChatOptions options) {
		this.requested.put(run, Optional.ofNullable(options.model()));
		return options.model();
	}

	private static @Nullable String respondedBy(RunEnd end) {
		LlmResult result = EventParts.resultOf(end);
		return (result != null) ? result.llmOutput().modelName() : null;
	}

}
