package dev.llmcallbacks.chain;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackManager;

/**
 * A step of the application's own work, or several put together: each a run that handlers
 * hear of, and every model call, tool, retriever and chain inside it a run inside that
 * run.
 * <p>
 * Immutable, and safe for use by any number of threads. Nothing happens before what
 * {@link #invoke}, {@link #stream} or {@link #batch} returns is subscribed to; each
 * subscription is a run of its own. It ends as the work does, and besides with a
 * {@link dev.llmcallbacks.dispatch.CallbackException} when a handler with
 * {@code raiseError} failed, and with a
 * {@link dev.llmcallbacks.dispatch.ShutdownException} when the application is stopping.
 * Cancelling cancels whatever is going on inside, and interrupts a blocking function.
 * <p>
 * The runs are opened by the manager of the run in force, else by the one that was given
 * with {@link #withManager}, else by one that knows no handlers but those of the options.
 * A chain that is made of chains has the manager of the first of them that was given one.
 * <p>
 * Where a stream has to be one value (for {@link #invoke}, and for a step that takes one
 * value), a single item is taken as it is, several texts as one text, and several items
 * of another type as a list. A step that takes one value is not called when the step
 * before it gave nothing.
 *
 * @param <I> the type of input
 * @param <O> the type of output
 */
public sealed interface Chain<I, O> permits DefaultChain {

	/**
	 * Create a chain of a function. The function may block: it is called on an executor
	 * for blocking work, with the run in force on the thread. What it returns decides
	 * what comes out: a {@code Mono} or a {@code Flux} is subscribed to from elsewhere
	 * and must not block, anything else is the output itself, and {@code null} is none.
	 * @param <I> the type of input
	 * @param <O> the type of output: what the function returns, or the items of what it
	 * returns
	 * @param name the name of its runs
	 * @param function the function
	 * @return the chain
	 */
	static <I, O> Chain<I, O> of(String name, Function<? super I, ?> function) {
		return new DefaultChain<>(new FunctionPart<>(name, function), ChainSettings.NONE);
	}

	/**
	 * Create a chain of a function from stream to stream, called in place, which must not
	 * block. It gets the items of the step before it as they come. Its run begins with
	 * the first of them, which is the input that handlers are told of.
	 * @param <I> the type of items that go in
	 * @param <O> the type of items that come out
	 * @param name the name of its runs
	 * @param function the function; it has to subscribe to what it gets, once
	 * @return the chain
	 */
	static <I, O> Chain<I, O> generator(String name, Function<Flux<I>, Flux<O>> function) {
		return new DefaultChain<>(new GeneratorPart<>(name, function), ChainSettings.NONE);
	}

	/**
	 * Create a chain that gives its input to several chains at the same time. The run
	 * inside it that belongs to a key is tagged {@code map:key:} and the key. The first
	 * failure cancels the others.
	 * @param <I> the type of input
	 * @param chains the chains
	 * @return a chain to the outputs, in the order of the given map and as one item when
	 * all are there; the key of a chain that gave nothing is missing
	 */
	static <I> Chain<I, Map<String, Object>> parallel(Map<String, ? extends Chain<? super I, ?>> chains) {
		Map<String, DefaultChain<? super I, ?>> branches = new LinkedHashMap<>();
		ChainSettings settings = ChainSettings.NONE;
		for (Map.Entry<String, ? extends Chain<? super I, ?>> entry : chains.entrySet()) {
			DefaultChain<? super I, ?> branch = (DefaultChain<? super I, ?>) entry.getValue();
			branches.put(entry.getKey(), branch);
			settings = settings.orManagerOf(branch.settings());
		}
		return new DefaultChain<>(new ParallelPart<>(branches), settings);
	}

	/**
	 * Put another chain after this one. The sequence is a run of its own with a run for
	 * each step inside, tagged {@code seq:step:} and the step's number, from one.
	 * Sequences that are put together, and have no options of their own, are one
	 * sequence.
	 * @param <R> the type of output
	 * @param next the chain that gets the output of this one
	 * @return the sequence
	 */
	<R> Chain<I, R> then(Chain<? super O, R> next);

	/**
	 * Run the chain and wait for its output as a whole.
	 * @param input the input
	 * @return the output; nothing if the chain gave nothing
	 */
	Mono<O> invoke(I input);

	/**
	 * Run the chain and get its output as it comes: in pieces if its last step gives
	 * pieces, and from the first input on if every step takes them.
	 * @param input the input
	 * @return the pieces
	 */
	Flux<O> stream(I input);

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
	 * disturb the others.
	 * @param inputs the inputs
	 * @param maxConcurrency how many may run at the same time
	 * @return the outputs in the order of the inputs, {@code null} for an input that gave
	 * nothing. Fails, when all have ended, with the first failure in that order
	 */
	Mono<List<O>> batch(List<? extends I> inputs, int maxConcurrency);

	/**
	 * Run this chain again, without waiting, when it fails.
	 * @param maxAttempts how many attempts there are at most, the first included
	 * @return as {@link #withRetry(int, Duration)}
	 */
	default Chain<I, O> withRetry(int maxAttempts) {
		return withRetry(maxAttempts, Duration.ZERO);
	}

	/**
	 * Run this chain again when it fails. The attempts are runs inside a run of their
	 * own, from the second on tagged {@code retry:attempt:} and the number. Whoever
	 * streams gets an attempt's items as they come, and its failure once there were any.
	 * What the application did not fail at (a handler with {@code raiseError}, a
	 * shutdown, a cancellation) is not tried again.
	 * @param maxAttempts how many attempts there are at most, the first included
	 * @param firstBackoff the wait before the second attempt, give or take a half; it
	 * doubles with each
	 * @return a chain that fails with the last attempt's failure
	 */
	Chain<I, O> withRetry(int maxAttempts, Duration firstBackoff);

	/**
	 * Give the input to another chain when this one fails, and so on. All are runs inside
	 * a run of their own. What is passed on, and when it is too late, is as with
	 * {@link #withRetry(int, Duration)}.
	 * @param fallbacks the other chains, in the order in which they are tried
	 * @return a chain that fails with the last one's failure
	 */
	@SuppressWarnings("unchecked")
	default Chain<I, O> withFallbacks(Chain<? super I, ? extends O>... fallbacks) {
		return withFallbacks(Arrays.asList(fallbacks));
	}

	/**
	 * Give the input to another chain when this one fails, and so on.
	 * @param fallbacks the other chains, in the order in which they are tried
	 * @return as {@link #withFallbacks(Chain...)}
	 */
	Chain<I, O> withFallbacks(List<? extends Chain<? super I, ? extends O>> fallbacks);

	/**
	 * Add to the runs of this chain, on top of what was added before. The runs inside
	 * inherit callbacks, tags and metadata.
	 * @param options what is added; a run id serves the first run
	 * @return a chain with the options
	 */
	Chain<I, O> withOptions(RunOptions options);

	/**
	 * Set what opens the runs of this chain outside of any other run.
	 * @param manager the manager
	 * @return a chain with the manager
	 */
	Chain<I, O> withManager(CallbackManager manager);

}
