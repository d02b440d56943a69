package dev.llmcallbacks.dispatch;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.model.ModelProvider;
import dev.llmcallbacks.run.RunType;

/**
 * Specification of a run.
 *
 * @param type what kind of work it is
 * @param name the run's name unless the options have one
 * @param model the name of the model that will be asked, or {@code null}
 * @param localTags tags of this run that the runs inside it do not inherit
 * @param options what the call adds
 * @param provider the service that is called, for observations, or {@code null} for that
 * of the Reactor Context in which the run is opened
 * @param observed whether the library's own observations and meters include the run, as
 * they do unless another library observes the same work
 * @param inPlace whether the work is begun on the thread that subscribes, and goes on
 * where it may block, as described for {@link #beginningInPlace()}
 */
public record RunSpec(RunType type, String name, @Nullable String model, Set<String> localTags, RunOptions options,
		@Nullable ModelProvider provider, boolean observed, boolean inPlace) {

	private static final String UNOBSERVED = "dev.llmcallbacks.unobserved";

	public RunSpec {
		Objects.requireNonNull(type, "'type' must not be null");
		Objects.requireNonNull(name, "'name' must not be null");
		localTags = Collections.unmodifiableSet(new LinkedHashSet<>(localTags));
		Objects.requireNonNull(options, "'options' must not be null");
	}

	/**
	 * Create the specification of a run that is observed, and whose work does not block.
	 * @param type what kind of work it is
	 * @param name the run's name unless the options have one
	 * @param model the name of the model that will be asked, or {@code null}
	 * @param localTags tags of this run that the runs inside it do not inherit
	 * @param options what the call adds
	 */
	public RunSpec(RunType type, String name, @Nullable String model, Set<String> localTags, RunOptions options) {
		this(type, name, model, localTags, options, null, true, false);
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

	/**
	 * Return this specification with the service that is called.
	 * @param provider the service, which {@link ModelProvider#from} returns inside the
	 * run
	 * @return the specification
	 */
	public RunSpec withProvider(ModelProvider provider) {
		return new RunSpec(this.type, this.name, this.model, this.localTags, this.options, provider, this.observed,
				this.inPlace);
	}

	/**
	 * Return this specification for a run that the library's own observations and meters
	 * leave out, because another library observes the same work. Runs inside it are not
	 * concerned.
	 * @return the specification
	 */
	public RunSpec unobserved() {
		return new RunSpec(this.type, this.name, this.model, this.localTags, this.options, this.provider, false,
				this.inPlace);
	}

	/**
	 * Return this specification for work that may block. The work is subscribed to on the
	 * thread that subscribes to the run, which waits there for the handlers of the start
	 * event; it does not wait if it must not block, or if a subscriber's demand decides
	 * when the start event is handled
	 * ({@link CallbackManager#events(org.reactivestreams.Publisher, Class[])}). In that
	 * case, and wherever else the run goes on after handlers, it does so on
	 * {@link reactor.core.scheduler.Schedulers#boundedElastic()}. Has no effect on runs
	 * that are fed by hand or called in place.
	 * @return the specification
	 */
	public RunSpec beginningInPlace() {
		return new RunSpec(this.type, this.name, this.model, this.localTags, this.options, this.provider, this.observed,
				true);
	}

	/**
	 * Return whether the library's own observations and meters include a run.
	 * @param context the Reactor Context of the run, as its filters and handlers have it
	 * @return {@code false} if the run was specified as {@link #unobserved()}
	 */
	public static boolean isObserved(ContextView context) {
		return !context.hasKey(UNOBSERVED);
	}

	/**
	 * Write what this specification says into the context in which the run is opened.
	 * @param context the subscriber's context
	 * @return the context
	 */
	Context in(Context context) {
		Context described = (this.provider != null) ? this.provider.in(context) : context;
		if (!this.observed) {
			return described.put(UNOBSERVED, true);
		}
		// that of an enclosing run
		return isObserved(described) ? described : described.delete(UNOBSERVED);
	}

}
