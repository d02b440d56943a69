package dev.llmcallbacks.chain;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.EventFlux;
import dev.llmcallbacks.event.CallbackEvent;

/**
 * Step of the application's own work, or a composition of steps. Each chain is a run that
 * handlers receive events of, and every model call, tool, retriever and chain inside it
 * is a child run.
 * <p>
 * Immutable and thread-safe. Nothing happens before what {@link #invoke}, {@link #stream}
 * or {@link #batch} returns is subscribed to, and each subscription is a run of its own.
 * The run ends as the work does. It also ends with a
 * {@link dev.llmcallbacks.dispatch.CallbackException} when a handler with
 * {@code raiseError} fails, and with a
 * {@link dev.llmcallbacks.dispatch.ShutdownException} when the application stops.
 * Cancelling cancels all work inside, and interrupts a blocking function.
 * <p>
 * Runs are opened by the manager of the current run, else by the one that was given with
 * {@link #withManager}, else, for beans, by the application's. Without any of them only
 * the callbacks of the options receive events, which is logged once. A composition has
 * the manager of the first of its chains that was given one.
 * <p>
 * Where a stream has to be one value (for {@link #invoke}, and for a step that takes one
 * value), a single item is taken as it is, several texts are joined, and several items of
 * another type are a list. A step that takes one value is not called when the step before
 * it emitted nothing.
 * <p>
 * An interface that may be proxied. A chain of another implementation takes one value as
 * a step.
 *
 * @param <I> the type of input
 * @param <O> the type of output
 */
public interface Chain<I, O> {

	/**
	 * Create a chain of a function. The function may block: it is called on the manager's
	 * work executor, with the current run on the thread. A {@code Mono}, a {@code Flux},
	 * a {@code CompletionStage} or any other type that
	 * {@link org.springframework.core.ReactiveAdapterRegistry} knows is subscribed to on
	 * another thread and must not block. Any other value is the output itself, and
	 * {@code null} is none.
	 * @param <I> the type of input
	 * @param <O> the type of output: what the function returns, or the items of what it
	 * returns. It is not checked
	 * @param name the name of its runs
	 * @param function the function
	 * @return the chain
	 */
	static <I, O> Chain<I, O> of(String name, Function<? super I, ?> function) {
		return new DefaultChain<>(new FunctionStep<>(name, null, function), ChainSettings.NONE);
	}

	/**
	 * Create a chain of a function, whose output is checked.
	 * @param <I> the type of input
	 * @param <O> the type of output
	 * @param name the name of its runs
	 * @param outputType the type of output. The run fails with a
	 * {@link ClassCastException} that names the chain when an item is of another type
	 * @param function the function, called as in {@link #of(String, Function)}
	 * @return the chain
	 */
	static <I, O> Chain<I, O> of(String name, Class<O> outputType, Function<? super I, ?> function) {
		Objects.requireNonNull(outputType, "'outputType' must not be null");
		return new DefaultChain<>(new FunctionStep<>(name, outputType, function), ChainSettings.NONE);
	}

	/**
	 * Create a chain of a function from stream to stream, which is called in place and
	 * must not block. It receives the items of the step before it as they come. Its run
	 * begins with the first of them, which is the input in the start event.
	 * @param <I> the type of items that go in
	 * @param <O> the type of items that come out
	 * @param name the name of its runs
	 * @param function the function, which subscribes to its argument once and does not
	 * return {@code null}
	 * @return the chain
	 */
	static <I, O> Chain<I, O> generator(String name, Function<Flux<I>, Flux<O>> function) {
		return new DefaultChain<>(new GeneratorStep<>(name, function), ChainSettings.NONE);
	}

	/**
	 * Create a chain that passes its input to several chains at the same time. The child
	 * run of a key is tagged {@code map:key:} and the key. The first failure cancels the
	 * others.
	 * @param <I> the type of input
	 * @param chains the chains
	 * @return a chain to the outputs, in the order of the given map and as one item when
	 * all have arrived; the key of a chain without output is missing
	 */
	static <I> Chain<I, Map<String, Object>> parallel(Map<String, ? extends Chain<? super I, ?>> chains) {
		return DefaultChain.parallel(chains);
	}

	/**
	 * Put another chain after this one. The sequence is a run with a child run for each
	 * step, tagged {@code seq:step:} and the step's number, counted from one. Sequences
	 * that are put together, and have no options of their own, are one sequence.
	 * @param <R> the type of output
	 * @param next the chain that takes the output of this one
	 * @return the sequence
	 */
	<R> Chain<I, R> then(Chain<? super O, R> next);

	/**
	 * Run the chain and wait for its output as a whole.
	 * @param input the input
	 * @return the output, empty if the chain emits nothing
	 */
	Mono<O> invoke(I input);

