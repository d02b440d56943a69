package dev.llmcallbacks.client;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.model.CutOffAnswerException;
import dev.llmcallbacks.model.MismatchedAnswerException;
import dev.llmcallbacks.model.RefusedAnswerException;
import dev.llmcallbacks.run.PrintableText;
import dev.llmcallbacks.tool.AnswerType;
import dev.llmcallbacks.tool.UnfitAnswerException;

/**
 * Reads the value of a result. The messages of its exceptions contain no part of the
 * answer but property names.
 *
 * @param <T> the type of value
 * @param type the type
 * @param provider the name of the provider
 */
record TypedAnswer<T>(AnswerType<T> type, String provider) {

	/** The detail under which models of OpenAI explain a refusal. */
	private static final String REFUSAL = "refusal";

	private static final int LONGEST_PLACE = 200;

	/**
	 * Read the value of the first choice.
	 * @param result the result
	 * @return the value. Throws an {@link dev.llmcallbacks.model.AnswerException} if
	 * there is none
	 */
	T in(LlmResult result) {
		@Nullable ChatGeneration answer = result.generations().stream().flatMap((row) -> row.stream()).findFirst().orElse(null);
		if (answer == null) {
			throw new MismatchedAnswerException("The model's answer is empty and contains no value", this.provider, "",
					"");
		}
		String text = answer.text();
		if (answer.details().get(REFUSAL) instanceof String refusal) {
			throw refused(text.isEmpty() ? refusal : text);
		}
		if (answer.finishReason() == FinishReason.CONTENT_FILTER) {
			throw refused(text);
		}
		if (answer.finishReason() == FinishReason.LENGTH) {
			throw new CutOffAnswerException(
					"The model's answer was cut off by its limit of tokens at %s: allow more with 'callbacks.chat.max-tokens' or the option maxTokens"
						.formatted(endOf(text)),
					this.provider, text, endOf(text));
		}
		try {
			return this.type.read(text);
		}
		catch (UnfitAnswerException ex) {
			String place = ex.getPlace().isEmpty() ? ""
					: " at '" + PrintableText.of(ex.getPlace(), LONGEST_PLACE) + "'";
			throw new MismatchedAnswerException("The model's answer %s%s".formatted(ex.getMessage(), place),
					this.provider, text, ex.getPlace());
		}
	}

	private RefusedAnswerException refused(String text) {
		return new RefusedAnswerException(
				"The model, or a filter of the provider, refused to answer: change the prompt", this.provider, text,
				"");
	}

	private static String endOf(String text) {
		long lines = text.chars().filter((character) -> character == '\n').count() + 1;
		return "line %d, column %d".formatted(lines, text.length() - text.lastIndexOf('\n'));
	}

}
