package dev.llmcallbacks;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.util.ClassUtils;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compiles every Java block of the documentation as a reader would who copies it. A block
 * that begins with imports is compiled with these alone; any other block gets the imports
 * that an IDE adds, and statements are put into a method that has a {@code chatClient}. A
 * block with a test class is run as well, beside an application. An application that is
 * followed by a block of text is run and must print that text. Links between pages must
 * have a target, and the table of packages must name types that exist.
 */
class DocumentationTests {

	private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

	private static final Pattern JAVA_BLOCK = Pattern.compile("^```java\\R(.*?)^```(?:\\R\\R```text\\R(.*?)^```)?",
			Pattern.MULTILINE | Pattern.DOTALL);

	private static final Pattern SQL_BLOCK = Pattern.compile("^```sql\\R(.*?);\\R```",
			Pattern.MULTILINE | Pattern.DOTALL);

	private static final Pattern MAIN = Pattern.compile("^@SpringBootApplication\\Rpublic class (\\w+)",
			Pattern.MULTILINE);

	private static final Pattern TYPE = Pattern.compile("^(@|(public |final )*(class|interface|record|enum) )");

	private static final Pattern TEST = Pattern.compile("\\A(?:import .*\\R|\\R)*(?:@.*\\R)*class (\\w+Tests) ");