	/**
	 * Run the chain and receive its output as it comes: in chunks if its last step emits
	 * chunks, and from the first input on if every step takes them.
	 * @param input the input
	 * @return the chunks
	 */
	Flux<O> stream(I input);

	/**
	 * Run the chain and emit the events of its run and of the runs inside it, as they are
	 * requested.
	 * @param input the input
	 * @param types the types of events, subtypes included; all types if there are none
	 * @return the events, in the order and with the guarantees of a reactive handler. A
	 * failure is first the error event, then the error. Cancelling it cancels the run
	 */
	@SuppressWarnings("unchecked")
	default Flux<CallbackEvent> events(I input, Class<? extends CallbackEvent>... types) {
		return EventFlux.of(stream(input), List.of(types));
	}

	/**
	 * Run the chain for several inputs, at most 16 at the same time.
	 * @param inputs the inputs
	 * @return as {@link #batch(List, int)}
	 */
	default Mono<List<O>> batch(List<? extends I> inputs) {
		return batch(inputs, 16);
	}

	/**
	 * Run the chain for several inputs, each a run of its own. One that fails does not
	 * affect the others.
	 * @param inputs the inputs
	 * @param maxConcurrency how many may run at the same time
	 * @return the outputs in the order of the inputs, {@code null} for an input without
	 * output. Fails, when all have ended, with the first failure in that order
	 */
	Mono<List<O>> batch(List<? extends I> inputs, int maxConcurrency);

	/**
	 * Run this chain again, without waiting, when it fails.
	 * @param maxAttempts the maximum number of attempts, the first included
	 * @return as {@link #withRetry(int, Duration)}
	 */
	default Chain<I, O> withRetry(int maxAttempts) {
		return withRetry(maxAttempts, Duration.ZERO);
	}

	/**
	 * Run this chain again when it fails. The attempts are children of one run, from the
	 * second on tagged {@code retry:attempt:} and the number. A caller that streams
	 * receives an attempt's items as they come, and its failure once there were any.
	 * There is no further attempt after a failure that is not one of the work (a handler
	 * with {@code raiseError}, a shutdown, a cancellation), nor after an error of the
	 * virtual machine.
	 * @param maxAttempts the maximum number of attempts, the first included
	 * @param firstBackoff the wait before the second attempt, randomized by half of it;
	 * it doubles with each attempt
	 * @return a chain that fails with the last attempt's failure
	 */
	Chain<I, O> withRetry(int maxAttempts, Duration firstBackoff);

	/**
	 * Pass the input to another chain when this one fails. Both are children of one run.
	 * What is emitted, and which failures are final, is as with
	 * {@link #withRetry(int, Duration)}.
	 * @param fallback the other chain
	 * @return a chain that fails with the other chain's failure
	 */
	default Chain<I, O> withFallbacks(Chain<? super I, ? extends O> fallback) {
		return withFallbacks(List.of(fallback));
	}

	/**
	 * Pass the input to another chain when this one fails, and to a third when that one
	 * does.
	 * @param first the chain that is tried first
	 * @param second the chain that is tried last
	 * @return as {@link #withFallbacks(Chain)}
	 */
	default Chain<I, O> withFallbacks(Chain<? super I, ? extends O> first, Chain<? super I, ? extends O> second) {
		return withFallbacks(List.of(first, second));
	}

	/**
	 * Pass the input to other chains, one after the other, when this one fails.
	 * @param fallbacks the other chains, in the order in which they are tried. The
	 * compiler warns of an array of a generic type; {@link #withFallbacks(List)} does
	 * without
	 * @return as {@link #withFallbacks(Chain)}
	 */
	@SuppressWarnings("unchecked")
	default Chain<I, O> withFallbacks(Chain<? super I, ? extends O>... fallbacks) {
		return withFallbacks(Arrays.asList(fallbacks));
	}

	/**
	 * Pass the input to other chains, one after the other, when this one fails.
	 * @param fallbacks the other chains, in the order in which they are tried
	 * @return as {@link #withFallbacks(Chain)}
	 */
	Chain<I, O> withFallbacks(List<? extends Chain<? super I, ? extends O>> fallbacks);

	/**
	 * Add options to the runs of this chain, on top of those that were added before.
	 * Child runs inherit callbacks, tags and metadata.
	 * @param options the options; a run id serves the first run
	 * @return a chain with the options
	 */
	Chain<I, O> withOptions(RunOptions options);

	/**
	 * Set the manager that opens the runs of this chain where there is no current run.
	 * @param manager the manager
	 * @return a chain with the manager
	 */
	Chain<I, O> withManager(CallbackManager manager);

}
