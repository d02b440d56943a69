package dev.llmcallbacks.benchmarks.load;

/**
 * The tokens of which all answers are made: short ones and long ones, with what JSON has
 * to escape and what UTF-8 writes in several bytes here and there.
 */
final class Tokens {

	private static final String[] TOKENS = { "Struct", "uring", " a", " database", " schema", " effectively", " is",
			" crucial", " for", " ensuring", " data", " integrity", ",", " performance", ",", " and", " scal",
			"ability", ".", " Here", " are", " some", " general", " guidelines", ":\n\n", "1", ".", " **", "Under",
			"stand", " \"requirements\"", "**", ":", " naïve", " –", " café" };

	private Tokens() {
	}

	static String get(int index) {
		return TOKENS[index % TOKENS.length];
	}

	static String json(int index) {
		return '"' + get(index).replace("\"", "\\\"").replace("\n", "\\n") + '"';
	}

}
