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
 * @param calls the tools that are to be called before there is an answer
 */
record Reply(String id, Question question, List<String> tokens, boolean cut, List<WantedCall> calls) {

	private static final int TOKENS_BEFORE_BREAKING_OFF = 3;

	static Reply to(Question question) {
		String id = UUID.randomUUID().toString().replace("-", "");
		ToolTalk tools = question.tools();
		if (tools.wantsCalls()) {
			return new Reply(id, question, List.of(), false, ToolScript.calls(question.prompt(), tools.offered()));
		}
		List<String> answer = tools.results().isEmpty() ? Script.answer(question.prompt())
				: ToolScript.answer(tools.results());
		boolean cut = answer.size() > question.maxTokens();
		return new Reply(id, question, cut ? answer.subList(0, question.maxTokens()) : answer, cut, List.of());
	}

	String text() {
		return String.join("", this.tokens);
	}

	int outputTokens() {
		return this.tokens.size() + this.calls.stream().mapToInt((call) -> call.pieces().size()).sum();
	}

	boolean breaksOff() {
		return Mishap.wishedFor(this.question.prompt()).equals(Optional.of(Mishap.BROKEN_OFF));
	}

	List<String> tokensBeforeBreakingOff() {
		return this.tokens.subList(0, Math.min(TOKENS_BEFORE_BREAKING_OFF, this.tokens.size()));
	}

}
