package dev.llmcallbacks.sample.scripted;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What goes wrong at real providers now and then, and here whenever the prompt asks for
 * it.
 */
enum Mishap {

	/**
	 * The caller has asked too often.
	 */
	RATE_LIMITED("please limit my rate"),

	/**
	 * The provider has too much to do.
	 */
	OVERLOADED("please be overloaded"),

	/**
	 * An error follows when a part of the answer is out already.
	 */
	BROKEN_OFF("please break off");

	private final String wish;

	Mishap(String wish) {
		this.wish = wish;
	}

	static Optional<Mishap> wishedFor(String prompt) {
		String wish = prompt.toLowerCase(Locale.ROOT);
		return Arrays.stream(values()).filter((mishap) -> wish.contains(mishap.wish)).findFirst();
	}

}
