package dev.llmcallbacks.sample.assistant;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Finds the trees of runs in what was printed, and makes them comparable: without ids and
 * durations.
 */
final class PrintedTrees {

	private static final Pattern LINE = Pattern
		.compile("(?m)^(\\p{XDigit}{4}) ( *[<>-] (?:CHAIN|AGENT|LLM|TOOL|RETR).*)$");

	private PrintedTrees() {
	}

	/**
	 * Find the trees.
	 * @param output what was printed
	 * @return the lines of each tree, in the order in which they were printed
	 */
	static List<List<String>> in(String output) {
		Map<String, List<String>> trees = LINE.matcher(output)
			.results()
			.collect(Collectors.groupingBy((line) -> line.group(1), LinkedHashMap::new,
					Collectors.mapping((line) -> normalized(line.group(2)), Collectors.toList())));
		return List.copyOf(trees.values());
	}

	private static String normalized(String line) {
		String withoutTimes = line.replaceAll("\\d+ ms", "N ms");
		Matcher call = Pattern.compile("\\[(?:call|toolu)_\\p{XDigit}{32}]").matcher(withoutTimes);
		return call.replaceAll("[call]");
	}

}
