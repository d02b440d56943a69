package dev.llmcallbacks.parity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds {@code docs/langchain-parity.md} to the tests that it names.
 */
class LangChainParityTests {

	private static final Path PAGE = Path.of("../docs/langchain-parity.md");

	private static final Path TESTS = Path.of("src/test/java");

	private static final Pattern TEST = Pattern.compile("`(\\w+Tests)\\.(\\w+)`");

	private static final Pattern ANY_CLASS = Pattern.compile("`(\\w+Tests)`");

	private static final Pattern CASE = Pattern.compile("(?m)^\\| (D?\\d+) \\|.*$");

	private static final int FEWEST_TESTS = 40;

	@Test
	void shouldNameTestsThatExist() throws IOException {
		Map<String, String> classes = testClasses();
		List<MatchResult> named = TEST.matcher(Files.readString(PAGE)).results().toList();
		assertThat(named).hasSizeGreaterThanOrEqualTo(FEWEST_TESTS);
		assertThat(named.stream().filter((test) -> !exists(classes.get(test.group(1)), test.group(2))))
			.extracting(MatchResult::group)
			.as("Tests that %s names, but that do not exist", PAGE)
			.isEmpty();
	}

	@Test
	void shouldNameTestClassesWithTheirMethods() throws IOException {
		assertThat(ANY_CLASS.matcher(Files.readString(PAGE)).results().map(MatchResult::group)).isEmpty();
	}

	@Test
	void shouldHaveARowForEveryCaseAndDefect() throws IOException {
		Set<String> rows = CASE.matcher(Files.readString(PAGE))
			.results()
			.map((row) -> row.group(1))
			.collect(Collectors.toSet());
		Stream<String> cases = IntStream.rangeClosed(1, 92).mapToObj(String::valueOf);
		Stream<String> defects = IntStream.rangeClosed(1, 19).mapToObj((number) -> "D" + number);
		assertThat(rows).containsExactlyInAnyOrderElementsOf(Stream.concat(cases, defects).toList());
	}

	private static Map<String, String> testClasses() throws IOException {
		try (Stream<Path> files = Files.walk(TESTS)) {
			return files.map((file) -> TESTS.relativize(file).toString())
				.filter((file) -> file.endsWith("Tests.java"))
				.map((file) -> file.substring(0, file.length() - ".java".length()).replace('/', '.'))
				.collect(Collectors.toMap((name) -> name.substring(name.lastIndexOf('.') + 1), Function.identity()));
		}
	}

	private static boolean exists(String className, String method) {
		try {
			return className != null && hasMethod(Class.forName(className), method);
		}
		catch (ClassNotFoundException ex) {
			return false;
		}
	}

	private static boolean hasMethod(Class<?> type, String name) {
		return type != null
				&& (Arrays.stream(type.getDeclaredMethods()).anyMatch((method) -> method.getName().equals(name))
						|| hasMethod(type.getSuperclass(), name));
	}

}
