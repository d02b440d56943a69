package dev.llmcallbacks.message;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Whether a model thinks before it answers, for protocols that have a setting for it
 * beside the {@linkplain ChatOptions#reasoningEffort() effort}.
 *
 * @param mode the mode
 * @param budgetTokens the maximum number of tokens for thinking; only with
 * {@link Mode#BUDGET}
 * @see <a href=
 * "https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking">Anthropic:
 * extended thinking</a>
 */
public record Thinking(Mode mode, @Nullable Integer budgetTokens) {

	private static final Thinking ADAPTIVE = new Thinking(Mode.ADAPTIVE, null);

	private static final Thinking DISABLED = new Thinking(Mode.DISABLED, null);

	public Thinking {
		if ((mode == Mode.BUDGET) != (budgetTokens != null)) {
			throw new IllegalArgumentException("Thinking has a budget if and only if its mode is BUDGET");
		}
		if (budgetTokens != null && budgetTokens < 1) {
			throw new IllegalArgumentException("The budget for thinking must be positive, but is " + budgetTokens);
		}
	}

	/**
	 * The model decides whether and how much it thinks.
	 * @return the setting
	 */
	public static Thinking adaptive() {
		return ADAPTIVE;
	}

	/**
	 * The model does not think.
	 * @return the setting
	 */
	public static Thinking disabled() {
		return DISABLED;
	}

	/**
	 * The model thinks with a limit of its own, which is a part of that of the response.
	 * @param tokens the maximum number of tokens for thinking
	 * @return the setting
	 */
	public static Thinking budget(int tokens) {
		return new Thinking(Mode.BUDGET, tokens);
	}

	/**
	 * Read a setting, as in a property.
	 * @param text {@code adaptive}, {@code disabled}, or the number of tokens of a budget
	 * @return the setting
	 */
	public static Thinking valueOf(String text) {
		String stripped = text.strip();
		return switch (stripped.toLowerCase(Locale.ROOT)) {
			case "adaptive" -> ADAPTIVE;
			case "disabled" -> DISABLED;
			default -> budget(tokens(stripped));
		};
	}

	private static int tokens(String text) {
		try {
			return Integer.parseInt(text);
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException(
					"Thinking must be 'adaptive', 'disabled' or a number of tokens, but is '%s'".formatted(text));
		}
	}

	/**
	 * Kind of setting.
	 */
	public enum Mode {

		/** The model decides. */
		ADAPTIVE,

		/** The model thinks within a limit. */
		BUDGET,

		/** The model does not think. */
		DISABLED

	}

}
