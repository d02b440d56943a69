package dev.llmcallbacks.chain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.ChainEvents;
import dev.llmcallbacks.dispatch.RunSpec;
import dev.llmcallbacks.run.RunType;

/**
 * The one implementation of {@link Chain}: a run around a {@link Part}.
 *
 * @param <I> the type of input
 * @param <O> the type of output
 */
final class DefaultChain<I, O> implements Chain<I, O> {

	private final Part<I, O> part;

	private final ChainSettings settings;

	DefaultChain(Part<I, O> part, ChainSettings settings) {
		this.part = part;
		this.settings = settings;
	}

	ChainSettings settings() {
		return this.settings;
	}

	@Override
	public <R> Chain<I, R> then(Chain<? super O, R> next) {
		DefaultChain<? super O, R> last = (DefaultChain<? super O, R>) next;
		List<DefaultChain<?, ?>> steps = new ArrayList<>(steps());
		steps.addAll(last.steps());
		return new DefaultChain<>(new SequencePart<>(steps),
				ChainSettings.NONE.orManagerOf(this.settings).orManagerOf(last.settings));
	}

	private List<DefaultChain<?, ?>> steps() {
		boolean isOpen = this.part instanceof SequencePart && !this.settings.hasOptions();
		return isOpen ? ((SequencePart<I, O>) this.part).steps() : List.of(this);
	}

	@Override
	public Mono<O> invoke(I input) {
		return Assembly.of(transform(Flux.just(input), new Place(Set.of(), false)));
	}

	@Override
	public Flux<O> stream(I input) {
		return transform(Flux.just(input), new Place(Set.of(), true));
	}

	@Override
	public Mono<List<O>> batch(List<? extends I> inputs, int maxConcurrency) {
		return Flux.fromIterable(List.copyOf(inputs))
			.flatMapSequential((input) -> invoke(input).materialize(), maxConcurrency, 1)
			.collectList()
			.flatMap(DefaultChain::outputs);
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
		return new DefaultChain<>(new RetryPart<>(this, maxAttempts, firstBackoff),
				ChainSettings.NONE.orManagerOf(this.settings));
	}

	@Override
	public Chain<I, O> withFallbacks(List<? extends Chain<? super I, ? extends O>> fallbacks) {
		List<DefaultChain<? super I, ? extends O>> chains = new ArrayList<>(List.of(this));
		fallbacks.forEach((fallback) -> chains.add((DefaultChain<? super I, ? extends O>) fallback));
		return new DefaultChain<>(new FallbacksPart<>(chains), ChainSettings.NONE.orManagerOf(this.settings));
	}

	@Override
	public Chain<I, O> withOptions(RunOptions options) {
		return new DefaultChain<>(this.part, this.settings.with(options));
	}

	@Override
	public Chain<I, O> withManager(CallbackManager manager) {
		return new DefaultChain<>(this.part, this.settings.with(manager));
	}

	/**
	 * Run this chain as a part of another.
	 * @param input what comes from the part before it; subscribed to outside of this
	 * chain's run, so that the part before it is not inside this one
	 * @param place where this chain stands
	 * @return the output
	 */
	Flux<O> transform(Flux<? extends I> input, Place place) {
		if (this.part instanceof StreamPart<I, O> streamPart) {
			return input.<O>switchOnFirst((first, items) -> begin(first, items, streamPart, place));
		}
		ValuePart<I, O> valuePart = (ValuePart<I, O>) this.part;
		return Assembly.of(input).flatMapMany((value) -> open(value, place, valuePart.apply(value, place.streaming())));
	}

	// a failure before the first item is the previous step's: this one does not begin
	private Flux<O> begin(Signal<? extends I> first, Flux<? extends I> items, StreamPart<I, O> streamPart,
			Place place) {
		if (first.isOnError()) {
			return items.thenMany(Flux.empty());
		}
		Object input = first.hasValue() ? Objects.requireNonNull(first.get()) : List.of();
		return open(input, place, streamPart.apply(items.map(Function.identity()), place.streaming()));
	}

	/**
	 * Run this chain in a way that allows for another attempt: unless the caller gets the
	 * items as they come, there are none when it fails.
	 * @param input the input
	 * @param place where this chain stands
	 * @return the output
	 */
	Flux<O> attempt(I input, Place place) {
		Flux<O> items = transform(Flux.just(input), place);
		return place.streaming() ? items : items.collectList().flatMapIterable(Function.identity());
	}

	private Flux<O> open(Object input, Place place, Flux<O> work) {
		return Flux.deferContextual((context) -> {
			RunSpec spec = new RunSpec(RunType.CHAIN, this.part.name(), null, place.localTags(),
					this.settings.nextOptions());
			return this.settings.manager(context).run(spec, new ChainEvents<>(input), (run) -> work);
		});
	}

}
