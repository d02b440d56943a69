package dev.llmcallbacks.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import dev.llmcallbacks.autoconfigure.GeneratedSection;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Keeps the examples of the documentation equal to the classes of this package and its
 * subpackages, which have tests of their own. With {@code -Dupdate-docs=true}, the pages
 * are rewritten.
 */
class ExamplePagesTests {

	private static final Path SOURCES = Path.of("src/test/java/dev/llmcallbacks/examples");

	@TestFactory
	Stream<DynamicTest> shouldShowTheExamples() {
		return Stream.of("decorators.md", "serve.md")
			.flatMap((page) -> GeneratedSection.names(page)
				.stream()
				.map((name) -> DynamicTest.dynamicTest(page + " " + name,
						() -> GeneratedSection.of(page, name).assertIsUpToDate(example(name)))));
	}

	@TestFactory
	Stream<DynamicTest> shouldShowEveryExample() throws IOException {
		try (Stream<Path> sources = Files.walk(SOURCES)) {
			return sources.filter(ExamplePagesTests::isExample)
				.map((source) -> SOURCES.relativize(source).toString().replace('\\', '/'))
				.map((name) -> DynamicTest.dynamicTest(name,
						() -> assertThat(Stream.of("decorators.md", "serve.md").map(GeneratedSection::names))
							.anyMatch((names) -> names.contains(name))))
				.toList()
				.stream();
		}
	}

	// a test or a fixture of the tests is not an example
	private static boolean isExample(Path source) {
		String name = source.getFileName().toString();
		return name.endsWith(".java") && !name.endsWith("Tests.java") && !name.endsWith("Server.java")
				&& !name.equals("package-info.java");
	}

	private static String example(String name) throws IOException {
		String source = Files.readString(SOURCES.resolve(name));
		return "```java\n" + source.substring(source.indexOf("import ")).stripTrailing() + "\n```\n";
	}

}
