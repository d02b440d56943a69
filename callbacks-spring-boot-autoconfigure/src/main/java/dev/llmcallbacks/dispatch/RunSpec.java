package dev.llmcallbacks.dispatch;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.run.RunType;

/**
 * What is known of a run before it is opened.
 *
 * @param type what kind of work it is
 * @param name the run's name unless the options have one
 * @param model the model that will be asked, or {@code null}; what handlers can filter by
 * @param options what the call adds
 */
public record RunSpec(RunType type, String name, @Nullable String model, RunOptions options) {

	public RunSpec {
		Objects.requireNonNull(type, "'type' must not be null");
		Objects.requireNonNull(name, "'name' must not be null");
		Objects.requireNonNull(options, "'options' must not be null");
	}

}
