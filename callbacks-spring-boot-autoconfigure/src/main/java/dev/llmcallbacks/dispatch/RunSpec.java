package dev.llmcallbacks.dispatch;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.run.RunType;

/**
 * Specification of a run.
 *
 * @param type what kind of work it is
 * @param name the run's name unless the options have one
 * @param model the name of the model that will be asked, or {@code null}
 * @param localTags tags of this run that the runs inside it do not inherit
 * @param options what the call adds
 */
public record RunSpec(RunType type, String name, @Nullable String model, Set<String> localTags, RunOptions options) {

	public RunSpec {
		Objects.requireNonNull(type, "'type' must not be null");
		Objects.requireNonNull(name, "'name' must not be null");
		localTags = Collections.unmodifiableSet(new LinkedHashSet<>(localTags));
		Objects.requireNonNull(options, "'options' must not be null");
	}

	/**
	 * Create the specification of a run that does not call a model and has no tags of its
	 * own.
	 * @param type what kind of work it is
	 * @param name the run's name unless the options have one
	 * @param options what the call adds
	 */
	public RunSpec(RunType type, String name, RunOptions options) {
		this(type, name, null, Set.of(), options);
	}

}
