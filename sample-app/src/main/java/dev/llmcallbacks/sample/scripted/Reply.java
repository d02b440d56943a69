package dev.llmcallbacks.sample.scripted;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What is answered, whatever the protocol.
 *
 * @param id what makes the reply's id unique
 * @param question the question
 * @param tokens the answer, cut where the question allowed no more tokens
 * @param cut whether it was cut
 */
record Reply(String id, Question question, List<String> tokens, boolean cut) {

	private static final int TOKENS_BEFORE_BREAKING_OFF = 3;

	static Reply to(Question question) {
		List<String> answer = Script.answer(question.prompt());
		boolean cut = answer.size() > question.maxTokens();
		return new Reply(UUID.randomUUID().toString().replace("-", ""), question,
				cut ? answer.subList(0, question.maxTokens()) : answer, cut);
	}

	String text() {
		return String.join("", this.tokens);
	}

	int outputTokens() {
		return this.tokens.size();
	}

	boolean breaksOff() {
		return Mishap.wishedFor(this.question.prompt()).equals(Optional.of(Mishap.BROKEN_OFF));
	}

	List<String> tokensBeforeBreakingOff() {
		return this.tokens.subList(0, Math.min(TOKENS_BEFORE_BREAKING_OFF, this.tokens.size()));
	}

}
