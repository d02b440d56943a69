package dev.llmcallbacks.chain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.ChainEvents;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.dispatch.ManagerHolder;
import dev.llmcallbacks.dispatch.RunSpec;
import dev.llmcallbacks.run.RunType;

/**
 * Default {@link Chain}: a run around a {@link ChainStep}.
 *
 * @param <I> the type of input
 * @param <O> the type of output
 */
final class DefaultChain<I, O> implements Chain<I, O>, InnerChain<I, O>, ManagerHolder {

	private final ChainStep<I, O> step;

	private final ChainSettings settings;

	DefaultChain(ChainStep<I, O> step, ChainSettings settings) {
		this.step = step;
		this.settings = settings;
	}

	static <I> Chain<I, Map<String, Object>> parallel(Map<String, ? extends Chain<? super I, ?>> chains) {
		Map<String, InnerChain<? super I, ?>> branches = new LinkedHashMap<>();
		ChainSettings settings = ChainSettings.NONE;
		for (Map.Entry<String, ? extends Chain<? super I, ?>> entry : chains.entrySet()) {
			branches.put(entry.getKey(), inner(entry.getValue()));
			settings = settings.orManagerOf(settingsOf(entry.getValue()));
		}
		return new DefaultChain<>(new ParallelStep<>(branches), settings);
	}

	private static <I, O> InnerChain<I, O> inner(Chain<I, O> chain) {
		return (chain instanceof DefaultChain<I, O> known) ? known : new ForeignChain<>(chain);
	}

	private static ChainSettings settingsOf(Chain<?, ?> chain) {
		return (chain instanceof DefaultChain<?, ?> known) ? known.settings : ChainSettings.NONE;
	}

	@Override
	public <R> Chain<I, R> then(Chain<? super O, R> next) {
		List<InnerChain<?, ?>> steps = new ArrayList<>(stepsOf(this));
		steps.addAll(stepsOf(next));
		return new DefaultChain<>(new SequenceStep<>(steps),
				ChainSettings.NONE.orManagerOf(this.settings).orManagerOf(settingsOf(next)));
	}

	private static List<InnerChain<?, ?>> stepsOf(Chain<?, ?> chain) {
		if (chain instanceof DefaultChain<?, ?> known && !known.settings.hasOptions()
				&& known.step instanceof SequenceStep<?, ?> sequence) {
			return sequence.steps();
		}
		return List.of(inner(chain));
	}

	@Override
	public Mono<O> invoke(I input) {
		return CurrentRun.captured(OutputAggregator.of(run(input, false)));
	}

	@Override
	public Flux<O> stream(I input) {
		return CurrentRun.captured(run(input, true));
	}

	// A proxy stands between this chain and the one that runs it as a step: the position
	// is in the Reactor Context
	private Flux<O> run(I input, boolean streaming) {
		return Flux.deferContextual((context) -> transform(Flux.just(input), StepContext.from(context, streaming))
			.contextWrite(StepContext::clear));
	}

	@Override
	public Mono<List<O>> batch(List<? extends I> inputs, int maxConcurrency) {
		return CurrentRun.captured(Flux.fromIterable(List.copyOf(inputs))
			.flatMapSequential((input) -> invoke(input).materialize(), maxConcurrency, 1)
			.collectList()
			.flatMap(DefaultChain::outputs));
	}

	private static <O> Mono<List<O>> outputs(List<Signal<O>> ends) {
		List<O> outputs = new ArrayList<>();
		for (Signal<O> end : ends) {
			Throwable failure = end.getThrowable();
			if (failure != null) {
				return Mono.error(failure);
			}
			outputs.add(end.get());
		}
		return Mono.just(outputs);
	}

	@Override
	public Chain<I, O> withRetry(int maxAttempts, Duration firstBackoff) {
		return new DefaultChain<>(new RetryStep<>(this, maxAttempts, firstBackoff),
				ChainSettings.NONE.orManagerOf(this.settings));
	}

	@Override
	public Chain<I, O> withFallbacks(List<? extends Chain<? super I, ? extends O>> fallbacks) {
		List<InnerChain<? super I, ? extends O>> chains = new ArrayList<>(List.of(this));
		fallbacks.forEach((fallback) -> chains.add(inner(fallback)));
		return new DefaultChain<>(new FallbacksStep<>(chains), ChainSettings.NONE.orManagerOf(this.settings));
	}

	@Override
	public Chain<I, O> withOptions(RunOptions options) {
		return new DefaultChain<>(this.step, this.settings.with(options));
	}

	@Override
	public Chain<I, O> withManager(CallbackManager manager) {
		return new DefaultChain<>(this.step, this.settings.with(() -> manager));
	}

	@Override
	public @Nullable Supplier<? extends @Nullable CallbackManager> managerSupplier() {
		return this.settings.manager();
	}

	@Override
	public Chain<I, O> withDefaultManager(Supplier<? extends @Nullable CallbackManager> manager) {
		return (this.settings.manager() != null) ? this : new DefaultChain<>(this.step, this.settings.with(manager));
	}

	@Override
	public Flux<O> transform(Flux<? extends I> input, StepContext context) {
		if (this.step instanceof StreamStep<I, O> streamStep) {
			return input.<O>switchOnFirst((first, items) -> begin(first, items, streamStep, context));
		}
		ValueStep<I, O> valueStep = (ValueStep<I, O>) this.step;
		return OutputAggregator.of(input)
			.flatMapMany((value) -> open(value, context, valueStep.apply(value, context.streaming())));
	}

	// A failure before the first item is the previous step's: this one does not begin
	private Flux<O> begin(Signal<? extends I> first, Flux<? extends I> items, StreamStep<I, O> streamStep,
			StepContext context) {
		if (first.isOnError()) {
			return items.thenMany(Flux.empty());
		}
		Object input = first.hasValue() ? Objects.requireNonNull(first.get()) : List.of();
		return open(input, context, streamStep.apply(items.map(Function.identity()), context.streaming()));
	}

	private Flux<O> open(Object input, StepContext stepContext, Flux<O> work) {
		return Flux.deferContextual((context) -> {
			RunSpec spec = new RunSpec(RunType.CHAIN, this.step.name(), null, stepContext.localTags(),
					this.settings.nextOptions());
			return this.settings.manager(context, this.step.name()).run(spec, new ChainEvents<>(input), (run) -> work);
		});
	}

}
