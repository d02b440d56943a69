package dev.llmcallbacks.autoconfigure.actuate;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;

import org.awaitility.Awaitility;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.IOAccess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.io.ClassPathResource;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.handlers.JsonLinesRecorder;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the modules of the page that know no browser: {@code format.js},
 * {@code model.js} and {@code recording.js}.
 */
@EnabledForJreRange(max = JRE.JAVA_21,
		disabledReason = "The last version of GraalJS for JDK 17 does not run on versions after 21")
class RunViewScriptTests {

	private static final String SCRIPT = """
			import * as format from "FOLDERformat.js";
			import * as model from "FOLDERmodel.js";
			import * as recording from "FOLDERrecording.js";
			export { format, model, recording };
			""";

	private static Context context;

	private static Value modules;

	@BeforeAll
	static void load() throws IOException {
		Path folder = new ClassPathResource(RunViewFile.FOLDER + "model.js", RunViewFile.class).getFile()
			.toPath()
			.getParent();
		context = Context.newBuilder("js")
			.allowHostAccess(HostAccess.ALL)
			.allowIO(IOAccess.newBuilder()
				.fileSystem(org.graalvm.polyglot.io.FileSystem
					.newReadOnlyFileSystem(org.graalvm.polyglot.io.FileSystem.newFileSystem(FileSystems.getDefault())))
				.build())
			.allowExperimentalOptions(true)
			.option("engine.WarnInterpreterOnly", "false")
			.option("js.esm-eval-returns-exports", "true")
			.build();
		modules = context.eval(Source.newBuilder("js", SCRIPT.replace("FOLDER", folder.toUri().toString()), "test.mjs")
			.mimeType("application/javascript+module")
			.build());
	}

	@AfterAll
	static void close() {
		context.close();
	}

	private static Value eval(String expression) {
		context.getBindings("js").putMember("modules", modules);
		return context.eval("js", "(({format, model, recording}) => " + expression + ")(modules)");
	}