	private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]*)(?:#([^)]*))?\\)");

	private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);

	private static final Pattern FENCED = Pattern.compile("^```.*?^```", Pattern.MULTILINE | Pattern.DOTALL);

	private static final Pattern PACKAGES = Pattern.compile("^\\| ((?:`[a-z.]+`(?:, )?)+) \\| (.*`@?[A-Z].*) \\|$",
			Pattern.MULTILINE);

	private static final Pattern CODE = Pattern.compile("`@?([\\w.]+)`");

	private static final String PACKAGE = "com.example";

	/** What the model answers in every block of the page about messages. */
	private static final String ANSWER = "{\"name\":\"Oslo\",\"inhabitants\":717710}";

	private static final String APPLICATION = """
			@org.springframework.boot.autoconfigure.SpringBootApplication
			class ExampleApplication {
			}
			""";

	private static final String IMPORTS = """
			import java.net.URI;
			import java.time.*;
			import java.util.*;
			import java.util.concurrent.*;
			import java.util.function.*;
			import io.micrometer.common.*;
			import io.micrometer.observation.*;
			import dev.llmcallbacks.agent.*;
			import dev.llmcallbacks.autoconfigure.*;
			import dev.llmcallbacks.autoconfigure.test.*;
			import dev.llmcallbacks.callback.*;
			import dev.llmcallbacks.callback.LlmCallback.*;
			import dev.llmcallbacks.chain.*;
			import dev.llmcallbacks.client.*;
			import dev.llmcallbacks.dispatch.*;
			import dev.llmcallbacks.event.*;
			import dev.llmcallbacks.feed.*;
			import dev.llmcallbacks.handlers.*;
			import dev.llmcallbacks.message.*;
			import dev.llmcallbacks.model.*;
			import dev.llmcallbacks.observation.*;
			import dev.llmcallbacks.provider.*;
			import dev.llmcallbacks.provider.anthropic.*;
			import dev.llmcallbacks.provider.openai.*;
			import dev.llmcallbacks.retriever.*;
			import dev.llmcallbacks.run.*;
			import dev.llmcallbacks.test.*;
			import dev.llmcallbacks.test.ScriptedChatModel;
			import dev.llmcallbacks.tool.*;
			import org.junit.jupiter.api.Test;
			import org.springframework.aot.hint.annotation.*;
			import org.springframework.boot.*;
			import org.springframework.boot.autoconfigure.*;
			import org.springframework.beans.factory.annotation.*;
			import org.springframework.boot.test.context.*;
			import org.springframework.context.annotation.*;
			import org.springframework.core.env.*;
			import org.springframework.core.task.*;
			import org.springframework.http.HttpHeaders;
			import org.springframework.util.unit.*;
			import org.springframework.http.codec.ServerSentEvent;
			import org.springframework.web.bind.annotation.*;
			import org.springframework.core.task.support.*;
			import org.springframework.scheduling.concurrent.*;
			import org.springframework.stereotype.*;
			import jakarta.annotation.*;
			import org.springframework.web.server.*;
			import reactor.core.Disposable;
			import reactor.core.publisher.*;
			import reactor.core.scheduler.*;
			import reactor.test.StepVerifier;
			import static org.assertj.core.api.Assertions.assertThat;
			""";

	private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

	/** Shared, so that the jars of the class path are read once. */
	private static final StandardJavaFileManager FILES = COMPILER.getStandardFileManager(null, null, null);

	@TempDir
	private Path output;

	@BeforeAll
	static void setClassPath() throws IOException {
		FILES.setLocation(StandardLocation.CLASS_PATH,
				Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)).map(File::new).toList());
	}

	@TestFactory
	Stream<DynamicTest> shouldCompileEveryJavaBlock() throws IOException {
		return blocks().stream()
			.map((block) -> DynamicTest.dynamicTest(block.name(), () -> compile(this.output, block.toSource())));
	}

	@TestFactory
	Stream<DynamicTest> shouldPassEveryTestClass() throws IOException {
		return blocks().stream()
			.filter((block) -> block.testClass().isPresent())
			.map((block) -> DynamicTest.dynamicTest(block.name(), () -> run(block, block.testClass().orElseThrow())));
	}

	@TestFactory
	Stream<DynamicTest> shouldRunEveryStatementOfMessagesPage() throws IOException {
		return blocks().stream()
			.filter((block) -> block.name().contains("docs/messages.md"))
			.map((block) -> DynamicTest.dynamicTest(block.name(), () -> runStatements(block)));
	}

	@Test
	void shouldKeepConversationInDatabaseAsThePageShows() throws IOException, ReflectiveOperationException {
		Path page = ROOT.resolve("docs/conversations.md");
		Matcher table = SQL_BLOCK.matcher(Files.readString(page));
		assertThat(table.find()).isTrue();
		JdbcClient jdbc = JdbcClient.create(new DriverManagerDataSource("jdbc:h2:mem:history;DB_CLOSE_DELAY=-1"));
		jdbc.sql(table.group(1)).update();
		Block block = blocks().stream()
			.filter((each) -> each.code().contains("class JdbcHistory "))
			.findFirst()
			.orElseThrow();
		Path classes = Files.createTempDirectory(this.output, "history");
		compile(classes, block.toSource());
		List<ChatMessage> messages = List.of(new HumanMessage("Look", List.of(Media.of("image/png", new byte[] { 1 }))),
				new AiMessage("Grüße", List.of(new ToolCall("c", "t", "{}")), "hm", Map.of("origin", "o")),
				new ToolMessage("c", "done"));
		try (URLClassLoader classLoader = new URLClassLoader(new URL[] { classes.toUri().toURL() },
				Thread.currentThread().getContextClassLoader())) {
			Class<?> type = classLoader.loadClass(PACKAGE + ".JdbcHistory");
			Constructor<?> constructor = type.getDeclaredConstructor(JdbcClient.class);
			Method append = type.getDeclaredMethod("append", String.class, int.class, ChatMessage.class);
			Method find = type.getDeclaredMethod("find", String.class);
			Stream.of(constructor, append, find).forEach((member) -> member.setAccessible(true));
			Object history = constructor.newInstance(jdbc);
			for (int i = 0; i < messages.size(); i++) {
				append.invoke(history, "one", i, messages.get(i));
			}
			assertThat(find.invoke(history, "one")).isEqualTo(messages);
			assertThat(find.invoke(history, "another")).isEqualTo(List.of());
		}
	}

	private void runStatements(Block block) throws IOException, ReflectiveOperationException {
		assertThat(block.toSource()).as("the page has statements only").contains("class Snippet");
		Path classes = Files.createTempDirectory(this.output, "snippet");
		compile(classes, block.toSource());
		ChatClient client = ChatClient.builder(new ScriptedChatModel(ScriptedAnswer.text(ANSWER))).build();
		try (URLClassLoader classLoader = new URLClassLoader(new URL[] { classes.toUri().toURL() },
				Thread.currentThread().getContextClassLoader())) {
			Class<?> snippet = classLoader.loadClass(PACKAGE + ".Snippet");
			Constructor<?> constructor = snippet.getDeclaredConstructor();
			constructor.setAccessible(true);
			Method run = snippet.getDeclaredMethod("run", ChatClient.class);
			run.setAccessible(true);
			run.invoke(constructor.newInstance(), client);
		}
	}

	@Test
	void shouldFindTheBlocks() throws IOException {
		assertThat(blocks()).hasSizeGreaterThanOrEqualTo(3);
		assertThat(applications()).isNotEmpty();
	}

	@Test
	void shouldListEveryPageInTheReadme() throws IOException {
		String readme = Files.readString(ROOT.resolve("README.md"));
		try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
			assertThat(docs.map(Path::getFileName).map(Path::toString).filter((name) -> name.endsWith(".md")))
				.allSatisfy((name) -> assertThat(readme).contains("](docs/" + name + ")"));
		}
	}

	@Test
	void shouldNamePackagesOfTypesThatExist() throws IOException {
		List<MatchResult> rows = PACKAGES.matcher(Files.readString(ROOT.resolve("docs/getting-started.md")))
			.results()
			.toList();
		assertThat(rows).hasSizeGreaterThan(10).allSatisfy((row) -> {
			List<String> packages = codes(row.group(1));
			assertThat(codes(row.group(2))).allSatisfy((type) -> assertThat(packages)
				.anyMatch((name) -> ClassUtils.isPresent("dev.llmcallbacks." + name + "." + type, null)));
		});
	}

	private static List<String> codes(String cell) {
		return CODE.matcher(cell).results().map((code) -> code.group(1)).toList();
	}

	@TestFactory
	Stream<DynamicTest> shouldLinkToPagesAndHeadingsThatExist() throws IOException {
		return pages().stream()
			.map((page) -> DynamicTest.dynamicTest(ROOT.relativize(page).toString(), () -> checkLinks(page)));
	}

	@ParameterizedTest
	@MethodSource("applications")
	@ExtendWith(OutputCaptureExtension.class)
	void shouldPrintWhatStandsBelowAnApplication(Block application, CapturedOutput output) throws Exception {
		compile(this.output, application.toSource());
		new DocumentedApplication(this.output, PACKAGE + "." + application.mainClass().orElseThrow()).run();
		assertThat(output.getOut().lines()).containsSubsequence(application.printed().lines().toList());
	}

	private static List<Block> applications() throws IOException {
		return blocks().stream()
			.filter((block) -> block.mainClass().isPresent() && !block.printed().isEmpty())
			.toList();
	}

	private static List<Block> blocks() throws IOException {
		List<Block> blocks = new ArrayList<>();
		for (Path page : pages()) {
			Matcher matcher = JAVA_BLOCK.matcher(Files.readString(page));
			for (int number = 1; matcher.find(); number++) {
				String printed = Objects.requireNonNullElse(matcher.group(2), "");
				blocks.add(new Block(ROOT.relativize(page) + " block " + number, matcher.group(1), printed));
			}
		}
		return blocks;
	}

	private static List<Path> pages() throws IOException {
		Stream<Path> others = Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
			.map(ROOT::resolve);
		try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
			return Stream.concat(docs, others).filter((path) -> path.toString().endsWith(".md")).toList();
		}
	}

	private static void checkLinks(Path page) throws IOException {
		Matcher link = LINK.matcher(FENCED.matcher(Files.readString(page)).replaceAll(""));
		while (link.find()) {
			Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1)).normalize();
			assertThat(target).as(link.group()).exists();
			if (link.group(2) != null) {
				assertThat(anchors(target)).as(link.group()).contains(link.group(2));
			}
		}
	}

	private static List<String> anchors(Path page) throws IOException {
		return HEADING.matcher(FENCED.matcher(Files.readString(page)).replaceAll(""))
			.results()
			.map((heading) -> heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
			.toList();
	}

	private void run(Block block, String testClass) throws IOException {
		Path classes = Files.createTempDirectory(this.output, testClass);
		compile(classes, "package " + PACKAGE + ";\n" + APPLICATION, block.toSource());
		SummaryGeneratingListener listener = new SummaryGeneratingListener();
		ClassLoader contextClassLoader = Thread.currentThread().getContextClassLoader();
		try (URLClassLoader classLoader = new URLClassLoader(new URL[] { classes.toUri().toURL() },
				contextClassLoader)) {
			Thread.currentThread().setContextClassLoader(classLoader);
			LauncherFactory.create()
				.execute(LauncherDiscoveryRequestBuilder.request()
					.selectors(DiscoverySelectors.selectClass(classLoader, PACKAGE + "." + testClass))
					.build(), listener);
		}
		finally {
			Thread.currentThread().setContextClassLoader(contextClassLoader);
		}
		TestExecutionSummary summary = listener.getSummary();
		assertThat(summary.getFailures()).extracting(TestExecutionSummary.Failure::getException).isEmpty();
		assertThat(summary.getTestsSucceededCount()).isPositive();
	}

	private static void compile(Path output, String... sources) throws IOException {
		DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
		FILES.setLocation(StandardLocation.CLASS_OUTPUT, List.of(output.toFile()));
		COMPILER
			.getTask(null, FILES, diagnostics, List.of("-proc:none", "-parameters"), null,
					Stream.of(sources).map(Source::new).toList())
			.call();
		assertThat(diagnostics.getDiagnostics()).filteredOn((found) -> found.getKind() == Diagnostic.Kind.ERROR)
			.as(String.join("\n", sources))
			.isEmpty();
	}

	/**
	 * A block of Java.
	 *
	 * @param name the page and the number of the block
	 * @param code the code
	 * @param printed the block of text that follows: what the application prints
	 */
	private record Block(String name, String code, String printed) {

		Optional<String> mainClass() {
			Matcher matcher = MAIN.matcher(this.code);
			return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
		}

		Optional<String> testClass() {
			Matcher matcher = TEST.matcher(this.code);
			return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
		}

		String toSource() {
			if (this.code.startsWith("import ")) {
				return "package " + PACKAGE + ";\n" + this.code.replace("public class", "class");
			}
			String header = "package " + PACKAGE + ";\n" + IMPORTS;
			if (TYPE.matcher(this.code).find() && this.code.stripTrailing().endsWith("}")) {
				return header + this.code.replace("public class", "class");
			}
			return header + "class Snippet {\n\tvoid run(ChatClient chatClient) throws Exception {\n" + this.code
					+ "\t}\n}\n";
		}

		@Override
		public String toString() {
			return this.name;
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
