package dev.llmcallbacks.chain;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Passes one input to several chains at the same time.
 *
 * @param <I> the type of input
 * @param branches the chains
 */
record ParallelStep<I>(Map<String, InnerChain<? super I, ?>> branches) implements ValueStep<I, Map<String, Object>> {

	ParallelStep {
		branches = Collections.unmodifiableMap(new LinkedHashMap<>(branches));
	}

	@Override
	public String name() {
		return "parallel";
	}

	@Override
	public Flux<Map<String, Object>> apply(I input, boolean streaming) {
		return Flux.fromIterable(this.branches.entrySet())
			.flatMapSequential((branch) -> output(branch.getKey(), branch.getValue(), input),
					Math.max(1, this.branches.size()), 1)
			.collect(LinkedHashMap<String, Object>::new,
					(outputs, output) -> outputs.put(output.getKey(), output.getValue()))
			.<Map<String, Object>>map(Collections::unmodifiableMap)
			.flux();
	}

	private static <I> Mono<Map.Entry<String, Object>> output(String key, InnerChain<? super I, ?> branch, I input) {
		StepContext context = new StepContext("map:key:" + key, false);
		return OutputAggregator.<Object>of(branch.transform(Flux.just(input), context))
			.map((output) -> Map.entry(key, output));
	}

}
