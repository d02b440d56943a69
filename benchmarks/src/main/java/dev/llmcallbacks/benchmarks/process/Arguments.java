package dev.llmcallbacks.benchmarks.process;

/**
 * The numbers behind a command, each of which may be left out from the end.
 *
 * @param values the numbers as they were given
 */
record Arguments(String... values) {

	int number(int index, int fallback) {
		return (this.values.length > index) ? Integer.parseInt(this.values[index]) : fallback;
	}

}
