package dev.llmcallbacks.sample.scripted;

import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What is answered to what. Equal prompts get equal answers.
 */
final class Script {

	private static final Pattern TOKEN = Pattern
		.compile("\\s*['’]?[\\p{L}\\p{M}\\p{N}]+|\\s*[^\\p{L}\\p{M}\\p{N}\\s]+|\\s+");

	private static final List<String> JOKES = List.of(
			"Why don't scientists trust atoms? Because they make up everything.",
			"I told my computer that I needed a break. Now it will not stop sending me holiday adverts.",
			"There are ten kinds of people: those who understand binary, and those who don't.",
			"Why do Java developers wear glasses? Because they can't C sharp 🤓.");

	private static final String STORY = """
			A token left its model on a rainy night. It had been told that somewhere a handler was waiting. \
			It crossed the wire in a packet of its own, was cut out of a stream of bytes, and found itself \
			alone on a thread. "Are you the handler?" it asked. "I am one of them," said the handler, and \
			printed it. "Who comes after you?" The token looked back along the wire. There, small and in \
			good order, came all the others. Nobody had been lost, and nobody had overtaken anybody.""";

	private static final String GREETING = "Hello! I am a scripted model. Ask me for a joke or a story.";

	private static final String SHRUG = "I am only a scripted model, and that is not in my script. "
			+ "Ask me for a joke or a story, or give the application a real provider.";

	private static final String PICTURE = """
			{"place":"the north cape","things":["a lighthouse","a seal","the sea"]}""";

	private static final String HEADLINE = "Well worth a visit";

	private static final String FACTS = "Facts: ";

	private Script() {
	}

	/**
	 * Answer a prompt.
	 * @param prompt the prompt
	 * @return the tokens of the whole answer
	 */
	static List<String> answer(String prompt) {
		return tokens(text(prompt.strip()));
	}

	/**
	 * Describe a picture, always the same one.
	 * @return the tokens of the whole answer, which is JSON
	 */
	static List<String> description() {
		return tokens(PICTURE);
	}

	/**
	 * Cut a text into pieces such as a model makes: a word or a sign with the white space
	 * before it.
	 * @param text the text
	 * @return the tokens, which together are the text
	 */
	static List<String> tokens(String text) {
		return TOKEN.matcher(text).results().map(MatchResult::group).toList();
	}

	private static String text(String original) {
		String prompt = original.toLowerCase(Locale.ROOT);
		if (prompt.startsWith("write a headline")) {
			return HEADLINE;
		}
		if (prompt.startsWith("write a note") && original.contains(FACTS)) {
			return "Here is what the guide knows. " + original.substring(original.indexOf(FACTS) + FACTS.length());
		}
		if (prompt.equals("tell me a joke")) {
			return JOKES.get(0);
		}
		if (prompt.contains("joke")) {
			return JOKES.get(Math.floorMod(prompt.hashCode(), JOKES.size()));
		}
		if (prompt.contains("story")) {
			return STORY;
		}
		return (prompt.startsWith("hello") || prompt.startsWith("hi")) ? GREETING : SHRUG;
	}

}
