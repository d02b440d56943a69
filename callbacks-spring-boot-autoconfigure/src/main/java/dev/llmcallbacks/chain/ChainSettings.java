package dev.llmcallbacks.chain;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.ManagerLookup;
import dev.llmcallbacks.dispatch.RunOptionsSequence;

/**
 * Settings of the runs of a chain.
 *
 * @param manager supplies the manager where there is no current run, or {@code null}
 * @param options the options of the runs
 */
record ChainSettings(@Nullable Supplier<? extends @Nullable CallbackManager> manager, RunOptionsSequence options) {

	static final ChainSettings NONE = new ChainSettings(null, RunOptionsSequence.of(RunOptions.NONE));

	ChainSettings with(Supplier<? extends @Nullable CallbackManager> manager) {
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

	CallbackManager manager(ContextView context, String name) {
		return ManagerLookup.find(context, this.manager, "Chain '" + name + "'");
	}

}
