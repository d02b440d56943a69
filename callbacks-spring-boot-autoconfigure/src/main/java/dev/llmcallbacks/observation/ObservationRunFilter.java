package dev.llmcallbacks.observation;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.ObservationView;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.dispatch.RunFilter;
import dev.llmcallbacks.dispatch.RunSpec;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainError;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.RetrieverError;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.model.ModelProvider;
import dev.llmcallbacks.run.RunType;

/**
 * Observes every run but those that another library observes
 * ({@link RunSpec#unobserved()}). The observation is in the Reactor Context of the run's
 * work and of its handlers, and on the threads of handlers, so that whatever is observed
 * there, HTTP exchanges foremost, is inside it.
 * <p>
 * Its parent is the observation in the Reactor Context in which the run was opened, else
 * that of the current run of the thread, or one inside that, else the current observation
 * of the thread. It is stopped when the outcome of the run has been decided. The
 * observation of a failed run has its error, or the form of it that may be shown if
 * contents are filtered; that of a cancelled run has none.
 */
public final class ObservationRunFilter implements RunFilter {

	private final ObservationRegistry registry;

	private final List<RunObservationConvention> conventions;

	private final ContentAttributes content;

	private final Map<RunType, RunObservationConvention> defaults = new EnumMap<>(RunType.class);

	/**
	 * Create a filter that records no content.
	 * @param registry where runs are observed
	 * @param version the version of the conventions for names
	 * @param conventions conventions of the application's own; the first that supports a
	 * run is used for it
	 */
	public ObservationRunFilter(ObservationRegistry registry, GenAiConventions version,
			List<? extends RunObservationConvention> conventions) {
		this(registry, version, conventions, SpanContent.NONE);
	}

	/**
	 * Create a filter that may record content.
	 * @param registry where runs are observed
	 * @param version the version of the conventions for names
	 * @param conventions conventions of the application's own; the first that supports a
	 * run is used for it
	 * @param content which content of runs is recorded
	 */
	public ObservationRunFilter(ObservationRegistry registry, GenAiConventions version,
			List<? extends RunObservationConvention> conventions, SpanContent content) {
		this.content = new ContentAttributes(content);
		this.registry = registry;
		this.conventions = List.copyOf(conventions);
		Arrays.stream(RunType.values())
			.forEach((type) -> this.defaults.put(type, new DefaultRunObservationConvention(type, version)));
		this.defaults.put(RunType.LLM, new DefaultLlmObservationConvention(version));
	}

	@Override
	public Scope open(RunStart start, Context context) {
		Observation parent = parentIn(context);
		if (!RunSpec.isObserved(context)) {
			return new UnobservedRun(in(context, parent));
		}
		RunObservationContext observed = new RunObservationContext(start, ModelProvider.from(context),
				context.getOrDefault(ToolDefinition.class, null), this.content);
		Observation observation = Observation
			.createNotStarted(customFor(observed), defaultFor(start), () -> observed, this.registry)
			.parentObservation(parent)
			.start();
		return new ObservedRun(observation, observed, this.content,
				observation.isNoop() ? in(context, parent) : in(context, observation),
				!observation.isNoop() && this.content.hasOutputs());
	}

	private @Nullable RunObservationConvention customFor(RunObservationContext context) {
		return this.conventions.stream()
			.filter((convention) -> convention.supportsContext(context))
			.findFirst()
			.orElse(null);
	}

	private RunObservationConvention defaultFor(RunStart start) {
		RunObservationConvention convention = this.defaults.get(start.run().type());
		if (convention == null) {
			throw new IllegalStateException("There is no convention for runs of type " + start.run().type());
		}
		return convention;
	}

	private @Nullable Observation parentIn(Context context) {
		Observation inContext = context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
		if (inContext != null) {
			return inContext;
		}
		Observation ofRun = CurrentRun.reactorContext(context).getOrDefault(ObservationThreadLocalAccessor.KEY, null);
		Observation onThread = this.registry.getCurrentObservation();
		return (ofRun == null || isInside(onThread, ofRun)) ? onThread : ofRun;
	}

	private static boolean isInside(@Nullable Observation inner, Observation outer) {
		ObservationView view = inner;
		while (view != null && view != outer) {
			view = view.getContextView().getParentObservation();
		}
		return view != null;
	}

	private static Context in(Context context, @Nullable Observation observation) {
		return (observation != null) ? context.put(ObservationThreadLocalAccessor.KEY, observation) : context;
	}

	/**
	 * A run that another library observes. What is observed inside it has the parent that
	 * it would have without the run.
	 */
	private record UnobservedRun(Context context) implements Scope {

		@Override
		public void close(RunEnd end) {
		}

	}

	/**
	 * A run that is observed.
	 */
	private record ObservedRun(Observation observation, RunObservationContext observed, ContentAttributes content,
			Context context, boolean readsOutputs) implements Scope {

		@Override
		public boolean reads(Class<? extends CallbackEvent> eventType) {
			return this.readsOutputs && RunEnd.class.isAssignableFrom(eventType);
		}

		@Override
		public void close(RunEnd end) {
			this.observed.setEnd(end);
			Throwable error = errorOf(end);
			if (error != null) {
				this.observation.error(this.content.error(end.run(), error));
			}
			this.observation.stop();
		}

		private static @Nullable Throwable errorOf(RunEnd end) {
			if (end instanceof LlmError llm) {
				return llm.error();
			}
			if (end instanceof ToolError tool) {
				return tool.error();
			}
			if (end instanceof ChainError chain) {
				return chain.error();
			}
			return (end instanceof RetrieverError retriever) ? retriever.error() : null;
		}

	}

}
