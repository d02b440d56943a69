package dev.llmcallbacks.tool;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.RunLimits;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.test.EventRecorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for arguments of tools, and for schemas, that take more than their share.
 */
class HostileArgumentsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final EventRecorder log = new EventRecorder();

	private final CallbackManager manager = CallbackManager.builder()
		.handlers(this.log)
		.workExecutor((task) -> new Thread(task, "work").start())
		.build();

	@ParameterizedTest
	@CsvSource({ "pattern, ^([a-z0-9]+[.-]?)*$", "pattern, ^(a+)+$", "pattern, (x|y|a)*!" })
	@DisplayName("S5 a pattern that overflows the stack or backtracks without end is answered as too complex")
	void shouldAnswerWhenAPatternIsTooComplex(String keyword, String pattern) {
		Tool tool = textTool("\"" + keyword + "\": \"" + pattern + "\"");
		String text = (pattern.contains("!") || pattern.contains("[.-]")) ? "a.".repeat(8_000) + "_"
				: "a".repeat(60) + "_";
		ToolMessage answer = call(tool, "{\"text\": \"" + text + "\"}");
		assertThat(answer.error()).isTrue();
		assertThat(answer.text()).containsAnyOf("too complex", "do not match");
		assertThat(this.log.eventNames()).containsExactly("ToolStart", "ToolError");
	}

	@Test
	@DisplayName("S5 a pattern that overflows the stack is answered as too complex")
	void shouldAnswerWhenTheStackOverflows() {
		ToolMessage answer = call(textTool("\"pattern\": \"^(a|b)*$\""), "{\"text\": \"" + "a".repeat(30_000) + "\"}");
		assertThat(answer.text()).contains("too complex");
		assertThat(call(textTool("\"pattern\": \"^[ab]*$\""), "{\"text\": \"" + "a".repeat(30_000) + "\"}").error())
			.isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "hostname", "email", "idn-email", "uri-template", "json-pointer" })
	@DisplayName("S5 the format of a schema that was not generated is an annotation")
	void shouldNotCheckFormatsOfGivenSchemas(String format) {
		Tool tool = textTool("\"format\": \"" + format + "\"");
		assertThat(call(tool, "{\"text\": \"" + "a.".repeat(8_000) + " \"}").error()).isFalse();
	}

	@Test
	@DisplayName("S5 G41 arguments larger than the limit are refused before they are parsed")
	void shouldRefuseLargeArguments() {
		Tool tool = textTool("\"minLength\": 1");
		String frame = "{\"text\": \"\"}";
		String fits = "x".repeat(64 * 1024 - frame.length());
		assertThat(call(tool, "{\"text\": \"" + fits + "\"}").error()).isFalse();
		ToolMessage answer = call(tool, "{\"text\": \"" + fits + "x\"}");
		assertThat(answer.text()).contains("larger than 65536 bytes").hasSizeLessThan(200);
		assertThat(this.log.events(ToolError.class).get(0).error()).isInstanceOf(InvalidToolCallException.class)
			.hasMessageContaining("callbacks.tools.max-arguments-size");
		assertThat(call(tool, "{\"text\": \"" + "€".repeat(22_000) + "\"}").text()).contains("larger than");
		assertThat(call(tool, "x".repeat(10_000_000)).text()).contains("larger than");
	}

	@Test
	void shouldObeyTheLimitOfTheManager() {
		CallbackManager strict = CallbackManager.builder()
			.limits(new RunLimits(Duration.ZERO, Duration.ZERO, 20))
			.build();
		Tool tool = textTool("\"minLength\": 1").withManager(strict);
		assertThat(tool.call(new ToolCall("1", "echo", "{\"text\": \"0123456\"}")).block(TIMEOUT).error()).isFalse();
		assertThat(tool.call(new ToolCall("1", "echo", "{\"text\": \"012345678\"}")).block(TIMEOUT).error()).isTrue();
	}

	@Test
	@DisplayName("S6 ten errors at most, in 2,000 characters, say what is wrong")
	void shouldSayTheFirstErrorsOnly() {
		Tool tool = Tool.of("add", "Adds.", Sum.class, Sum::a);
		String unknown = IntStream.range(0, 5_000).mapToObj((i) -> "\"p" + i + "\":1").collect(Collectors.joining(","));
		ToolMessage answer = call(tool, "{" + unknown + "}");
		assertThat(answer.text()).hasSizeLessThanOrEqualTo(2_000).startsWith("The arguments do not match the schema: ");
		assertThat(answer.text().split("; ")).hasSize(10);
		assertThat(answer.text()).endsWith(" and 4,992 more");
		String longNames = IntStream.range(0, 20)
			.mapToObj((i) -> "\"" + "p".repeat(2_000) + i + "\":1")
			.collect(Collectors.joining(","));
		assertThat(call(tool, "{" + longNames + "}").text()).hasSizeLessThanOrEqualTo(2_000).endsWith(" and 12 more");
	}

	@Test
	@DisplayName("S12 the exception that handlers receive has no values from the arguments, the answer has")
	void shouldKeepValuesOutOfTheException() {
		Tool tool = Tool.of("add", "Adds.", Sum.class, Sum::a);
		for (String arguments : new String[] { "{\"a\": \"SECRET\", \"b\": 2}", "{\"a\": SECRET}",
				"{\"SECRET\": 1, \"a\": 1, \"b\": 1}", "{\"a\": 99999999999, \"b\": 1}" }) {
			assertThat(call(tool, arguments).error()).isTrue();
		}
		assertThat(this.log.events(ToolError.class)).hasSize(4).allSatisfy((event) -> {
			assertThat(event.error()).isInstanceOf(InvalidToolCallException.class).hasNoCause();
			assertThat(event.error().getMessage()).doesNotContain("SECRET", "99999999999");
		});
		assertThat(this.log.events(ToolError.class).get(0).error())
			.hasMessage("The arguments do not match the schema: /properties/a/type");
		assertThat(((InvalidToolCallException) this.log.events(ToolError.class).get(2).error()).getAnswer())
			.contains("SECRET");
	}

	@Test
	@DisplayName("S14 arguments are nested 100 levels at most")
	void shouldRefuseDeepArguments() {
		Tool tool = Tool.of(new ToolDefinition("any", "Takes anything.", "{\"type\": \"object\"}"),
				(arguments) -> arguments.size());
		assertThat(call(tool, nested(100)).error()).isFalse();
		assertThat(call(tool, nested(101)).text()).contains("nested more than 100 levels");
	}

	private static String nested(int levels) {
		return "{\"a\":".repeat(levels) + "1" + "}".repeat(levels);
	}

	@Test
	@DisplayName("S20 a schema that refers to itself without end is an error at creation")
	void shouldRefuseASchemaThatOverflows() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Tool.of(new ToolDefinition("self", "x", "{\"$ref\": \"#\"}"), (arguments) -> "x"))
			.withMessageContaining("'self'")
			.withMessageContaining("refers to itself");
	}

	@ParameterizedTest
	@ValueSource(strings = { "classpath:application.properties", "classpath:/draft/2020-12/schema",
			"http://localhost:1/schema", "file:/etc/passwd", "https://example.com/schema" })
	@DisplayName("S20 a schema refers to nothing outside of itself")
	void shouldLoadNothing(String location) {
		String schema = "{\"type\": \"object\", \"properties\": {\"a\": {\"$ref\": \"" + location + "\"}}}";
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Tool.of(new ToolDefinition("other", "x", schema), (arguments) -> "x"))
			.withMessageContaining("'other'");
	}

	@Test
	void shouldFollowReferencesInsideASchema() {
		String schema = """
				{"type": "object", "properties": {"text": {"$ref": "#/$defs/short"}, "next": {"$ref": "#"}},
				 "$defs": {"short": {"type": "string", "maxLength": 3}}}""";
		Tool tool = Tool.of(new ToolDefinition("echo", "Echoes.", schema), (arguments) -> "ok");
		assertThat(call(tool, "{\"text\": \"abc\", \"next\": {\"next\": {}}}").error()).isFalse();
		assertThat(call(tool, "{\"next\": {\"text\": \"abcd\"}}").error()).isTrue();
	}

	@Test
	@DisplayName("S5 G41 arguments are not checked on an event loop")
	void shouldCheckOnTheWorkExecutorWhenCalledOnAnEventLoop() {
		Tool tool = Tool.reactive("thread", "Says where it was called.", Text.class,
				(text) -> Mono.just(Thread.currentThread().getName() + " " + text.text()));
		ToolMessage answer = Mono
			.defer(() -> tool.withManager(this.manager).call(new ToolCall("1", "thread", "{\"text\": \"x\"}")))
			.subscribeOn(Schedulers.parallel())
			.block(TIMEOUT);
		assertThat(answer).isNotNull();
		assertThat(answer.text()).startsWith("parallel-").endsWith(" reader work");
	}

	@Test
	@DisplayName("S8 a name that no tool has is not the name of the run")
	void shouldNotNameTheRunAfterAnUnknownTool() {
		Tools tools = Tools.of(Tool.of("add", "Adds.", Sum.class, Sum::a)).withManager(this.manager);
		ToolMessage answer = tools.call(new ToolCall("1", "x\nERROR forged\u001b[2J" + "y".repeat(200), "{}"))
			.block(TIMEOUT);
		assertThat(answer).isNotNull();
		assertThat(answer.text()).startsWith("There is no tool 'x\\nERROR forged\\u001b[2Jyyy")
			.endsWith("The tools are: add")
			.hasSizeLessThan(200);
		assertThat(this.log.events(ToolStart.class).get(0).run().name()).isEqualTo("unknown tool");
		assertThat(this.log.events(ToolError.class).get(0).error())
			.hasMessage("There is no such tool. The tools are: add");
	}

	@Test
	void shouldCutTheMessageOfAToolsException() {
		Tool tool = Tool.of("fail", "Fails.", Text.class, (text) -> {
			throw new IllegalStateException("x".repeat(10_000));
		});
		assertThat(call(tool, "{\"text\": \"x\"}").text()).hasSize(2_000).endsWith("x…");
	}

	@Test
	@DisplayName("A tool that takes longer than its limit fails, and is interrupted")
	void shouldFailWhenATimeLimitIsReached() throws InterruptedException {
		CountDownLatch interrupted = new CountDownLatch(1);
		Tool slow = Tool.of("slow", "Waits.", Text.class, (text) -> {
			try {
				return new CountDownLatch(1).await(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
			}
			catch (InterruptedException ex) {
				interrupted.countDown();
				throw new IllegalStateException(ex);
			}
		});
		// long enough for the tool to begin on a busy machine
		ToolMessage answer = call(slow.withTimeout(Duration.ofSeconds(1)), "{\"text\": \"x\"}");
		assertThat(answer.error()).isTrue();
		assertThat(answer.text()).isEqualTo("Tool 'slow' did not end within PT1S; allow more with Tool.withTimeout(…)");
		assertThat(this.log.events(ToolError.class).get(0).error()).isInstanceOf(ToolTimeoutException.class);
		assertThat(interrupted.await(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
		CallbackManager strict = CallbackManager.builder()
			.limits(new RunLimits(Duration.ofMillis(50), Duration.ZERO, 100))
			.build();
		assertThat(slow.withManager(strict).call(new ToolCall("1", "slow", "{\"text\": \"x\"}")).block(TIMEOUT).text())
			.contains("'callbacks.timeouts.tool'");
	}

	private static Tool textTool(String keywords) {
		return Tool.of(
				new ToolDefinition("echo", "Echoes.",
						"{\"type\": \"object\", \"properties\": {\"text\": {\"type\": \"string\", " + keywords + "}}}"),
				(arguments) -> "ok");
	}

	private ToolMessage call(Tool tool, String arguments) {
		ToolMessage answer = tool.withManager(this.manager)
			.call(new ToolCall("1", tool.definition().name(), arguments))
			.block(TIMEOUT);
		assertThat(answer).isNotNull();
		return answer;
	}

	record Sum(int a, int b) {
	}

	/**
	 * Says on which thread it was read.
	 *
	 * @param text the thread's name
	 */
	record Text(String text) {

		Text {
			text = "reader " + Thread.currentThread().getName();
		}

	}

}
