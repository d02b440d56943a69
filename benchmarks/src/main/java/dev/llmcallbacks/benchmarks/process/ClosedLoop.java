package dev.llmcallbacks.benchmarks.process;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

import reactor.core.publisher.Flux;

import dev.llmcallbacks.benchmarks.load.Consumption;
import dev.llmcallbacks.benchmarks.load.Transcript;

/**
 * A number of streams at once, each of which asks for its next answer when it has read
 * one, until the time is up.
 *
 * @param streams how many streams
 * @param nanos for how long new answers are asked for, in nanoseconds
 */
record ClosedLoop(int streams, long nanos) {

	Sample run(Candidate candidate, Transcript transcript) {
		LongAdder answers = new LongAdder();
		LongAdder size = new LongAdder();
		Cost before = Cost.now();
		long deadline = before.nanos() + this.nanos;
		List<Consumption<Integer>> running = IntStream.range(0, this.streams)
			.mapToObj((stream) -> Flux.defer(candidate.answer())
				.doOnComplete(answers::increment)
				.repeat(() -> System.nanoTime() < deadline))
			.map((stream) -> Consumption.<Integer>begin(stream, size::add))
			.toList();
		running.forEach(Consumption::await);
		Cost cost = Cost.now().since(before);
		candidate.check(answers.sum(), size.sum(), transcript.characters());
		return Sample.of(cost, answers.sum() * transcript.tokens());
	}

}
