package dev.llmcallbacks.chain;

import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.dispatch.RunOptionsSequence;

/**
 * What a chain was told about its runs.
 *
 * @param manager the manager where no run is in force, or {@code null}
 * @param options what the chain adds to its runs
 */
record ChainSettings(@Nullable CallbackManager manager, RunOptionsSequence options) {

	static final ChainSettings NONE = new ChainSettings(null, RunOptionsSequence.of(RunOptions.NONE));

	ChainSettings with(CallbackManager manager) {
		return new ChainSettings(manager, this.options);
	}

	ChainSettings with(RunOptions further) {
		return new ChainSettings(this.manager, this.options.with(further));
	}

	ChainSettings orManagerOf(ChainSettings other) {
		return (this.manager == null && other.manager != null) ? with(other.manager) : this;
	}

	boolean hasOptions() {
		return !this.options.isEmpty();
	}

	RunOptions nextOptions() {
		return this.options.next();
	}

	CallbackManager manager(ContextView context) {
		return CurrentRun.manager(context, this.manager);
	}

}
