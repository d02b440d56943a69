package dev.llmcallbacks.chain;

import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;

/**
 * What a chain was told about its runs.
 */
final class ChainSettings {

	static final ChainSettings NONE = new ChainSettings(null, RunOptions.NONE, new AtomicBoolean());

	private final @Nullable CallbackManager manager;

	private final RunOptions options;

	/** Whether the run id has been used. Shared by all chains that have it. */
	private final AtomicBoolean idUsed;

	private ChainSettings(@Nullable CallbackManager manager, RunOptions options, AtomicBoolean idUsed) {
		this.manager = manager;
		this.options = options;
		this.idUsed = idUsed;
	}

	ChainSettings with(CallbackManager manager) {
		return new ChainSettings(manager, this.options, this.idUsed);
	}

	ChainSettings with(RunOptions further) {
		RunOptions.Builder merged = this.options.mutate()
			.callbacks(further.callbacks().toArray(LlmCallbackHandler[]::new))
			.tags(further.tags().toArray(String[]::new))
			.metadata(further.metadata());
		if (further.runName() != null) {
			merged.runName(further.runName());
		}
		if (further.runId() == null) {
			return new ChainSettings(this.manager, merged.build(), this.idUsed);
		}
		return new ChainSettings(this.manager, merged.runId(further.runId()).build(), new AtomicBoolean());
	}

	ChainSettings orManagerOf(ChainSettings other) {
		return (this.manager == null && other.manager != null) ? with(other.manager) : this;
	}

	boolean hasOptions() {
		return !this.options.equals(RunOptions.NONE);
	}

	/**
	 * Return the options of a run that is about to be opened.
	 * @return the options; only the first have the run id
	 */
	RunOptions nextOptions() {
		if (this.options.runId() == null || this.idUsed.compareAndSet(false, true)) {
			return this.options;
		}
		return this.options.mutate().runId(null).build();
	}

	CallbackManager manager(ContextView context) {
		return CurrentRun.manager(context)
			.orElseGet(() -> (this.manager != null) ? this.manager : WithoutHandlers.MANAGER);
	}

	/**
	 * What opens the runs of chains that were given nothing else.
	 */
	private static final class WithoutHandlers {

		static final CallbackManager MANAGER = CallbackManager.builder().build();

	}

}
