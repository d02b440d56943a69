package dev.llmcallbacks.agent;

import java.util.List;
import java.util.stream.Collectors;

import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.run.PrintableText;

/**
 * Thrown when an agent's model still calls tools in the last round.
 */
public class TooManyRoundsException extends RuntimeException {

	private static final int MAX_NAMES = 10;

	private static final int MAX_NAME_LENGTH = 100;

	/**
	 * Create an exception.
	 * @param message which agent it was, and how many rounds there were
	 */
	public TooManyRoundsException(String message) {
		super(message);
	}

	TooManyRoundsException(String agent, int rounds, List<ToolCall> calls) {
		this("Agent '%s' has not come to an answer in %d rounds, and its model %s. ".formatted(agent, rounds,
				calls.isEmpty() ? "has paused once more" : "still calls tools: " + names(calls))
				+ "Allow more rounds with maxRounds(…), or instruct the model when to stop");
	}

	private static String names(List<ToolCall> calls) {
		String more = (calls.size() > MAX_NAMES) ? " and %d more".formatted(calls.size() - MAX_NAMES) : "";
		return calls.stream()
			.limit(MAX_NAMES)
			.map((call) -> PrintableText.of(call.name(), MAX_NAME_LENGTH))
			.collect(Collectors.joining(", ", "[", more + "]"));
	}

}