	@ParameterizedTest
	@CsvSource({ "PT0.312S,312", "PT1M2.5S,62500", "PT2H,7200000", "P1DT1S,86401000", "-PT1S,-1000" })
	void shouldReadDurations(String text, double millis) {
		assertThat(eval("format.millis('" + text + "')").asDouble()).isEqualTo(millis);
		assertThat(Duration.parse(text).toMillis()).isEqualTo((long) millis);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "0.25 | 0.25 ms", "312 | 312 ms", "1234 | 1.23 s", "59999 | 59.99 s",
			"62500 | 1 min 02 s", "3723000 | 1 h 02 min" })
	void shouldFormatTimes(double millis, String text) {
		assertThat(eval("format.time(" + millis + ")").asString()).isEqualTo(text);
	}

	@Test
	void shouldFormatNumbersAndArguments() {
		assertThat(eval("format.count(1234567)").asString()).isEqualTo("1,234,567");
		assertThat(eval("format.cost(0.00123)").asString()).isEqualTo("0.0012");
		assertThat(eval("format.pretty('{\"a\":1}')").asString()).isEqualTo("{\n  \"a\": 1\n}");
		assertThat(eval("format.pretty('{broken')").asString()).isEqualTo("{broken");
	}

	@ParameterizedTest
	@CsvSource({ "IllegalStateException,Illegal State Exception", "HTTPClient,HTTP Client", "call_1,call_ 1",
			"com.acme.WebException$TooMany,com. acme. Web Exception$ Too Many", "plain,plain", "a--b,a-- b" })
	void shouldKnowTheWordsOfANameAndKeepIt(String name, String words) {
		assertThat(eval("format.words('" + name + "').join(' ')").asString()).isEqualTo(words);
		assertThat(eval("format.words('" + name + "').join('')").asString()).isEqualTo(name);
	}

	@Test
	void shouldCutLongTextsIntoBlocks() {
		assertThat(eval("format.fitting('x'.repeat(100), '')").asInt()).isEqualTo(100);
		assertThat(eval("format.fitting('x\\n'.repeat(5000), '')").asInt()).as("ends with a line").isEqualTo(2000);
		assertThat(eval("format.fitting('y', 'x\\n'.repeat(1000))").asInt()).as("is full").isZero();
		assertThat(eval("format.fitting('y', 'x'.repeat(2001))").asInt()).as("the line goes on").isEqualTo(1);
		assertThat(eval("format.fitting('word '.repeat(5000), '')").asInt()).as("ends with a word").isEqualTo(8000);
		assertThat(eval("format.fitting('word '.repeat(5000), 'x'.repeat(7993))").asInt()).isEqualTo(5);
		assertThat(eval("format.fitting('x'.repeat(9000), '')").asInt()).as("ends anywhere").isEqualTo(8000);
		assertThat(eval("format.fitting('x' + '\\ud83d\\ude00'.repeat(5000), '')").asInt()).as("not within a character")
			.isEqualTo(7999);
		assertThat(eval("format.fitting('x', 'x'.repeat(8000))").asInt()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "1,1", "90,100", "1010,1500", "4000,4000", "61000,80000" })
	void shouldHaveAxesThatChangeRarely(double length, double end) {
		assertThat(eval("format.axis(" + length + ").end").asDouble()).isEqualTo(end);
		assertThat(eval("format.axis(" + length + ").ticks.length").asInt()).isBetween(1, 6);
	}

	@Test
	void shouldApplyAnswersInAnyOrder() {
		Value state = eval(
				"""
						(() => {
							const state = model.createModel();
							const run = (id, parentId, startedAt) => ({ id, parentId, type: "CHAIN", name: id, tags: ["t"], state: "RUNNING",
								startedAt, duration: null, retries: [] });
							const tree = (root, active, finished) => ({ root, runs: 1, active, failed: 0, types: ["CHAIN"], models: ["m-" + root.id], finished });
							const answer = (changes) => ({ now: "2026-11-30T10:00:01Z", readOnly: false, content: "SHOWN", waits: [],
								changes: { reset: false, trees: [], forgotten: 0, runs: [], detail: null, text: null, ...changes } });
							const a = run("a", null, "2026-11-30T10:00:00Z");
							const b = run("b", "a", "2026-11-30T10:00:00.500Z");
							const c = run("c", null, "2026-11-30T09:00:00Z");
							model.select(state, "a", "b");
							model.apply(state, answer({ change: 5, trees: [tree(a, 0, 1), tree(c, 1, 0)], runs: [b, a], text: { from: 0, text: "one" } }),
								{ after: null, run: "b" }, 0);
							model.apply(state, answer({ change: 6, text: { from: 3, text: " two" } }), { after: 5, run: "b" }, 0);
							model.apply(state, answer({ change: 9, text: { from: 0, text: "stale" } }), { after: 5, run: "other" }, 0);
							return state;
						})()""");
		context.getBindings("js").putMember("state", state);
		assertThat(eval("state.text").asString()).isEqualTo("one two");
		assertThat(eval("state.change").asInt()).isEqualTo(6);
		assertThat(eval("model.treeRows(state, new Set()).map((row) => row.run.id + row.depth).join()").asString())
			.isEqualTo("a0,b1");
		assertThat(eval("model.treeRows(state, new Set(['a'])).length").asInt()).isEqualTo(1);
		assertThat(visible("")).isEqualTo("c,a");
		assertThat(visible("m-a")).isEqualTo("a");
		assertThat(
				eval("model.span(model.treeRows(state, new Set()), Date.parse('2026-11-30T10:00:02Z')).length").asInt())
			.isEqualTo(2000);
		eval("model.apply(state, { now: '2026-11-30T10:00:01Z', waits: [], changes: { reset: false, change: 7, trees: [], forgotten: 1, runs: [] } }, { after: 6, run: 'b' }, 0)");
		assertThat(visible("")).isEqualTo("c");
	}

	@Test
	void shouldShowWhatThereIsOfARunThatTheRecordingDoesNotEnd() {
		StringWriter lines = new StringWriter();
		JsonLinesRecorder recorder = JsonLinesRecorder.to(lines);
		ChatClient client = ChatClient
			.builder(new ScriptedChatModel(ScriptedAnswer.tokens("half ", "an answer").then(ScriptedAnswer.silence())))
			.callbackManager(CallbackManager.builder().handlers(recorder).build())
			.build();
		client.prompt("Hello").content().take(2).blockLast(RunViewApplication.TIMEOUT);
		Awaitility.await().atMost(RunViewApplication.TIMEOUT).until(() -> lines.toString().contains("LlmCancel"));
		recorder.close();
		String unfinished = lines.toString()
			.lines()
			.filter((line) -> !line.contains("LlmCancel"))
			.collect(Collectors.joining("\n"));
		context.getBindings("js").putMember("unfinished", unfinished);
		assertThat(eval(
				"[...recording.readRecording(unfinished).contents.values()].flatMap((run) => run.outputs).map((part) => part.label + ': ' + part.text).join()")
			.asString()).isEqualTo("not completed: half an answer");
	}

	private static String visible(String text) {
		return eval("model.visibleTrees(state, { text: '" + text
				+ "', state: '', type: '', model: '', tag: '' }).map((tree) => tree.root.id).join()")
			.asString();
	}

	@Test
	void shouldReadWhatTheRecorderWrites() {
		StringWriter lines = new StringWriter();
		JsonLinesRecorder recorder = JsonLinesRecorder.to(lines);
		CallbackManager manager = CallbackManager.builder().handlers(recorder).build();
		ChatClient client = ChatClient
			.builder(new ScriptedChatModel(ScriptedAnswer.tokens("<b>o</b>", "ne").withUsage(5, 2)))
			.callbackManager(manager)
			.build();
		Flux<String> inner = client.prompt("Hello").runName("inner").content();
		manager.run("outer", "the input", inner).blockLast(RunViewApplication.TIMEOUT);
		recorder.close();
		context.getBindings("js").putMember("lines", lines + "not a line\n");
		Value read = eval("recording.readRecording(lines)");
		context.getBindings("js").putMember("read", read);
		assertThat(eval("read.skipped").asInt()).isEqualTo(1);
		assertThat(eval("read.trees.size").asInt()).isEqualTo(1);
		assertThat(eval("[...read.trees.values()][0].runs").asInt()).isEqualTo(2);
		assertThat(eval("[...read.trees.values()][0].usage.output").asInt()).isEqualTo(2);
		assertThat(eval("[...read.contents.values()].map((run) => run.summary.state).join()").asString())
			.isEqualTo("COMPLETED,COMPLETED");
		assertThat(eval(
				"[...read.contents.values()].flatMap((run) => [...run.inputs, ...run.outputs]).map((part) => part.text).join('|')")
			.asString()).contains("the input", "Hello", "<b>o</b>ne");
		assertThat(eval("recording.endOf(read)").asDouble()).isPositive();
	}

}
