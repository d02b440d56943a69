package dev.llmcallbacks.agent;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.tool.Tools;

/**
 * Thrown when an agent's model still calls tools in the last round.
 */
public class TooManyRoundsException extends RuntimeException {

	private static final int MAX_NAMES = 10;

	/**
	 * Create an exception.
	 * @param message which agent it was, and how many rounds there were
	 */
	public TooManyRoundsException(String message) {
		super(message);
	}

	TooManyRoundsException(String agent, int rounds, List<ToolCall> calls, Tools tools) {
		this("Agent '%s' has not come to an answer in %d rounds, and its model %s. ".formatted(agent, rounds,
				calls.isEmpty() ? "has paused once more" : "still calls tools: " + names(calls, tools))
				+ "Allow more rounds with maxRounds(…), or instruct the model when to stop");
	}

	// A name that no tool has is a text of the model, which belongs into no exception
	private static String names(List<ToolCall> calls, Tools tools) {
		Set<String> known = tools.definitions().stream().map(ToolDefinition::name).collect(Collectors.toSet());
		String more = (calls.size() > MAX_NAMES) ? " and %d more".formatted(calls.size() - MAX_NAMES) : "";
		return calls.stream()
			.limit(MAX_NAMES)
			.map((call) -> known.contains(call.name()) ? call.name() : "(unknown tool)")
			.collect(Collectors.joining(", ", "[", more + "]"));
	}

}
