package dev.llmcallbacks;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compiles every Java block of the documentation, as a reader would who copies it: with
 * the imports that an IDE adds, and statements in a method that has a {@code chatClient}.
 */
class DocumentationTests {

	private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

	private static final Pattern JAVA_BLOCK = Pattern.compile("^```java\\R(.*?)^```",
			Pattern.MULTILINE | Pattern.DOTALL);

	private static final Pattern TYPE = Pattern.compile("^(@|(public |final )*(class|interface|record|enum) )");

	private static final String IMPORTS = """
			import java.time.*;
			import java.util.*;
			import java.util.concurrent.*;
			import java.util.function.*;
			import io.micrometer.common.*;
			import io.micrometer.observation.*;
			import dev.llmcallbacks.agent.*;
			import dev.llmcallbacks.autoconfigure.*;
			import dev.llmcallbacks.callback.*;
			import dev.llmcallbacks.chain.*;
			import dev.llmcallbacks.client.*;
			import dev.llmcallbacks.dispatch.*;
			import dev.llmcallbacks.event.*;
			import dev.llmcallbacks.handlers.*;
			import dev.llmcallbacks.message.*;
			import dev.llmcallbacks.model.*;
			import dev.llmcallbacks.observation.*;
			import dev.llmcallbacks.provider.anthropic.*;
			import dev.llmcallbacks.provider.openai.*;
			import dev.llmcallbacks.retriever.*;
			import dev.llmcallbacks.run.*;
			import dev.llmcallbacks.tool.*;
			import org.springframework.aot.hint.annotation.*;
			import org.springframework.boot.*;
			import org.springframework.boot.autoconfigure.*;
			import org.springframework.beans.factory.annotation.*;
			import org.springframework.context.annotation.*;
			import org.springframework.core.task.support.*;
			import org.springframework.stereotype.*;
			import org.springframework.web.server.*;
			import reactor.core.publisher.*;
			import reactor.core.scheduler.*;
			""";

	@TempDir
	private Path output;

	@TestFactory
	Stream<DynamicTest> shouldCompileEveryJavaBlock() throws IOException {
		return blocks().stream().map((block) -> DynamicTest.dynamicTest(block.name(), () -> compile(block)));
	}

	@Test
	void shouldFindTheBlocks() throws IOException {
		assertThat(blocks()).hasSizeGreaterThanOrEqualTo(3);
	}

	private static List<Block> blocks() throws IOException {
		List<Block> blocks = new ArrayList<>();
		try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
			List<Path> pages = Stream.concat(docs, Stream.of(ROOT.resolve("README.md")))
				.filter((path) -> path.toString().endsWith(".md"))
				.toList();
			for (Path page : pages) {
				Matcher matcher = JAVA_BLOCK.matcher(Files.readString(page));
				for (int number = 1; matcher.find(); number++) {
					blocks.add(new Block(ROOT.relativize(page) + " block " + number, matcher.group(1)));
				}
			}
		}
		return blocks;
	}

	private void compile(Block block) {
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
		List<String> options = List.of("-classpath", System.getProperty("java.class.path"), "-d",
				this.output.toString(), "-proc:none", "-parameters");
		compiler.getTask(null, null, diagnostics, options, null, List.of(new Source(block.toSource()))).call();
		assertThat(diagnostics.getDiagnostics()).filteredOn((found) -> found.getKind() == Diagnostic.Kind.ERROR)
			.as(block.toSource())
			.isEmpty();
	}

	private record Block(String name, String code) {

		String toSource() {
			if (TYPE.matcher(this.code).find()) {
				return IMPORTS + this.code.replace("public class", "class");
			}
			return IMPORTS + "class Snippet {\n\tvoid run(ChatClient chatClient) throws Exception {\n" + this.code
					+ "\t}\n}\n";
		}

	}

	private static final class Source extends SimpleJavaFileObject {

		private final String code;

		Source(String code) {
			super(URI.create("string:///Snippet.java"), Kind.SOURCE);
			this.code = code;
		}

		@Override
		public CharSequence getCharContent(boolean ignoreEncodingErrors) {
			return this.code;
		}

	}

}
