package dev.llmcallbacks.benchmarks.process;

import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.reactivestreams.Publisher;

/**
 * Something that reads answers and is to be measured.
 *
 * @param name what it is called in the report
 * @param answer asks for one answer: sizes of what arrives, whose sum is known
 * @param answerSize the sum of one answer
 * @param handlers how many handlers count characters
 * @param characters takes what the handlers counted
 */
record Candidate(String name, Supplier<Publisher<Integer>> answer, long answerSize, int handlers,
		LongSupplier characters) {

	/**
	 * Check that nothing was left out.
	 * @param answers how many answers were read
	 * @param size the sum of what arrived
	 * @param charactersPerAnswer how long the text of an answer is
	 */
	void check(long answers, long size, long charactersPerAnswer) {
		expect(answers * this.answerSize, size);
		expect(answers * charactersPerAnswer * this.handlers, this.characters.getAsLong());
	}

	private void expect(long expected, long actual) {
		if (expected != actual) {
			throw new IllegalStateException(this.name + ": " + actual + " instead of " + expected);
		}
	}

}
