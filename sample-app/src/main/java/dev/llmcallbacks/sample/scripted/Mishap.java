package dev.llmcallbacks.sample.scripted;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.OverloadedException;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.model.RateLimitedException;
import dev.llmcallbacks.model.ServerErrorException;
import dev.llmcallbacks.test.ScriptedAnswer;

/**
 * What goes wrong at real providers now and then, and here whenever the prompt asks for
 * it.
 */
enum Mishap {

	/**
	 * The caller has asked too often.
	 */
	RATE_LIMITED("please limit my rate",
			new RateLimitedException("limited", error("Rate limit reached. Try again in 1s.", Duration.ofSeconds(1)),
					null)),

	/**
	 * The provider has too much to do.
	 */
	OVERLOADED("please be overloaded", new OverloadedException("overloaded", error(null, null), null)),

	/**
	 * An error follows when a part of the answer is out already.
	 */
	BROKEN_OFF("please break off", new ServerErrorException("broken off", error(null, null), null));

	private final String wish;

	private final ChatModelException failure;

	Mishap(String wish, ChatModelException failure) {
		this.wish = wish;
		this.failure = failure;
	}

	private static ProviderError error(@Nullable String message, @Nullable Duration retryAfter) {
		return new ProviderError("scripted", null, null, null, message, null, retryAfter);
	}

	ScriptedAnswer answer() {
		return ScriptedAnswer.failure(this.failure);
	}

	static Optional<Mishap> wishedFor(String prompt) {
		String wish = prompt.toLowerCase(Locale.ROOT);
		return Arrays.stream(values()).filter((mishap) -> wish.contains(mishap.wish)).findFirst();
	}

}
