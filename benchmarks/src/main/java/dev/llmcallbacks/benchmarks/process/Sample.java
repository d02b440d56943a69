package dev.llmcallbacks.benchmarks.process;

/**
 * The cost of a token in one turn.
 *
 * @param tokensPerSecond how many tokens were read a second
 * @param cpuNanos the CPU time of this process for each token, in nanoseconds
 * @param allocated how many bytes were allocated for each token
 */
record Sample(double tokensPerSecond, double cpuNanos, double allocated) {

	static Sample of(Cost cost, long tokens) {
		return new Sample(1e9 * tokens / cost.nanos(), (double) cost.cpuNanos() / tokens,
				(double) cost.allocated() / tokens);
	}

}
